"""A live class on the quickest way that holds: SRT straight from an origin, else HLS through the gateway.

SRT shows a picture a fraction of a second after it was taken, and has nothing to fall back on: a network that loses
much, a closed port or a dead origin end it. HLS is some seconds later, and the gateway mends what goes wrong. So SRT
is shown while it is sound, HLS is opened as soon as it is not, and SRT is tried again behind HLS, unheard and unseen,
until it has been sound for a while.

It has the interface of :class:`console.player.Player`, but for ``open``; :meth:`look` is called every turn of the loop.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from console.frames import Frames
from console.live.media_wall import SrtDelay
from console.player import Player, PlayerState
from sync.records import Quality

HEDGE_S = 0.9  # of SRT without a first picture, before HLS is opened beside it
SILENT_S = 0.5  # of SRT without a next picture, before HLS is opened beside it
SOUND_S = 3.0  # that SRT must have been sound before it is shown again
AGAIN_S = (8.0, 16.0, 32.0, 60.0)  # until SRT is tried again, after each time it failed
GIVEN_UP_S = 4.0  # without a picture, in a try behind HLS
STUMBLES, STUMBLES_IN_S = 3, 20.0  # so many gaps in so long make SRT unsound, though it comes back each time
_GONE = (PlayerState.ENDED, PlayerState.BROKEN)


class Wall(Protocol):
    """Tells when what an HLS player shows was on the air: a view of the gateway."""

    def media_wall_s(self, position_s: float) -> float | None: ...


class LivePlayer:
    """``srt`` opens a player on the n-th feed of ``feeds`` feeds, ``hls`` one on the gateway and its view; ``srt`` is
    told whether it may be heard. ``delay`` knows how late the feed's picture is seen."""

    def __init__(
        self,
        hls: Callable[[bool], tuple[Player, Wall]],
        srt: Callable[[int, bool], Player] | None,
        feeds: int,
        delay: SrtDelay,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_hls, self._open_srt, self._feeds = hls, srt, feeds
        self.delay = delay
        self._clock = clock
        self._volume, self._muted = 100, False
        self._captions_on = True
        self.feed = 0  # which is shown, or tried next
        self._hls: Player | None = None
        self._wall: Wall | None = None
        self._srt: Player | None = None
        self._front = ""  # "srt" or "hls": what is seen
        self._opened_at_s = self._sound_since_s = 0.0
        self._failures = 0
        self._again_at_s = float("inf")
        self._stumbles: list[float] = []
        self._stumbling = False
        self._past = Quality()
        self._closed = False
        self._begin()

    @property
    def closed(self) -> bool:
        """Whether it has been closed."""
        return self._closed

    @property
    def path(self) -> str:
        """The way of the picture that is seen: "srt" or "hls"."""
        return self._front

    @property
    def state(self) -> PlayerState:
        """What the rider sees."""
        if self._closed:
            return PlayerState.IDLE
        state = self._seen.state if self._seen is not None else PlayerState.OPENING
        if self._front == "srt" and (state in _GONE or (state is PlayerState.PLAYING and self._silent())):
            return PlayerState.STALLED  # HLS is on its way
        return state

    @property
    def wall_s(self) -> float | None:
        """When the picture that is seen was on the air, by the cloud's clock; ``None`` while nobody knows."""
        if self._seen is None or self._seen.state is not PlayerState.PLAYING:
            return None
        if self._front == "srt":
            return None if self._silent() else self.delay.wall_s(self._clock())
        return self._wall.media_wall_s(self._seen.position_s) if self._wall is not None else None

    @property
    def position_s(self) -> float:
        """Of what is seen, since it was opened. Media time is :attr:`wall_s`."""
        return self._seen.position_s if self._seen is not None else 0.0

    @property
    def duration_s(self) -> float | None:
        """Nobody knows how long it will be."""
        return None

    @property
    def caption(self) -> str:
        """What is said now, where the class has captions."""
        return self._seen.caption if self._seen is not None else ""

    @property
    def frames(self) -> Frames:
        """Where the pictures wait to be drawn."""
        return self._seen.frames if self._seen is not None else _NOTHING

    @property
    def frames_shown(self) -> int:
        """Pictures that reached the screen."""
        return self._sum("frames_shown")

    @property
    def frames_dropped(self) -> int:
        """Pictures that did not, though they were due."""
        return self._sum("frames_dropped")

    @property
    def came(self) -> Quality:
        """How it came over the gateway, where it did."""
        return self._hls.came if self._hls is not None else self._past

    def look(self) -> None:
        """Once a turn of the loop: see how both ways are, and take the better one."""
        if self._closed:
            return
        now_s = self._clock()
        if self._front == "srt":
            self._look_at_srt(now_s)
        else:
            self._look_behind(now_s)

    def play(self) -> None:
        """Nothing: a live class goes on."""

    def pause(self) -> None:
        """Nothing: a live class cannot be held."""

    def seek(self, position_s: float) -> None:
        """Nothing: there is only now."""

    def set_volume(self, volume: int) -> None:
        """Set the loudness, 0 to 100."""
        self._volume = min(max(volume, 0), 100)
        for player in (self._srt, self._hls):
            if player is not None:
                player.set_volume(self._volume)

    @property
    def volume(self) -> int:
        """0 to 100."""
        return self._volume

    @property
    def mute(self) -> bool:
        """Whether the class is silent, whatever the volume."""
        return self._muted

    @mute.setter
    def mute(self, muted: bool) -> None:
        self._muted = muted
        if self._seen is not None:
            self._seen.mute = muted

    def set_captions(self, on: bool) -> None:
        """Whether :attr:`caption` says anything."""
        self._captions_on = on
        if self._hls is not None:
            self._hls.set_captions(on)

    def close(self, wait_s: float = 0.0) -> None:
        """Stop and forget the class."""
        self._closed = True
        for player in (self._srt, self._hls):
            if player is not None:
                player.close(wait_s)

    @property
    def _seen(self) -> Player | None:
        return self._srt if self._front == "srt" else self._hls

    def _sum(self, name: str) -> int:
        return sum(int(getattr(player, name)) for player in (self._srt, self._hls) if player is not None)

    def _begin(self) -> None:
        self._opened_at_s = self._clock()
        if self._open_srt is not None and self._feeds:
            self._front = "srt"
            self._srt = self._new_srt(heard=True)
        else:
            self._front = "hls"
            self._new_hls(heard=True)

    def _new_srt(self, heard: bool) -> Player:
        assert self._open_srt is not None
        player = self._open_srt(self.feed % self._feeds, heard and not self._muted)
        player.set_volume(self._volume)
        return player

    def _new_hls(self, heard: bool) -> None:
        self._hls, self._wall = self._open_hls(heard and not self._muted)
        self._hls.set_volume(self._volume)
        self._hls.set_captions(self._captions_on)

    def _silent(self) -> bool:
        return self._srt is not None and self._srt.silence_s > SILENT_S

    def _look_at_srt(self, now_s: float) -> None:
        """SRT is seen. When it is not well, HLS is opened, and seen as soon as it has a picture."""
        assert self._srt is not None
        well = self._srt.state is PlayerState.PLAYING and not self._silent()
        if self._stumbled(now_s, well):
            well = False
        if well:
            if self._hls is not None:  # it came back before HLS was there
                self._hls.close()
                self._hls = self._wall = None
            return
        patience_s = HEDGE_S if self._srt.state is PlayerState.OPENING else 0.0
        if self._hls is None and now_s - self._opened_at_s >= patience_s:
            self._new_hls(heard=False)
        if self._hls is not None and self._hls.state is PlayerState.PLAYING:
            self._fall_back(now_s)

    def _stumbled(self, now_s: float, well: bool) -> bool:
        """Whether SRT has had too many gaps lately."""
        opening = self._srt is not None and self._srt.state is PlayerState.OPENING
        if not well and not self._stumbling and not opening:
            self._stumbles = [at_s for at_s in self._stumbles if now_s - at_s < STUMBLES_IN_S] + [now_s]
        self._stumbling = not well and not opening
        return len(self._stumbles) >= STUMBLES

    def _fall_back(self, now_s: float) -> None:
        assert self._srt is not None and self._hls is not None
        self._front = "hls"
        self._hls.mute = self._muted
        self._srt.close()
        self._srt = None
        self._try_later(now_s)

    def _try_later(self, now_s: float) -> None:
        self.feed += 1  # another origin's turn
        self._again_at_s = now_s + AGAIN_S[min(self._failures, len(AGAIN_S) - 1)]
        self._failures += 1
        self._stumbles = []

    def _look_behind(self, now_s: float) -> None:
        """HLS is seen. Now and then SRT is tried behind it."""
        if self._srt is None:
            if self._open_srt is not None and self._feeds and now_s >= self._again_at_s:
                self._opened_at_s = self._sound_since_s = now_s
                self._srt = self._new_srt(heard=False)
            return
        playing = self._srt.state is PlayerState.PLAYING
        if not playing or self._silent():
            self._sound_since_s = now_s
            if self._srt.state in _GONE or (playing and self._silent()) or now_s - self._opened_at_s > GIVEN_UP_S:
                self._srt.close()
                self._srt = None
                self._try_later(now_s)
        elif now_s - self._sound_since_s >= SOUND_S:
            self._return()

    def _return(self) -> None:
        assert self._srt is not None and self._hls is not None
        self._front = "srt"
        self._srt.mute = self._muted
        self._past = self._hls.came
        self._hls.close()
        self._hls = self._wall = None
        self._failures, self._stumbles = 0, []


_NOTHING = Frames()
