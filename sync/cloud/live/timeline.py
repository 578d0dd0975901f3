"""Which recording shows which stretch of a class. No I/O and no clock.

Origins die and encoders go away: recordings of all origins together make up the class, each where the others have
nothing, the longest first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHORTEST_S = 0.2


@dataclass(frozen=True, slots=True)
class Take:
    """One recording, and when what it shows was on the air (media wall time)."""

    path: Path
    starts_at: float
    ends_at: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """``seconds`` of the class: from ``skip_s`` into a recording, then ``hold_s`` of standing picture where nobody
    recorded anything. Without a ``path`` there is nothing at all yet: only hold."""

    path: Path | None
    skip_s: float
    seconds: float
    hold_s: float = 0.0


def timeline(takes: Sequence[Take], starts_at: float, length_s: float) -> list[Stretch]:
    """The whole class, from its first second to its last, without gaps; empty when nothing of it was recorded."""
    at, ends_at = starts_at, starts_at + length_s
    found: list[Stretch] = []
    while ends_at - at > 1e-6:
        take = _best(takes, at, ends_at)
        if take is None:
            then = min([one.starts_at for one in takes if at < one.starts_at < ends_at and _rest(one, at)] or [ends_at])
            found = _held(found, then - at)
            at = then
            continue
        until = min(take.ends_at, ends_at)
        found.append(Stretch(take.path, at - take.starts_at, until - at))
        at = until
    return found if any(one.path for one in found) else []


def _rest(take: Take, at: float) -> bool:
    return take.ends_at - max(take.starts_at, at) >= SHORTEST_S


def _best(takes: Sequence[Take], at: float, ends_at: float) -> Take | None:
    """Of the takes that show this moment the one that goes on longest; not for the last blink of one."""
    there = [one for one in takes if one.starts_at <= at + 1e-6 and min(one.ends_at, ends_at) - at >= SHORTEST_S]
    return max(there, key=lambda one: one.ends_at, default=None)


def _held(found: list[Stretch], seconds: float) -> list[Stretch]:
    if not found:
        return [Stretch(None, 0.0, 0.0, seconds)]
    last = found[-1]
    return [*found[:-1], Stretch(last.path, last.skip_s, last.seconds, last.hold_s + seconds)]
