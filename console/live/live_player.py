"""A live class on the quickest way that holds: SRT straight from an origin, else HLS through the gateway.

SRT shows a picture a fraction of a second after it was taken; HLS is some seconds later, and the gateway mends what
goes wrong. :mod:`console.live.ways` decides between them.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from console.frames import Frames
from console.live.media_wall import SrtDelay
from console.live.ways import OpenHls, OpenSrt, Ways
from console.player_events import PlayerState
from sync.records import Quality


class LivePlayer:
    """It has the interface of :class:`console.player.Player`, but for ``open``; :meth:`look` is called every turn of
    the loop. ``delay`` knows how late the feed's picture is seen; for the rest see :class:`console.live.ways.Ways`."""

    def __init__(
        self,
        open_hls: OpenHls,
        open_srt: OpenSrt,
        feeds: int,
        delay: SrtDelay,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.delay = delay
        self.closed = False
        self._clock = clock
        self._ways = Ways(open_hls, open_srt, feeds, clock())

    @property
    def path(self) -> str:
        """The way of the picture that is seen: "srt" or "hls"."""
        return self._ways.front

    @property
    def feed(self) -> int:
        """Which feed is shown, or tried next."""
        return self._ways.feed

    def know_feeds(self, feeds: int) -> None:
        """There are so many feeds by now."""
        self._ways.feeds = feeds

    @property
    def state(self) -> PlayerState:
        """What the rider sees."""
        if self.closed:
            return PlayerState.IDLE
        seen = self._ways.seen
        state = seen.state if seen is not None else PlayerState.OPENING
        if self.path == "srt" and state is not PlayerState.OPENING and not self._ways.sound:
            return PlayerState.STALLED  # HLS is on its way
        return state

    @property
    def wall_s(self) -> float | None:
        """When the picture that is seen was on the air, by the cloud's clock; ``None`` while nobody knows."""
        seen, wall = self._ways.seen, self._ways.wall
        if seen is None or not self._ways.sound:
            return None
        if self.path == "srt":
            return self.delay.wall_s(self._clock())
        return wall.media_wall_s(seen.position_s) if wall is not None else None

    @property
    def position_s(self) -> float:
        """Of what is seen, since it was opened. Media time is :attr:`wall_s`."""
        return self._ways.seen.position_s if self._ways.seen is not None else 0.0

    @property
    def duration_s(self) -> float | None:
        """Nobody knows how long it will be."""
        return None

    @property
    def still(self) -> bool:
        """Whether a poster stands in the picture's place: never in a live class."""
        return False

    @property
    def caption(self) -> str:
        """What is said now, where the class has captions."""
        return self._ways.seen.caption if self._ways.seen is not None else ""

    @property
    def frames(self) -> Frames:
        """Where the pictures wait to be drawn."""
        return self._ways.seen.frames if self._ways.seen is not None else _NOTHING

    @property
    def frames_shown(self) -> int:
        """Pictures that reached the screen."""
        return self._ways.frames_shown

    @property
    def frames_dropped(self) -> int:
        """Pictures that did not, though they were due."""
        return self._ways.frames_dropped

    @property
    def came(self) -> Quality:
        """How it came, on both ways."""
        return self._ways.came

    def look(self) -> None:
        """Once a turn of the loop."""
        if not self.closed:
            self._ways.look(self._clock())

    def play(self) -> None:
        """Nothing: a live class goes on."""

    def pause(self) -> None:
        """Nothing: a live class cannot be held."""

    def seek(self, position_s: float) -> None:
        """Nothing: there is only now."""

    @property
    def volume(self) -> int:
        """0 to 100."""
        return self._ways.volume

    def set_volume(self, volume: int) -> None:
        """Set the loudness, 0 to 100."""
        self._ways.volume = min(max(volume, 0), 100)
        for player in self._ways.players:
            player.set_volume(self._ways.volume)

    @property
    def mute(self) -> bool:
        """Whether the class is silent, whatever the volume."""
        return self._ways.muted

    @mute.setter
    def mute(self, muted: bool) -> None:
        self._ways.muted = muted
        if self._ways.seen is not None:
            self._ways.seen.mute = muted

    def set_captions(self, on: bool) -> None:
        """Whether :attr:`caption` says anything."""
        self._ways.captions = on
        for player in self._ways.players:
            player.set_captions(on)

    def close(self, wait_s: float = 0.0) -> None:
        """Stop and forget the class."""
        self.closed = True
        self._ways.close(wait_s)


_NOTHING = Frames()
