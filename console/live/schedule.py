"""Live classes by the clock: which are on, which come today. No Kivy, no clock of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sync.records import FitnessClass, LiveTimes

LOBBY_S = 600.0  # before the start, when a class lets its riders in
LATE_S = 60.0  # before the end, when nobody joins any more


def is_near(live: LiveTimes, now: float) -> bool:
    """Whether the class is on, or its lobby open. The cloud's word may be a minute old; its end is believed."""
    return live.state != "ended" and live.starts_at - LOBBY_S <= now < live.ends_at - LATE_S


def is_on(live: LiveTimes, now: float) -> bool:
    """Whether the class has begun and is not over."""
    return is_near(live, now) and now >= live.starts_at


def on_demand(classes: Iterable[FitnessClass]) -> list[FitnessClass]:
    """Classes that can be ridden at any time: not live, or recorded since."""
    return [one for one in classes if one.live is None or one.playlist]


def to_come(classes: Iterable[FitnessClass], now: float) -> list[FitnessClass]:
    """The schedule: live classes that are on or will be, by their start."""
    live = [
        (one.live.starts_at, one.id, one)
        for one in classes
        if one.live is not None and one.live.state != "ended" and now < one.live.ends_at - LATE_S
    ]
    return [one for _, _, one in sorted(live, key=lambda each: each[:2])]


def upcoming(classes: Iterable[FitnessClass], now: float) -> list[FitnessClass]:
    """Live classes that are on, then those that begin today or, where none does, the next one; by their start."""
    every = to_come(classes, now)
    today = [one for one in every if one.live is not None and _day(one.live.starts_at) <= _day(now)]
    return today or every[:1]


def _day(at: float) -> int:
    return datetime.fromtimestamp(at).date().toordinal()
