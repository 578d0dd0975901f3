"""A lone reading that no bike can mean: held back until the next one has spoken. No clock."""

from __future__ import annotations

from collections import deque
from statistics import median


class Spikes:
    """Judges the readings of one quantity, one after the other.

    A reading within ``near`` of the last one that was believed passes at once. Beyond that the middle one of the last
    believed, the one before and this one counts: a lone spike is never told, a real change one reading late at most.
    """

    def __init__(self, near: float) -> None:
        self._near = near
        self._believed: float | None = None
        self._last: deque[float] = deque(maxlen=3)

    def judge(self, value: float) -> float | None:
        """What may be believed now that ``value`` was read; ``None`` when only the next reading can tell."""
        self._last.append(value)
        now = self._first() if self._believed is None else self._next(self._believed, value)
        if now is not None:
            self._believed = now
        return now

    def trust(self, value: float) -> float:
        """Believe a reading as it is."""
        self._last.append(value)
        self._believed = value
        return value

    def _first(self) -> float | None:
        """Two alike, or the middle one of three."""
        last = list(self._last)
        if len(last) > 1 and abs(last[-1] - last[-2]) <= self._near:
            return last[-1]
        return median(last) if len(last) == 3 else None

    def _next(self, believed: float, value: float) -> float | None:
        if abs(value - believed) <= self._near:
            return value
        middle = median([believed, self._last[-2], value])
        return middle if middle != believed else None
