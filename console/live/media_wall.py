"""When the picture of a live feed that is seen was on the air.

libVLC tells no timestamps of a feed, but it shows a picture a fixed time after it was sent: what SRT waits to mend
losses, its own caching, and about one picture more. The origin tells how late it sends.
"""

from __future__ import annotations

from collections.abc import Callable

CACHING_MS = 150  # libVLC's, of a feed
SHOWING_S = 0.03  # from libVLC's clock to the frame; measured
OWN_LATENCY_S = 0.125  # SRT's, as libVLC asks for it; the longer of both sides' counts
USUAL_DELAY_S, USUAL_LATENCY_S = 0.1, 0.12  # of an origin that has not been asked yet


class SrtDelay:
    """``cloud_at`` gives the cloud's time at a moment of the monotonic clock."""

    def __init__(self, cloud_at: Callable[[float], float]) -> None:
        self._cloud_at = cloud_at
        self.feed_delay_s = USUAL_DELAY_S  # from media time to sending, as the origin measures it
        self.latency_s = USUAL_LATENCY_S  # SRT's, as the origin asks for it

    @property
    def delay_s(self) -> float:
        """From the encoder to the screen."""
        return self.feed_delay_s + max(self.latency_s, OWN_LATENCY_S) + CACHING_MS / 1000 + SHOWING_S

    def told(self, feed_delay_s: float | None, latency_ms: float) -> None:
        """The origin told how late it is."""
        if feed_delay_s is not None and 0 <= feed_delay_s < 10:
            self.feed_delay_s = feed_delay_s
        if 0 <= latency_ms < 10_000:
            self.latency_s = latency_ms / 1000

    def wall_s(self, now_s: float) -> float:
        """Media wall time of the picture that is seen at a moment of the monotonic clock."""
        return self._cloud_at(now_s) - self.delay_s
