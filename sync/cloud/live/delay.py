"""How late something is, as it usually is: the median of the last seconds. No I/O and no clock."""

from __future__ import annotations

from collections import deque
from statistics import median

WINDOW_S = 5.0


class Delay:
    """Of one stream of moments; seconds."""

    def __init__(self) -> None:
        self._heard: deque[tuple[float, float]] = deque()

    def heard(self, delay_s: float, now: float) -> None:
        """Something was that late."""
        self._heard.append((now, delay_s))
        while self._heard[0][0] < now - WINDOW_S:
            self._heard.popleft()

    @property
    def usual_s(self) -> float | None:
        """``None`` before anything was heard."""
        return median(delay for _, delay in self._heard) if self._heard else None
