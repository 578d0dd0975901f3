"""Curves: what rides have produced, by class second. No I/O and no clock.

A *curve* is a ride's output by class second: ``curve[t]`` is the sum of ``power_w`` (joules) of its Points up to class
second ``t``, in tenths of a joule, so that sums are exact and equal efforts are equal numbers. After the ride's own
clock a curve stays level: ``curve[t]`` is by itself what the rider produced up to ``min(t, own clock)``.

Every class second of a ride counts once, and the first Point to claim it has it: going back in the class, or telling
the same seconds again, wins nothing. A Point claims the class second nearest to its ``class_s`` or, when an earlier
Point has that one, the second on the other side of its ``class_s``: a picture that runs a little unevenly costs
nobody a second. A Point without a class clock, or beyond the end of the class, does not count.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from sync.records import Point

Curve = npt.NDArray[np.int32]
TENTHS = 10


class Curves:
    """Columns of curves in one array, laid out by class second so that comparing at one second reads one row."""

    def __init__(self, seconds: int) -> None:
        self._at = np.zeros((seconds + 1, 16), np.int32)
        self.count = 0

    def append(self) -> int:
        """Add an empty curve; returns its column."""
        if self.count == self._at.shape[1]:
            wider = np.zeros((self._at.shape[0], self.count * 2), np.int32)
            wider[:, : self.count] = self._at
            self._at = wider
        self.count += 1
        return self.count - 1

    def remove(self, column: int) -> None:
        """Take a curve out; those behind it move up and keep their order."""
        self._at[:, column : self.count - 1] = self._at[:, column + 1 : self.count]
        self.count -= 1
        self._at[:, self.count] = 0

    def column(self, column: int) -> Curve:
        """One curve, writable."""
        return self._at[:, column]

    def row(self, second: int) -> Curve:
        """All curves at one class second."""
        return self._at[second, : self.count]


def curve_of(points: Sequence[Point], seconds: int) -> Curve:
    """The curve of a whole ride in a class of that length."""
    curve = np.zeros(seconds + 1, np.int32)
    add_to_curve(curve, bytearray(seconds + 1), points)
    return curve


def add_to_curve(curve: Curve, claimed: bytearray, points: Sequence[Point]) -> tuple[int, int] | None:
    """Add the output of ``points`` to a curve; ``claimed`` has one byte a class second, 1 once it has counted.

    Returns the first and the last class second that ``points`` claimed, ``None`` when none of them counts.
    """
    gained: dict[int, int] = {}
    for point in points:
        second = _unclaimed(point.class_s, claimed)
        if second is not None:
            claimed[second] = 1
            gained[second] = round((point.power_w or 0.0) * TENTHS)
    if not gained:
        return None
    first = min(gained)
    steps = np.zeros(len(curve) - first, np.int32)  # a class of 6 hours at 5 kW is half of what this can say
    steps[[second - first for second in gained]] = list(gained.values())
    curve[first:] += np.cumsum(steps, dtype=np.int32)
    return first, max(gained)


def _unclaimed(class_s: float | None, claimed: bytearray) -> int | None:
    if class_s is None or not 0 <= class_s <= len(claimed) - 1:
        return None
    nearest = int(class_s + 0.5)
    other = nearest + (class_s > nearest) - (class_s < nearest)
    return next((second for second in (nearest, other) if not claimed[second]), None)
