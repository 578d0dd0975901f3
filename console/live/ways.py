"""Which way a live class's picture takes: SRT while it is sound, else HLS, with SRT tried again behind it.

A feed has nothing to fall back on, and after a gap libVLC shows it later than before, nobody knows how late. So one
gap is enough to leave it: HLS is opened at once, seen as soon as it has a picture, and the feed (of another origin,
where there is one) is opened anew behind it, unheard and unseen, until it has been sound for a while.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from console.frames import Frames
from console.gateway.quality import together
from console.player_events import PlayerState
from sync.records import Quality

HEDGE_S = 0.9  # of SRT without a first picture, before HLS is opened beside it
SILENT_S = 0.5  # of SRT without a next picture: a gap
SOUND_S = 3.0  # that SRT must have been sound before it is shown again
GIVEN_UP_S = 5.0  # without a first picture, behind HLS
AGAIN_S = (2.0, 3.0, 5.0, 8.0, 15.0, 30.0, 60.0)  # until SRT is tried again, when every feed failed so often
IN_NEED_S = 2.0  # the same while HLS shows nothing either
STEADY_S = 60.0  # of SRT, until its next gap is a first one again
_GONE = (PlayerState.ENDED, PlayerState.BROKEN, PlayerState.STALLED)


class Seen(Protocol):
    """What is needed of a :class:`console.player.Player`."""

    mute: bool

    @property
    def state(self) -> PlayerState: ...
    @property
    def position_s(self) -> float: ...
    @property
    def caption(self) -> str: ...
    @property
    def frames(self) -> Frames: ...
    @property
    def frames_shown(self) -> int: ...
    @property
    def frames_dropped(self) -> int: ...
    @property
    def silence_s(self) -> float: ...
    @property
    def came(self) -> Quality: ...
    def set_volume(self, volume: int) -> None: ...
    def set_captions(self, on: bool) -> None: ...
    def close(self, wait_s: float = 0.0) -> None: ...


class Wall(Protocol):
    """Tells when what an HLS player shows was on the air: a view of the gateway."""

    def media_wall_s(self, position_s: float) -> float | None: ...


OpenHls = Callable[[bool], tuple[Seen, Wall]]
OpenSrt = Callable[[int, bool], Seen]


class Ways:
    """``open_hls`` opens a player on HLS, ``open_srt`` one on the n-th of ``feeds`` feeds; both are told whether it
    may be heard. :meth:`look` is called every turn of the loop. ``feeds`` may become more."""

    def __init__(self, open_hls: OpenHls, open_srt: OpenSrt, feeds: int, now_s: float) -> None:
        self._open_hls, self._open_srt, self.feeds = open_hls, open_srt, feeds
        self.front = "srt" if feeds else "hls"
        self.feed = 0  # which is shown, or tried next
        self.srt: Seen | None = None
        self.hls: Seen | None = None
        self.wall: Wall | None = None
        self.volume, self.muted, self.captions = 100, False, True
        self._torn = False  # there was a gap in what SRT shows
        self._opened_at_s = self._sound_since_s = self._left_at_s = now_s
        self._shown_since_s = self._again_at_s = now_s
        self._failures = 0
        self._came = Quality()
        self._shown = self._dropped = 0
        if feeds:
            self._try_srt(now_s)
        else:
            self._begin_hls()

    @property
    def seen(self) -> Seen | None:
        """The player whose picture is seen."""
        return self.srt if self.front == "srt" else self.hls

    @property
    def sound(self) -> bool:
        """Whether the picture that is seen has come without a gap since it is seen."""
        if self.front != "srt":
            return self.hls is not None and self.hls.state is PlayerState.PLAYING
        return not self._torn and _flows(self.srt)

    @property
    def players(self) -> list[Seen]:
        """All that are open."""
        return [player for player in (self.srt, self.hls) if player is not None]

    @property
    def came(self) -> Quality:
        """How it came, on both ways."""
        return together(self._came, self.hls.came) if self.hls is not None else self._came

    @property
    def frames_shown(self) -> int:
        """Pictures that reached the screen, on both ways."""
        return self._shown + sum(player.frames_shown for player in self.players)

    @property
    def frames_dropped(self) -> int:
        """Pictures that did not, though they were due; those behind the seen one were not."""
        return self._dropped + (self.seen.frames_dropped if self.seen is not None else 0)

    def look(self, now_s: float) -> None:
        """See how both ways are, and take the better one."""
        if self.front == "srt":
            self._look_at_srt(now_s)
        elif self.srt is not None:
            self._look_behind(self.srt, now_s)
        elif self.feeds and now_s >= self._due_s():
            self._try_srt(now_s)

    def close(self, wait_s: float = 0.0) -> None:
        """Let both go."""
        for player in self.players:
            player.close(wait_s)

    def _try_srt(self, now_s: float) -> None:
        self._opened_at_s = self._sound_since_s = now_s
        self._torn = False
        self.srt = self._open_srt(self.feed % self.feeds, self.front == "srt" and not self.muted)
        self.srt.set_volume(self.volume)

    def _begin_hls(self) -> None:
        self.hls, self.wall = self._open_hls(self.front == "hls" and not self.muted)
        self.hls.set_volume(self.volume)
        self.hls.set_captions(self.captions)

    def _look_at_srt(self, now_s: float) -> None:
        srt = self.srt
        assert srt is not None
        if self.sound:
            self._note_srt()
            if self.hls is not None:  # SRT had its first picture after all
                self._end_hls()
            return
        opening = srt.state is PlayerState.OPENING
        self._torn = self._torn or not opening
        if self.hls is None:
            if not opening or now_s - self._opened_at_s >= HEDGE_S:
                self._begin_hls()
        elif self.hls.state is PlayerState.PLAYING:
            self._fall_back(self.hls, srt, now_s)

    def _fall_back(self, hls: Seen, srt: Seen, now_s: float) -> None:
        if now_s - self._shown_since_s >= STEADY_S:
            self._failures = 0
        self.front = "hls"
        self._dropped += srt.frames_dropped
        hls.mute, srt.mute = self.muted, True
        if self._torn:
            self._end_srt(srt, now_s)
        else:  # its first picture may still come
            self._sound_since_s = now_s

    def _look_behind(self, srt: Seen, now_s: float) -> None:
        flows = _flows(srt)
        if flows and now_s - self._sound_since_s >= (SOUND_S if self.sound else 0.0):
            self._return(srt, now_s)
        elif not flows:
            failed = srt.state in _GONE or srt.state is PlayerState.PLAYING
            if failed or now_s - self._opened_at_s >= GIVEN_UP_S:
                self._end_srt(srt, now_s)
            self._sound_since_s = now_s

    def _return(self, srt: Seen, now_s: float) -> None:
        self.front = "srt"
        srt.mute = self.muted
        self._torn, self._shown_since_s = False, now_s
        self._end_hls()

    def _end_srt(self, srt: Seen, now_s: float) -> None:
        self._shown += srt.frames_shown
        srt.close()
        self.srt = None
        self.feed += 1  # another origin's turn
        self._failures += self.sound  # while nothing comes on HLS either, it is not the feed's fault
        rounds = self._failures - self.feeds  # a feed that was not tried yet is tried at once
        self._left_at_s = now_s
        self._again_at_s = now_s + (0.0 if rounds < 0 else AGAIN_S[min(rounds, len(AGAIN_S) - 1)])

    def _end_hls(self) -> None:
        assert self.hls is not None
        self._came = together(self._came, self.hls.came)
        self._shown += self.hls.frames_shown
        self._dropped += self.hls.frames_dropped
        self.hls.close()
        self.hls = self.wall = None

    def _due_s(self) -> float:
        return self._again_at_s if self.sound else min(self._again_at_s, self._left_at_s + IN_NEED_S)

    def _note_srt(self) -> None:
        if "srt" not in self._came.path:
            self._came = together(self._came, Quality(path="srt"))


def _flows(player: Seen | None) -> bool:
    return player is not None and player.state is PlayerState.PLAYING and player.silence_s <= SILENT_S
