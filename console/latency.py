"""How long a value takes from the bike's bytes to the screen: measured where the frame is flipped."""

from __future__ import annotations

from collections import deque

from console.ride import Reading

KEPT = 20_000


class Latency:
    """Note the readings a frame shows before it is drawn; ``shown`` when the frame is on the screen."""

    def __init__(self) -> None:
        self.delays_s: deque[float] = deque(maxlen=KEPT)
        self._pending: list[float] = []
        self._newest_s = float("-inf")

    def note(self, *readings: Reading) -> None:
        """These readings are about to be drawn; one that was drawn before does not count again."""
        fresh = sorted({r.heard_s for r in readings if r.heard_s is not None and r.heard_s > self._newest_s})
        if fresh:
            self._newest_s = fresh[-1]
            self._pending += fresh

    def shown(self, now_s: float) -> None:
        """The frame with the noted readings is on the screen."""
        self.delays_s.extend(now_s - heard_s for heard_s in self._pending)
        self._pending.clear()

    def unchanged(self) -> None:
        """A turn of the loop drew nothing: what was noted was on the screen already."""
        self._pending.clear()

    def quantile_ms(self, share: float) -> float | None:
        """The delay, in milliseconds, that this share of the values did not exceed; ``None`` before the first."""
        if not self.delays_s:
            return None
        ordered = sorted(self.delays_s)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] * 1000
