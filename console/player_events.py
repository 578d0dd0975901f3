"""What the player is doing, and what it tells: one enum of states, one small dataclass per event."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class PlayerState(Enum):
    """What the rider sees now."""

    IDLE = "idle"  # nothing is open
    OPENING = "opening"  # no picture yet
    PLAYING = "playing"
    PAUSED = "paused"
    STALLED = "stalled"  # the last picture stands, more is on its way
    ENDED = "ended"  # played to its end; the last picture stands
    BROKEN = "broken"  # no picture; tried again by itself unless libVLC is missing


@dataclass(frozen=True, slots=True)
class Opened:
    """libVLC reads the class; ``duration_s`` is its length, ``None`` where nobody knows it."""

    duration_s: float | None


@dataclass(frozen=True, slots=True)
class FirstFrame:
    """The first picture since the class was opened is there, ``after_s`` seconds after ``open`` was called."""

    position_s: float
    after_s: float


@dataclass(frozen=True, slots=True)
class Stalled:
    """No new picture came for a while; the last one stands."""

    position_s: float


@dataclass(frozen=True, slots=True)
class Resumed:
    """Pictures come again after a stall or a break."""

    position_s: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The class played to its end."""

    position_s: float


@dataclass(frozen=True, slots=True)
class Broken:
    """The class cannot be shown; ``retry_in_s`` is ``None`` when trying again is useless."""

    reason: str
    remedy: str
    position_s: float
    retry_in_s: float | None = None


@dataclass(frozen=True, slots=True)
class CaptionsMissing:
    """The class plays without its captions."""

    reason: str


PlayerEvent = Opened | FirstFrame | Stalled | Resumed | Ended | Broken | CaptionsMissing
