"""Cues: what the plan of a class asks for now, and how the rider's values stand to it. No Kivy, no clock."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from sync.records import FitnessClass, Segment


class Standing(Enum):
    """How a value stands to its range."""

    NO_TARGET = "no target"
    UNDER = "under"
    IN = "in range"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Cue:
    """How one value stands to one range; ``by`` is how much to add (positive) or ease (negative), whole units."""

    standing: Standing
    by: int = 0


def cue(value: float | None, target: tuple[int, int] | None) -> Cue:
    """Compare a shown value with its target range; the ends belong to the range, as the rider reads whole numbers."""
    if value is None or target is None:
        return Cue(Standing.NO_TARGET)
    shown, (low, high) = round(value), target
    if shown < low:
        return Cue(Standing.UNDER, low - shown)
    if shown > high:
        return Cue(Standing.OVER, high - shown)
    return Cue(Standing.IN)


@dataclass(frozen=True, slots=True)
class Moment:
    """The plan at one moment of the class clock. ``segment`` is ``None`` before the start and after the end."""

    index: int
    segment: Segment | None
    following: Segment | None
    into_s: float
    left_s: float


class Plan:
    """A class's segments on the class clock."""

    def __init__(self, fitness_class: FitnessClass) -> None:
        self.segments = fitness_class.segments
        self.starts_s = (0, *accumulate(segment.seconds for segment in self.segments))
        self.length_s = self.starts_s[-1]

    def at(self, class_s: float) -> Moment:
        """What is asked for at ``class_s`` seconds of the class."""
        if not self.segments or class_s >= self.length_s:
            return Moment(len(self.segments), None, None, 0.0, 0.0)
        index = max(bisect_right(self.starts_s, class_s) - 1, 0)
        into = max(class_s, 0.0) - self.starts_s[index]
        following = self.segments[index + 1] if index + 1 < len(self.segments) else None
        segment = self.segments[index]
        return Moment(index, segment, following, into, segment.seconds - into)


def segment_zone(segment: Segment) -> int:
    """The zone to draw a segment in, 1-7: the plan's own, else judged from its middle resistance and cadence."""
    if segment.zone is not None:
        return segment.zone
    if segment.power_zone is not None:
        return segment.power_zone[1]
    if segment.resistance_pct is None:
        return 1
    resistance = sum(segment.resistance_pct) / 2
    cadence = sum(segment.cadence_rpm) / 2 if segment.cadence_rpm else 80
    load = resistance * cadence / 80
    return 1 + sum(load >= top for top in (28, 36, 43, 50, 58, 68))
