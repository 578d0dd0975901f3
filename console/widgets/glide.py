"""How a needle moves: to each new value in 120 ms, evenly. No Kivy; time is passed in."""

from __future__ import annotations

GLIDE_S = 0.12


class Glide:
    """A value under way. ``at`` is where it stands, ``None`` before the first aim."""

    def __init__(self) -> None:
        self.at: float | None = None
        self._from = self._to = self._since_s = 0.0

    def aim(self, to: float | None, now_s: float) -> None:
        """Begin to move to a value; from nowhere, or to nowhere, it jumps."""
        if to is None or self.at is None:
            self.at = to
            self._from = self._to = to or 0.0
        elif to != self._to:
            self._from, self._to, self._since_s = self.at, to, now_s

    def step(self, now_s: float) -> float | None:
        """Let time pass; returns where the value stands."""
        if self.at is not None and self.at != self._to:
            share = min(max((now_s - self._since_s) / GLIDE_S, 0.0), 1.0)
            self.at = self._from + (self._to - self._from) * share
        return self.at
