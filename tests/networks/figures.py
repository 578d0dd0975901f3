"""What a rider saw, counted alike for every player: from the moments at which the picture changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

STILL_S = 0.5  # a picture that stands longer has stalled
FRAME_S = 1 / 30


@dataclass(frozen=True, slots=True)
class Seen:
    """A new picture, seconds after the class was opened, and its height."""

    at_s: float
    height: int


@dataclass(frozen=True, slots=True)
class Figures:
    """``startup_s`` until the first picture (``None``: none came); ``played_s`` with a moving picture, of which
    ``heights`` so many seconds each, one after the other as in ``path``; ``stalled_s`` with a standing one, between
    moving ones, ``longest_s`` of it at once; ``position_s`` where it ended, ``ended`` whether by itself; ``wall_s``
    from opening until then."""

    startup_s: float | None
    played_s: float
    stalled_s: float
    longest_s: float
    stalls: int
    switches: int
    heights: dict[int, float]
    path: list[int]
    position_s: float
    ended: bool
    wall_s: float

    @classmethod
    def of(cls, told: dict[str, Any]) -> Figures:
        """Figures out of decoded JSON."""
        return cls(**{**told, "heights": {int(height): seconds for height, seconds in told["heights"].items()}})

    @property
    def rebuffering(self) -> float:
        """The share of the time since the first picture in which it stood."""
        return self.stalled_s / max(self.stalled_s + self.played_s, FRAME_S)


def figures(seen: Sequence[Seen], position_s: float, ended: bool, wall_s: float) -> Figures:
    """Count."""
    heights: dict[int, float] = {}
    stalled, path = [], [seen[0].height] if seen else []
    for before, now in pairwise(seen):
        took_s = now.at_s - before.at_s
        if before.height != now.height:
            path.append(now.height)
        if took_s > STILL_S:
            stalled.append(took_s - FRAME_S)
            took_s = FRAME_S
        heights[before.height] = heights.get(before.height, 0.0) + took_s
    return Figures(
        startup_s=round(seen[0].at_s, 3) if seen else None,
        played_s=round(sum(heights.values()), 2),
        stalled_s=round(sum(stalled), 2),
        longest_s=round(max(stalled, default=0.0), 2),
        stalls=len(stalled),
        switches=max(len(path) - 1, 0),
        heights={height: round(seconds, 2) for height, seconds in sorted(heights.items())},
        path=path,
        position_s=round(position_s, 2),
        ended=ended,
        wall_s=round(wall_s, 2),
    )
