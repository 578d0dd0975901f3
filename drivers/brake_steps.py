"""How far a brake may go in one step. No I/O."""

from __future__ import annotations

import math
from dataclasses import dataclass

_ROUNDING = 1e-9  # of floating-point sums


@dataclass(frozen=True, slots=True)
class Axis:
    """What a brake can be set to, in %, or in W: from ``minimum`` to ``maximum`` by ``step``, at most ``safe`` at once.

    A brake whose own step is greater than ``safe`` goes one of its steps at once.
    """

    minimum: float
    maximum: float
    step: float
    safe: float

    def nearest(self, value: float) -> float:
        """What the brake can keep that is nearest to ``value``."""
        return self._at(round(self._steps(min(max(value, self.minimum), self.maximum))))

    def toward(self, begin: float, goal: float) -> float:
        """One safe step from ``begin`` (whatever was measured) to ``goal``, and not beyond; something it can keep."""
        begin, goal = min(max(begin, self.minimum), self.maximum), self.nearest(goal)
        reach = max(self.safe, self.step)
        if abs(goal - begin) <= reach + _ROUNDING:
            return goal
        if goal > begin:
            return self._at(math.floor(self._steps(begin + reach) + _ROUNDING))
        return self._at(math.ceil(self._steps(begin - reach) - _ROUNDING))

    def _steps(self, value: float) -> float:
        return (value - self.minimum) / self.step

    def _at(self, steps: int) -> float:
        last = math.floor(self._steps(self.maximum) + _ROUNDING)
        return self.minimum + min(max(steps, 0), last) * self.step
