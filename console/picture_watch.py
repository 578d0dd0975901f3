"""How well the picture of the ride that is on comes: looks at the player, and says when that is to be kept. No Kivy."""

from __future__ import annotations

from typing import Protocol

from console.gateway.quality import Picture, Watch, together
from console.player_events import PlayerState
from sync.records import Quality

KEEP_EVERY_S = 60.0
_SEEN = {
    PlayerState.PLAYING: Picture.MOVING,
    PlayerState.PAUSED: Picture.STANDING,
    PlayerState.ENDED: Picture.STANDING,
}


class Watched(Protocol):
    """What is looked at: a player."""

    @property
    def state(self) -> PlayerState: ...
    @property
    def came(self) -> Quality: ...
    @property
    def frames_shown(self) -> int: ...
    @property
    def frames_dropped(self) -> int: ...


class PictureWatch:
    """``before`` is what is known of this ride's picture from before a crash cut it off."""

    def __init__(self, player: Watched, now_s: float, before: Quality | None = None) -> None:
        self._player, self._before = player, before
        self._watch = Watch(now_s)
        self._kept_s = now_s

    @property
    def quality(self) -> Quality:
        """The figures so far."""
        player = self._player
        return together(self._before, self._watch.joined(player.came, player.frames_shown, player.frames_dropped))

    def step(self, now_s: float) -> Quality | None:
        """See how the picture is now; once a minute, the figures to be kept."""
        self._watch.step(now_s, _SEEN.get(self._player.state, Picture.WAITED_FOR))
        if now_s - self._kept_s < KEEP_EVERY_S:
            return None
        self._kept_s = now_s
        return self.quality
