"""When a picture was on the air: from the encoder's timestamps to the wall clock. No I/O and no clock.

A picture's media wall time is when it reached the origin, had the network been at its best all the time. So two
origins, each by itself, give the same picture the same time, but for the difference of their best ways from the
encoder; and an encoder whose clock runs a little fast or slow is followed, slowly enough for no one to notice.
"""

from __future__ import annotations

from collections import deque

QUIET_S, MOST_SETTLING_S = 0.7, 5.0  # at first every better (earlier) arrival is believed, until none comes so long
BETTER_S = 0.005
WINDOW_S = 120  # the best arrival of this long counts
SLEW = 0.0005  # seconds a second by which the time is set right afterwards


class MediaTime:
    """Of one encoder's one connection. Times are seconds; ``offset_s`` is the wall clock at PTS 0, which after the
    first pictures is ``settled``: from then on it moves by less than a thousandth."""

    def __init__(self) -> None:
        self.offset_s = float("inf")
        self._best: deque[tuple[int, float]] = deque()  # (second, least lead in it), leads rising
        self._began = self._better_at = self._moved_at = float("-inf")
        self.settled = False

    @property
    def known(self) -> bool:
        """Whether any picture has been heard of."""
        return self.offset_s != float("inf")

    def wall_s(self, pts_s: float) -> float:
        """The media wall time of a timestamp."""
        return pts_s + self.offset_s

    def heard(self, pts_s: float, arrived_at: float) -> None:
        """A picture has arrived."""
        lead = arrived_at - pts_s
        self._remember(int(arrived_at), lead)
        if self.settled:
            most = SLEW * max(arrived_at - self._moved_at, 0.0)
            self.offset_s += min(max(self._best[0][1] - self.offset_s, -most), most)
        else:
            self._settle(lead, arrived_at)
        self._moved_at = arrived_at

    def _settle(self, lead: float, arrived_at: float) -> None:
        if not self.known:
            self._began = arrived_at
        if lead < self.offset_s - BETTER_S:
            self._better_at = arrived_at
        self.offset_s = min(self.offset_s, lead)
        quiet = arrived_at - self._better_at >= QUIET_S
        self.settled = quiet or arrived_at - self._began >= MOST_SETTLING_S

    def _remember(self, second: int, lead: float) -> None:
        while self._best and self._best[-1][1] >= lead:
            self._best.pop()
        if not self._best or self._best[-1][0] != second:
            self._best.append((second, lead))
        while self._best[0][0] < second - WINDOW_S:
            self._best.popleft()
