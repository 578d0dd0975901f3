"""How fast the network is: an estimate from the pieces that were fetched. Pure.

Two means that forget at different speeds, weighted by the time each fetch took, and the lesser of them believed: a
drop is seen at once, a lucky piece is not (as hls.js and Shaka Player do). Only time spent fetching counts, so idle
changes nothing; a piece that was there at once weighs nearly nothing against one that took its time.
"""

from __future__ import annotations

import math
import statistics
from collections import deque

FAST_S, SLOW_S = 3.0, 9.0  # of fetching, after which a sample counts half
LEAST_S = 0.05  # a fetch that took less came out of some cache, or the clock is too coarse for it
LEAST_BYTES = 16_000  # less than this measures the way there and back, not the width of the network,
SLOW_ANSWER_S = 1.0  # unless it took this long
REMEMBERED_S = 1.0  # what is remembered weighs like a fetch of this length
LATENCY_SAMPLES = 3.0  # after which one counts half
USUAL_S, USUAL_OF = 0.2, 5  # to the first byte, before anything is known; of so many fetches
SANE_BPS = (1_000.0, 10_000_000_000.0)


class _Mean:
    """An exponentially weighted mean that is right from its first sample on."""

    def __init__(self, half_s: float) -> None:
        self._half_s = half_s
        self._sum = 0.0
        self._weight = 0.0

    def add(self, value: float, weight_s: float) -> None:
        kept = 0.5 ** (weight_s / self._half_s)
        self._sum = self._sum * kept + value * (1 - kept)
        self._weight = self._weight * kept + (1 - kept)

    @property
    def value(self) -> float:
        return self._sum / self._weight


class Throughput:
    """``remembered_bps``: what :attr:`estimate_bps` was at the end of the last class, if that is known; it decides the
    first rung, and is soon outweighed."""

    def __init__(self, remembered_bps: float | None = None) -> None:
        self._means: tuple[_Mean, _Mean] | None = None
        self._latency: _Mean | None = None
        self._latencies: deque[float] = deque(maxlen=USUAL_OF)
        if remembered_bps is not None and math.isfinite(remembered_bps):
            self._add(min(max(remembered_bps, SANE_BPS[0]), SANE_BPS[1]), REMEMBERED_S)

    def add(self, size_bytes: int, elapsed_s: float, first_byte_s: float = 0.0, waited_s: float | None = None) -> None:
        """``size_bytes`` came over the network within ``elapsed_s`` of asking, the first of them after
        ``first_byte_s``; also of a fetch that was given up. ``waited_s``: until that byte, where others had been asked
        in vain before.

        Not for what was kept on the tablet, nor for time in which a server held a live piece back.
        """
        slow = elapsed_s >= SLOW_ANSWER_S
        if size_bytes < LEAST_BYTES and not slow:
            return
        spent_s = max(elapsed_s - first_byte_s, LEAST_S)
        self._add(size_bytes * 8 / spent_s, spent_s)
        self._latency = self._latency or _Mean(LATENCY_SAMPLES)
        self._latency.add(first_byte_s if waited_s is None else waited_s, 1.0)
        if first_byte_s:
            self.answered(first_byte_s)

    def answered(self, latency_s: float) -> None:
        """A server took so long to begin an answer, of whatever size."""
        self._latencies.append(latency_s)

    @property
    def latency_s(self) -> float:
        """From asking to the first byte, as of late; 0 where it was never told."""
        return self._latency.value if self._latency else 0.0

    @property
    def usual_latency_s(self) -> float:
        """The same, where a few answers that were late do not count: the median."""
        return statistics.median(self._latencies) if self._latencies else USUAL_S

    @property
    def estimate_bps(self) -> float | None:
        """Bits a second that the next piece may count on; ``None`` where nothing is known."""
        return None if self._means is None else min(mean.value for mean in self._means)

    def _add(self, rate_bps: float, weight_s: float) -> None:
        if self._means is None:
            self._means = (_Mean(FAST_S), _Mean(SLOW_S))
        for mean in self._means:
            mean.add(rate_bps, weight_s)
