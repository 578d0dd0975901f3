"""The class clock: the video's position while it plays, the ride's own time while it does not. No clock of its own.

A stall of the video neither loses nor invents seconds: the clock runs on, and when the picture is back behind it
the clock asks for a jump forward (``catch_up``), so that plan, coach and leaderboard agree again.
"""

from __future__ import annotations

from enum import Enum

PATIENCE_S = 3.0  # how long the clock waits for the first picture before it starts alone
BEHIND_S = 1.5  # a picture further behind is asked to jump
JUMP_EVERY_S = 5.0


class Picture(Enum):
    """What the video does, as far as the clock cares."""

    NONE = "none"  # no video, or it broke
    OPENING = "opening"  # nothing shown yet
    MOVING = "moving"
    STALLED = "stalled"


class ClassClock:
    """Seconds of the class, from ``start_s``; never runs backwards, never past ``length_s``."""

    def __init__(self, length_s: float, start_s: float = 0.0) -> None:
        self.position_s = start_s
        self.length_s = length_s
        self.catch_up: float | None = None
        self._at_s: float | None = None
        self._waited_s = 0.0
        self._started = False
        self._jumped_at_s = float("-inf")

    @property
    def over(self) -> bool:
        """Whether the class has ended."""
        return self.position_s >= self.length_s

    @property
    def waiting(self) -> bool:
        """Whether the clock still waits for the first picture."""
        return not self._started

    def advance(self, now_s: float, running: bool, picture: Picture, video_s: float = 0.0) -> float:
        """Let time pass to ``now_s``; ``running`` is false while the ride is paused. Returns the position.

        After the call ``catch_up`` is the position to which the video should jump, or ``None``.
        """
        passed = 0.0 if self._at_s is None else max(now_s - self._at_s, 0.0)
        self._at_s, self.catch_up = now_s, None
        if not running:
            return self.position_s
        if not self._started:
            self._waited_s += passed
            self._started = picture in (Picture.MOVING, Picture.NONE) or self._waited_s >= PATIENCE_S
            passed = 0.0
        if self._started:
            self._go_on(now_s, passed, picture, video_s)
        return self.position_s

    def _go_on(self, now_s: float, passed: float, picture: Picture, video_s: float) -> None:
        own_s = min(self.position_s + passed, self.length_s)
        if picture is not Picture.MOVING:
            self.position_s = own_s
        elif video_s >= own_s - BEHIND_S:
            # Small disagreements are the video's to win, but the clock waits rather than run backwards.
            self.position_s = min(max(self.position_s, video_s), self.length_s)
        else:
            self.position_s = own_s
            if now_s - self._jumped_at_s >= JUMP_EVERY_S:
                self._jumped_at_s, self.catch_up = now_s, own_s
