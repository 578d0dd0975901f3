"""Learning a bike's power table from readings beside a meter's. No I/O, no clock."""

from __future__ import annotations

from collections import deque
from statistics import median

from drivers.power_rule import MAX_W, rule_w
from drivers.power_table import CADENCE_STEP_RPM, RESISTANCE_STEP_PCT, Cell, node

SETTLED_S = 1.0  # a meter's word is late: after the knob was turned it still speaks of before
TURNED_PCT = 1.0  # a knob that nobody touches jitters by less
LEAST_READINGS, MOST_READINGS = 10, 100  # of one cell
MIN_CADENCE_RPM, MIN_RULE_W = 30.0, 15.0  # below, a ratio says nothing


class PowerLearner:
    """Readings in, cells out. A cell is the middle one of 10 or more readings, of the newest 100.

    Readings are kept as ratios to the rule, so that those beside a point of the grid speak for the point itself.
    """

    def __init__(self) -> None:
        self._ratios: dict[tuple[int, int], deque[float]] = {}
        self._knob_pct: float | None = None
        self._turned_s = float("-inf")

    def hear(self, cadence_rpm: float, resistance_pct: float, power_w: float, at_s: float) -> float | None:
        """One reading at ``at_s`` (monotonic, seconds): its ratio to the rule, or ``None`` when it is passed over."""
        if self._knob_pct is None or abs(resistance_pct - self._knob_pct) > TURNED_PCT:
            self._turned_s = at_s if self._knob_pct is not None else self._turned_s
            self._knob_pct = resistance_pct
        expected_w = rule_w(cadence_rpm, resistance_pct)
        if at_s - self._turned_s < SETTLED_S or cadence_rpm < MIN_CADENCE_RPM or expected_w < MIN_RULE_W:
            return None
        ratio = power_w / expected_w
        at = node(cadence_rpm, resistance_pct)
        self._ratios.setdefault(at, deque(maxlen=MOST_READINGS)).append(ratio)
        return ratio

    def cells(self) -> tuple[Cell, ...]:
        """What is learnt so far."""
        return tuple(
            _cell(row, column, median(ratios), len(ratios))
            for (row, column), ratios in sorted(self._ratios.items())
            if len(ratios) >= LEAST_READINGS
        )


def _cell(row: int, column: int, ratio: float, readings: int) -> Cell:
    cadence, resistance = column * CADENCE_STEP_RPM, row * RESISTANCE_STEP_PCT
    return Cell(cadence, resistance, round(min(rule_w(cadence, resistance) * ratio, MAX_W), 1), readings)
