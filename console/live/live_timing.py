"""The class clock of a live class, moved by its picture and the cloud's clock."""

from __future__ import annotations

from collections.abc import Callable

from console.class_clock import Picture
from console.class_timing import PICTURES
from console.live.live_clock import LiveClock
from console.live.live_player import LivePlayer


class LiveTiming:
    """Of a class that begins at ``starts_at`` of the cloud's clock, whoever is there. ``cloud_now`` gives that clock.
    ``player`` is ``None`` where there is no libVLC, or no origin to ask."""

    holds = False

    def __init__(
        self, starts_at: float, length_s: float, player: LivePlayer | None, cloud_now: Callable[[], float]
    ) -> None:
        self._starts_at, self._player, self._cloud_now = starts_at, player, cloud_now
        self._clock = LiveClock(length_s, cloud_now() - starts_at)

    @property
    def position_s(self) -> float:
        """The class clock; negative before the class begins."""
        return self._clock.position_s

    @property
    def over(self) -> bool:
        """Whether the class has run to its end."""
        return self._clock.over

    @property
    def waiting(self) -> bool:
        """Whether the class has not begun, or the first picture is still to come."""
        return self._clock.waiting

    @property
    def lobby_s(self) -> float | None:
        """How long until the class begins; ``None`` when it has."""
        return -self._clock.position_s if self._clock.position_s < 0 else None

    @property
    def delay_s(self) -> float | None:
        """How late the picture is behind the cloud's clock; ``None`` while nobody knows."""
        return self._clock.delay_s

    @property
    def path(self) -> str:
        """The way of the picture: "srt", "hls", or nothing."""
        return self._player.path if self._player is not None else ""

    def move(self, now_s: float, running: bool) -> float:
        """Let time pass. The class does not wait for its riders."""
        self._clock.tell_cloud(self._cloud_now() - self._starts_at)
        player = self._player
        if player is None:
            return self._clock.advance(now_s, True, Picture.NONE)
        player.look()
        picture, wall_s = PICTURES.get(player.state, Picture.NONE), player.wall_s
        if picture is Picture.MOVING and wall_s is None:
            picture = Picture.STALLED  # there is a picture, and nobody knows yet when it was taken
        return self._clock.advance(now_s, True, picture, (wall_s or 0.0) - self._starts_at)
