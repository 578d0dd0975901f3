"""From a counter of revolutions and the time of the last one to revolutions a minute, as in CSC and CPS. No I/O.

Sensors send how often the crank or wheel has turned in all, and when it last did so, in ticks of their own clock.
Both wrap. The time is that of a whole revolution, so that the rate is exact whenever the frames come.
"""

from __future__ import annotations

STOPPED_AFTER_S = 2.0
LATE_S = 4.0
_TICK_BITS = 0xFFFF


class Revolutions:
    """The rate of one counter.

    ``ticks_per_s``: of the event time, 16 bits wide. ``bits``: width of the counter. ``max_rpm``: what cannot be
    faster; a counter that seems to be has jumped or begun anew, and only the next frame tells a rate again. So it
    does when the sensor's time has run further than ours (it ran backwards), and after so long a silence that the
    sensor's time may have gone round unseen.
    """

    __slots__ = ("_at_s", "_mask", "_max_rpm", "_revs", "_round_s", "_rpm", "_ticks", "_ticks_per_min", "_ticks_per_s")

    def __init__(self, *, ticks_per_s: int = 1024, bits: int = 16, max_rpm: float = 250.0) -> None:
        self._ticks_per_s = ticks_per_s
        self._ticks_per_min = ticks_per_s * 60
        self._round_s = (_TICK_BITS + 1) / ticks_per_s - LATE_S
        self._mask = (1 << bits) - 1
        self._max_rpm = max_rpm
        self.reset()

    def reset(self) -> None:
        """The link has gone: forget the counter."""
        self._revs = self._ticks = 0
        self._at_s = float("-inf")
        self._rpm: float | None = None

    def feed(self, revs: int, ticks: int, at_s: float) -> float | None:
        """The rate in rpm when a frame with these numbers came at ``at_s`` (monotonic, seconds); ``None``: unknown.

        Without a new revolution the last rate holds for two seconds and is then 0. New revolutions in no time keep
        it too, but are never taken for standing still.
        """
        elapsed = at_s - self._at_s
        turned = (revs - self._revs) & self._mask
        if not turned and 0 <= elapsed < float("inf"):
            if elapsed >= STOPPED_AFTER_S:
                self._rpm = 0.0
            return self._rpm
        if not 0 <= elapsed <= self._round_s:
            return self._begin(revs, ticks, at_s)
        span = (ticks - self._ticks) & _TICK_BITS
        if not span:
            return self._rpm if elapsed < STOPPED_AFTER_S else None
        rpm = turned * self._ticks_per_min / span
        if rpm > self._max_rpm or span > (elapsed + LATE_S) * self._ticks_per_s:
            return self._begin(revs, ticks, at_s)
        if self._rpm == 0.0 and span > LATE_S * self._ticks_per_s:
            # The first revolution after a standstill: its time is mostly the standstill's.
            return self._begin(revs, ticks, at_s)
        self._revs, self._ticks, self._at_s, self._rpm = revs, ticks, at_s, rpm
        return rpm

    def _begin(self, revs: int, ticks: int, at_s: float) -> float | None:
        self._revs, self._ticks, self._at_s, self._rpm = revs, ticks, at_s, None
        return self._rpm


def crank() -> Revolutions:
    """A crank's counter, the same in CSC and CPS."""
    return Revolutions()


def wheel(ticks_per_s: int, wheel_m: float, max_kmh: float) -> Revolutions:
    """A wheel's counter: 1024 ticks a second in CSC, 2048 in CPS."""
    return Revolutions(ticks_per_s=ticks_per_s, bits=32, max_rpm=max_kmh / (wheel_m * 0.06))
