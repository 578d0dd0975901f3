"""The class clock of a live class: media time of the picture that is seen, less when the class began. No clock of its
own.

All consoles of a class agree by it, whatever way and delay their pictures have: who sees a moment later is also later
in the plan and on the leaderboard. The rider's pause does not stop it, for the class goes on.
"""

from __future__ import annotations

from console.class_clock import Picture

PATIENCE_S = 3.0  # how long it waits for the first picture before it starts alone
FREE_DELAY_S = 5.0  # of a picture that never came: about what HLS has
AHEAD_S = 0.15  # a clock further ahead of the picture waits for it; up to here it only slows down
SLOWER = 0.7


class LiveClock:
    """Seconds of the class; negative before it begins, never past ``length_s``, and never runs backwards once it does
    not wait any more.

    It has the interface of :class:`console.class_clock.ClassClock`. ``cloud_s`` passed to :meth:`tell_cloud` is the
    cloud's time less the class's start.
    """

    catch_up: float | None = None  # a live picture cannot be sent anywhere

    def __init__(self, length_s: float, cloud_s: float) -> None:
        self.length_s = length_s
        self.delay_s: float | None = None  # of the picture, behind the cloud's clock
        self._cloud_s = cloud_s
        self.position_s = min(cloud_s, 0.0) if cloud_s < 0 else cloud_s - FREE_DELAY_S
        self._at_s: float | None = None
        self._waited_s = 0.0
        self._started = False

    @property
    def over(self) -> bool:
        """Whether the class has ended."""
        return self.position_s >= self.length_s

    @property
    def waiting(self) -> bool:
        """Whether the class has not begun, or its first picture is still to come."""
        return not self._started or self.position_s < 0

    def tell_cloud(self, cloud_s: float) -> None:
        """Where the class would be without any delay, by the cloud's clock, now."""
        self._cloud_s = cloud_s

    def advance(self, now_s: float, running: bool, picture: Picture, video_s: float = 0.0) -> float:
        """Let time pass to ``now_s``; ``video_s`` is the media time of the picture that is seen, less the class's
        start. Returns the position."""
        passed = 0.0 if self._at_s is None else max(now_s - self._at_s, 0.0)
        self._at_s = now_s
        if picture is Picture.MOVING:
            self.delay_s = max(self._cloud_s - video_s, 0.0)
            if self.waiting:  # nothing has been counted yet
                self._started, self.position_s = True, video_s
            else:
                self._follow(video_s, passed)
        elif not self._started:
            self._waited_s += passed
            self._started = self._waited_s >= PATIENCE_S
            self._run(passed)
        else:
            self._run(passed)
        self.position_s = min(self.position_s, self.length_s)
        return self.position_s

    def _follow(self, video_s: float, passed: float) -> None:
        own_s = self.position_s + passed
        if video_s >= own_s:
            self.position_s = video_s
        elif own_s - video_s > AHEAD_S:
            pass  # it waits for the picture rather than run backwards
        else:
            self.position_s = max(video_s, self.position_s + passed * SLOWER)

    def _run(self, passed: float) -> None:
        """Without a picture: on by itself, held to where the class must be by the cloud's clock."""
        delay_s = self.delay_s if self.delay_s is not None else (0.0 if self._cloud_s < 0 else FREE_DELAY_S)
        self.position_s = max(self.position_s, min(self.position_s + passed, self._cloud_s), self._cloud_s - delay_s)
