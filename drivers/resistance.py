"""Resistance in percent from the bike's raw sensor counts, through the bike's own calibration table."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

ENTRIES = 31
# Near both ends the tablet draws one straight line over three intervals; the table's own entries there read up to
# 2 points high. (index of the entry, percent at it)
LOW_INDEX, LOW_PCT = 3, 10.0
HIGH_INDEX, HIGH_PCT = 27, 90.0


class ResistanceTable:
    """A bike's calibration: the sensor's counts at 0, 3.33 .. 100 %.

    Raises :class:`ValueError` unless there are 31 counts, each greater than the one before.
    """

    def __init__(self, counts: Sequence[float]) -> None:
        if len(counts) != ENTRIES:
            raise ValueError(f"a calibration table has {ENTRIES} entries, not {len(counts)}")
        if any(after <= before for before, after in pairwise(counts)):
            raise ValueError("the entries of a calibration table must rise")
        self.counts = tuple(counts)

    def percent(self, raw: float) -> float:
        """Resistance, 0-100 %, at this many raw counts."""
        counts = self.counts
        if raw <= counts[0]:
            return 0.0
        if raw >= counts[-1]:
            return 100.0
        if raw < counts[LOW_INDEX]:
            return (raw - counts[0]) * LOW_PCT / (counts[LOW_INDEX] - counts[0])
        if raw > counts[HIGH_INDEX]:
            return HIGH_PCT + (raw - counts[HIGH_INDEX]) * (100.0 - HIGH_PCT) / (counts[-1] - counts[HIGH_INDEX])
        below = min(bisect_right(counts, raw) - 1, ENTRIES - 2)
        share = (raw - counts[below]) / (counts[below + 1] - counts[below])
        return (below + share) * 100.0 / (ENTRIES - 1)
