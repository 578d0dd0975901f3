"""Calibration tables: the resistance sensor's raw counts at 31 knob positions, 0, 3.33 .. 100 %.

Measured on two real bikes. ``raw_counts`` is how the sensor reads at a knob position; near both ends the bike is
straight over three intervals (0-10 % and 90-100 %), which is how the bike's own tablet reads it back.
"""

from __future__ import annotations

from collections.abc import Sequence

ENTRIES = 31
# The straight stretches at both ends, as table index and percent.
LOW_INDEX, LOW_PCT = 3, 10.0
HIGH_INDEX, HIGH_PCT = 27, 90.0

BIKE_A = (
    *(164, 169, 186, 222, 297, 369, 440, 497, 558, 609, 653, 687, 726, 757, 783, 803),
    *(827, 845, 861, 874, 889, 901, 911, 921, 930, 938, 944, 952, 958, 963, 967),
)
BIKE_B = (
    *(174, 185, 206, 232, 276, 340, 404, 469, 520, 576, 629, 667, 708, 743, 780, 804),
    *(830, 854, 874, 894, 911, 927, 941, 956, 964, 976, 982, 994, 1002, 1006, 1014),
)
TABLES = {"a": BIKE_A, "b": BIKE_B}


def raw_counts(table: Sequence[int], resistance_pct: float) -> float:
    """What the sensor reads at a knob position (0-100 %, clamped), in counts, before rounding and jitter."""
    pct = min(max(resistance_pct, 0.0), 100.0)
    if pct < LOW_PCT:
        return table[0] + (table[LOW_INDEX] - table[0]) * pct / LOW_PCT
    if pct > HIGH_PCT:
        return table[HIGH_INDEX] + (table[-1] - table[HIGH_INDEX]) * (pct - HIGH_PCT) / (100.0 - HIGH_PCT)
    position = pct / 100.0 * (ENTRIES - 1)
    below = min(int(position), ENTRIES - 2)
    return table[below] + (table[below + 1] - table[below]) * (position - below)
