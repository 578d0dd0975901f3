"""How a session's class clock is moved: by the picture of a class on demand, which waits for its rider. No Kivy."""

from __future__ import annotations

from typing import Protocol

from console.class_clock import ClassClock, Picture
from console.player_events import PlayerState

PICTURES = {
    PlayerState.OPENING: Picture.OPENING,
    PlayerState.PLAYING: Picture.MOVING,
    PlayerState.PAUSED: Picture.MOVING,
    PlayerState.STALLED: Picture.STALLED,
}


class Shown(Protocol):
    """What shows the picture of a class: a player."""

    @property
    def state(self) -> PlayerState: ...
    @property
    def position_s(self) -> float: ...
    def seek(self, position_s: float) -> None: ...


class Timing(Protocol):
    """Seconds of the class. ``waiting`` is true until the ride may begin; ``holds`` where a pause of the ride holds
    the class; ``lobby_s`` is how long until a live class begins, ``None`` otherwise. ``path`` is the way of a live
    picture ("srt", "hls"), ``delay_s`` how late it is, where that is known."""

    holds: bool

    @property
    def position_s(self) -> float: ...
    @property
    def over(self) -> bool: ...
    @property
    def waiting(self) -> bool: ...
    @property
    def lobby_s(self) -> float | None: ...
    @property
    def path(self) -> str: ...
    @property
    def delay_s(self) -> float | None: ...
    def move(self, now_s: float, running: bool) -> float: ...


class OnDemandTiming:
    """Of a class that begins when its rider begins, at ``start_s``."""

    holds = True
    lobby_s: float | None = None
    path = ""
    delay_s: float | None = None

    def __init__(self, length_s: float, start_s: float, player: Shown | None) -> None:
        self._clock, self._player = ClassClock(length_s, start_s), player

    @property
    def position_s(self) -> float:
        """The class clock."""
        return self._clock.position_s

    @property
    def over(self) -> bool:
        """Whether the class has run to its end."""
        return self._clock.over

    @property
    def waiting(self) -> bool:
        """Whether the class waits for its first picture."""
        return self._clock.waiting

    def move(self, now_s: float, running: bool) -> float:
        """Let time pass; send the picture to where it should be."""
        player = self._player
        picture = PICTURES.get(player.state, Picture.NONE) if player else Picture.NONE
        position_s = self._clock.advance(now_s, running, picture, player.position_s if player else 0.0)
        if self._clock.catch_up is not None and player:
            player.seek(self._clock.catch_up)
        return position_s
