"""Where the drawn rider is in every frame: the plan's targets, eased, and summed to turns, beats and way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sync.cloud.classes import tempo
from sync.cloud.classes.plan import Plan, PlannedSegment

FRAMES_PER_S = 30
EASE_S = 3.0
SLOWEST, FASTEST = 150.0, 720.0  # design pixels a second past the rider


@dataclass(frozen=True, slots=True)
class Moment:
    """One frame of the class. ``way`` is design pixels ridden, ``turns`` of the crank, ``beats`` of the music."""

    at_s: float
    index: int
    into_s: float
    left_s: float
    share: float
    way: float
    turns: float
    beats: float
    drive: float
    grade_deg: float
    stand: float


class Journey:
    """The whole class, frame by frame."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.frames = plan, plan.duration_s * FRAMES_PER_S
        self._starts = plan.starts_s
        self._drive = self._eased(tempo.drive)
        self._grade = self._eased(tempo.grade_deg)
        self._stand = self._eased(lambda segment: float(tempo.stands(segment)))
        speed = SLOWEST + (FASTEST - SLOWEST) * self._drive
        self._way = np.cumsum(speed) / FRAMES_PER_S
        self._turns = _turns(plan)

    def at(self, frame: int) -> Moment:
        """The moment that ``frame`` (0 to ``frames`` - 1) shows."""
        at_s = frame / FRAMES_PER_S
        index = bisect_right(self._starts, at_s) - 1
        into, segment = at_s - self._starts[index], self.plan.segments[index]
        curves = (self._way, self._turns, self._drive, self._grade, self._stand)
        way, turns, drive, grade, stand = (float(curve[frame]) for curve in curves)
        beats = into * tempo.beats_per_minute(segment) / 60
        left, share = segment.seconds - into, frame / max(self.frames - 1, 1)
        return Moment(at_s, index, into, left, share, way, turns, beats, drive, grade, stand)

    def _eased(self, value: Callable[[PlannedSegment], float]) -> NDArray[np.float64]:
        """``value`` of each segment on each frame, with soft steps between segments."""
        raw = np.concatenate([np.full(s.seconds * FRAMES_PER_S, value(s)) for s in self.plan.segments])
        for width in (round(EASE_S * FRAMES_PER_S * share) for share in (0.6, 0.4)):
            padded = np.concatenate((np.full(width // 2, raw[0]), raw, np.full(width - 1 - width // 2, raw[-1])))
            raw = np.convolve(padded, np.full(width, 1 / width), "valid")
        return raw


def _turns(plan: Plan) -> NDArray[np.float64]:
    """Turns of the crank on each frame. Every segment begins in step with its first beat: what is missing to the
    next half turn is made up while the segment eases in."""
    pieces, reached = [], 0.0
    for segment in plan.segments:
        into = np.arange(segment.seconds * FRAMES_PER_S) / FRAMES_PER_S
        missing = round(reached * 2) / 2 - reached
        eased = np.clip(into / EASE_S, 0, 1)
        pieces.append(reached + missing * eased**2 * (3 - 2 * eased) + into * tempo.cadence_rpm(segment) / 60)
        reached += missing + segment.seconds * tempo.cadence_rpm(segment) / 60
    return np.concatenate(pieces)
