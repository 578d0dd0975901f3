"""A rider's heart: it follows the work with a delay, up faster than down."""

from __future__ import annotations

import math

REST_BPM, MAX_BPM = 62.0, 192.0
BPM_PER_W = 0.48
RISE_S, FALL_S = 25.0, 45.0


class Heart:
    """Beats. It has no clock: time is passed in."""

    def __init__(self, bpm: float = REST_BPM + 12) -> None:
        self.bpm = bpm
        self._beat = 0.0
        self._new: list[float] = []

    def step(self, dt_s: float, power_w: float) -> None:
        """Let ``dt_s`` seconds pass under a load of ``power_w`` watts."""
        wanted = min(REST_BPM + BPM_PER_W * power_w, MAX_BPM)
        tau_s = RISE_S if wanted > self.bpm else FALL_S
        self.bpm += (wanted - self.bpm) * (1 - math.exp(-dt_s / tau_s))
        self._beat += dt_s * self.bpm / 60
        while self._beat >= 1.0:
            self._beat -= 1.0
            self._new.append(60 / self.bpm)
        del self._new[:-9]  # a message holds nine intervals at most

    def new_intervals(self) -> list[float]:
        """The times between beats, in seconds, since this was last asked."""
        new, self._new = self._new, []
        return new
