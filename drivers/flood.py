"""Telling a flood from a sensor: what brings far more than one can mean is let go before it eats the processor."""

from __future__ import annotations


class Flood:
    """A bucket that holds ``burst`` and drains ``per_s`` a second, of bytes or of messages. No clock."""

    def __init__(self, burst: float, per_s: float, now_s: float) -> None:
        self._burst, self._per_s = burst, per_s
        self._level, self._at_s = 0.0, now_s

    def overflows(self, amount: float, at_s: float) -> bool:
        """Pour in what came by ``at_s`` (monotonic, seconds): whether it is too much now."""
        self._level = max(0.0, self._level - (at_s - self._at_s) * self._per_s) + amount
        self._at_s = at_s
        return self._level > self._burst
