"""One live film out of the playlists of several origins, put in order by PROGRAM-DATE-TIME. Pure.

Origins that encode the same class cut it at the same moments, but none of them has everything: they start late, die,
come back. A *moment* is one piece of the class, whoever has it. Moments become due in order; one behind a hole waits
for ``GRACE_S``, in which another origin may fill it.
"""

from __future__ import annotations

import bisect
from collections import deque
from dataclasses import dataclass, field

from console.gateway.reading import Segment, Track

GRACE_S = 1.5
KEPT = 60  # moments that late playlists may still speak of


@dataclass(slots=True, eq=False)
class Moment:
    """``wall_s`` is its media wall time, ``offers`` the segment that holds it by pathway and rung. ``place`` counts
    due moments; ``after_hole`` says that what came before it is missing."""

    wall_s: float
    duration_s: float
    seen_at_s: float
    offers: dict[tuple[str, int], Segment] = field(default_factory=dict)
    place: int = -1
    after_hole: bool = False

    @property
    def end_s(self) -> float:
        """Wall time of its end."""
        return self.wall_s + self.duration_s


class Merged:
    """The moments of one class. The first playlist counts from ``behind_s`` before its end."""

    def __init__(self, behind_s: float) -> None:
        self._behind_s = behind_s
        self._from_s: float | None = None  # wall time of the rider's entrance
        self._waiting: list[Moment] = []
        self._due: deque[Moment] = deque(maxlen=KEPT)
        self._count = 0
        self.ended = False

    @property
    def pending(self) -> bool:
        """Whether moments wait to become due."""
        return bool(self._waiting)

    def newer(self, moment: Moment) -> bool:
        """Whether anything is known that comes after a moment."""
        return bool(self._waiting) or bool(self._due and self._due[-1] is not moment)

    def take(self, pathway: str, rung: int, track: Track, now_s: float) -> bool:
        """A playlist says this. Returns whether something in it is new."""
        timed = [segment for segment in track.segments if segment.wall_s is not None and segment.duration_s > 0]
        if not timed:
            return False
        if self._from_s is None:
            self._from_s = (timed[-1].wall_s or 0.0) + timed[-1].duration_s - self._behind_s
        timed = [segment for segment in timed if (segment.wall_s or 0.0) >= self._from_s - segment.duration_s / 2]
        new = [self._place(pathway, rung, segment, now_s) for segment in timed]
        self.ended = self.ended or track.ended
        return any(new)

    def due(self, now_s: float) -> list[Moment]:
        """The moments that have become due since the last call, in order."""
        found = []
        while self._waiting:
            moment, before = self._waiting[0], self._due[-1] if self._due else None
            hole_s = moment.wall_s - before.end_s if before is not None else 0.0
            if hole_s > moment.duration_s / 2 and now_s - moment.seen_at_s < GRACE_S and not self.ended:
                break
            del self._waiting[0]
            moment.place, moment.after_hole = self._count, hole_s > moment.duration_s / 2
            self._count += 1
            self._due.append(moment)
            found.append(moment)
        return found

    def _place(self, pathway: str, rung: int, segment: Segment, now_s: float) -> bool:
        """Note one segment down; whether it is a new moment."""
        wall_s = segment.wall_s or 0.0
        for moment in (*self._due, *self._waiting):
            if abs(moment.wall_s - wall_s) < min(moment.duration_s, segment.duration_s) / 2:
                moment.offers[pathway, rung] = segment
                return False
        if self._due and wall_s < self._due[-1].end_s - segment.duration_s / 2:
            return False
        moment = Moment(wall_s, segment.duration_s, now_s, {(pathway, rung): segment})
        bisect.insort(self._waiting, moment, key=lambda one: one.wall_s)
        return True
