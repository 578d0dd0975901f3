"""Power from cadence and resistance, for a bike that measures none: a rule, a gain for the bike, and what was learnt.

A table never falls when cadence or resistance rises, whatever it was made of. As JSON:

    {"breakaway-power-table": 1, "basis": "meter", "gain": 1.12, "spread_pct": 2.9, "cells": [[85, 35, 151.2, 40], ...]}

A cell: rpm, %, watts, from how many readings.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, Self

import numpy as np

from drivers.isotonic import Values, rising_grid
from drivers.power_rule import MAX_W, rule_w

VERSION = 1
BASES = ("rule", "meter", "feel")
GAINS = (0.2, 5.0)  # bikes have been met that need more than 2
CADENCE_STEP_RPM, CADENCES = 5.0, 41  # 0 to 200 rpm
RESISTANCE_STEP_PCT, RESISTANCES = 2.5, 41  # 0 to 100 %
_RULE_WEIGHT = 0.01  # of a point nobody has ridden, beside a learnt one's number of readings
_CELLS_MAX = CADENCES * RESISTANCES


class Cell(NamedTuple):
    """What was learnt at one point: rpm, %, W, and from how many readings."""

    cadence_rpm: float
    resistance_pct: float
    power_w: float
    readings: int


@dataclass(frozen=True)
class PowerTable:
    """``basis``: "rule" for a bike nobody has measured, "meter" or "feel" after a calibration.

    ``gain`` times the rule holds where there are no ``cells``. ``spread_pct``: how far off the middle one of the
    readings was that it was made of, in %; ``None`` when there were none. Raises :class:`ValueError`.
    """

    gain: float = 1.0
    basis: str = "rule"
    spread_pct: float | None = None
    cells: tuple[Cell, ...] = ()

    def __post_init__(self) -> None:
        if self.basis not in BASES:
            raise ValueError(f"a power table rests on one of {', '.join(BASES)}, not {self.basis!r}")
        if not GAINS[0] <= self.gain <= GAINS[1]:
            raise ValueError(f"gain {self.gain:g} does not lie between {GAINS[0]:g} and {GAINS[1]:g}")
        if self.spread_pct is not None and not 0 <= self.spread_pct < math.inf:
            raise ValueError(f"a spread of {self.spread_pct} %")
        for cell in self.cells:
            if not (0 <= cell.cadence_rpm <= 250 and 0 <= cell.resistance_pct <= 100 and cell.readings > 0):
                raise ValueError(f"no cadence, resistance and number of readings: {tuple(cell)}")
            if not 0 <= cell.power_w <= MAX_W:
                raise ValueError(f"{cell.power_w:g} W does not lie between 0 and {MAX_W:g}")

    def power_w(self, cadence_rpm: float, resistance_pct: float) -> float:
        """Watts at the crank, 0 to 2500, at a cadence (rpm) and a resistance (%)."""
        if not self.cells:
            return min(rule_w(cadence_rpm, resistance_pct) * self.gain, MAX_W)
        column, right = _place(cadence_rpm / CADENCE_STEP_RPM, CADENCES)
        row, down = _place(resistance_pct / RESISTANCE_STEP_PCT, RESISTANCES)
        corners = self._grid[row : row + 2, column : column + 2]
        above, below = corners[:, 0] * (1 - right) + corners[:, 1] * right
        return float(above * (1 - down) + below * down)

    def to_json(self) -> str:
        """The table as text, to be kept."""
        fields = {"basis": self.basis, "gain": self.gain, "spread_pct": self.spread_pct, "cells": self.cells}
        return json.dumps({"breakaway-power-table": VERSION, **fields})

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a table. Raises :class:`ValueError` with what is wrong."""
        try:
            fields = json.loads(text)
            if fields["breakaway-power-table"] != VERSION:
                raise ValueError("this power table was made by a newer program: update this one")
            spread = None if fields["spread_pct"] is None else float(fields["spread_pct"])
            cells = tuple(Cell(float(c), float(r), float(w), int(n)) for c, r, w, n in fields["cells"][:_CELLS_MAX])
            return cls(float(fields["gain"]), str(fields["basis"]), spread, cells)
        except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
            raise ValueError("this is no power table: make one with `python -m drivers calibrate`") from error

    @cached_property
    def _grid(self) -> Values:
        """Watts at every node: the rule, each cell where it was learnt, then nothing that falls."""
        cadences = (np.arange(CADENCES) * CADENCE_STEP_RPM).tolist()
        grid = np.array(
            [[rule_w(c, r * RESISTANCE_STEP_PCT) * self.gain for c in cadences] for r in range(RESISTANCES)]
        )
        weights = np.full_like(grid, _RULE_WEIGHT)
        for cell in self.cells:
            at = node(cell.cadence_rpm, cell.resistance_pct)
            grid[at], weights[at] = cell.power_w, cell.readings
        return np.minimum(rising_grid(grid, weights), MAX_W)


def node(cadence_rpm: float, resistance_pct: float) -> tuple[int, int]:
    """The nearest point of the grid: its row (resistance) and column (cadence)."""
    row, column = round(resistance_pct / RESISTANCE_STEP_PCT), round(cadence_rpm / CADENCE_STEP_RPM)
    return min(max(row, 0), RESISTANCES - 1), min(max(column, 0), CADENCES - 1)


def _place(steps: float, nodes: int) -> tuple[int, float]:
    """The node before, and how much of the step to the next."""
    steps = min(max(steps, 0.0), nodes - 1.0)
    before = min(math.floor(steps), nodes - 2)
    return before, steps - before
