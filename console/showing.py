"""One open class: its thread, its attempts, what it does about stalls and breaks. Used by :mod:`console.player`.

Everything happens on the class's own thread, which takes orders out of a queue; libVLC's threads and the ones that
ask servers only put orders in. Others may read the attributes without a leading underscore at any time.
"""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from console.captions import Captions, CaptionsError, parse_webvtt
from console.frames import Frames
from console.playback import LibvlcUnusable, Playback, Signal, load
from console.player_events import (
    Broken,
    CaptionsMissing,
    Ended,
    FirstFrame,
    Opened,
    PlayerEvent,
    PlayerState,
    Resumed,
    Stalled,
)
from console.playlist import Outline, Unavailable, fetch, is_remote, outline
from sync.records import Quality

TICK_S = 0.2
STALL_S = 1.5  # without a new picture
PATIENCE_S = 15.0  # of a stall or an opening, before it counts as a break
END_S = 1.5  # libVLC's end this close to the class's is the class's end
RETRY_S = (1.0, 2.0, 4.0, 8.0, 15.0)
SAME_PLACE = 1  # attempts where it broke; later ones begin where the class would be by now, past what is missing
HEALTHY_S = 10.0  # of playing, until the next break is a first one again

_MOVES = (PlayerState.PLAYING, PlayerState.STALLED)


class Source(Protocol):
    """Where a film comes from, in place of a server: a :class:`console.gateway.View`."""

    @property
    def url(self) -> str: ...
    @property
    def trouble(self) -> Unavailable | None: ...
    @property
    def quality(self) -> Quality: ...
    @property
    def over(self) -> bool: ...
    def outline(self) -> Outline: ...
    def begin(self, position_s: float) -> tuple[str, float]: ...
    def still(self, position_s: float) -> bool: ...
    def position(self, position_s: float) -> None: ...
    def release(self) -> None: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Film:
    """What to play: a URL or path, from where, how long it is if known, and where its captions are. ``source``, if
    there is one, is asked instead of the server, told the position, and closed at the end. ``options`` are libVLC's."""

    url: str
    start_s: float = 0.0
    duration_s: float | None = None
    captions_url: str | None = None
    source: Source | None = None
    options: tuple[str, ...] = ()


class Showing:
    """Plays ``film`` until :meth:`close`. ``tell`` hears every event, on the class's thread."""

    def __init__(self, film: Film, wanted: bool, volume: int, muted: bool, tell: Callable[[PlayerEvent], None]) -> None:
        self.frames = Frames()
        self.state = PlayerState.OPENING
        self.duration_s = film.duration_s
        self.captions: Captions | None = None
        self.lost = 0  # pictures that libVLC threw away
        self.wanted = wanted  # playing rather than paused
        self.volume, self.muted = volume, muted
        self._film = film
        self._tell = tell
        self._orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._playback: Playback | None = None
        self._attempt = 0
        self._position_s = film.start_s  # where the next attempt begins
        self._opened_at_s = self._began_at_s = self._moving_at_s = time.monotonic()
        self._retry_at_s = float("inf")
        self._failures = 0
        self._broke_at_s = 0.0
        self._broke_in_s = 0.0  # the position there
        self._lost_before = 0
        self._announced = self._seen = self._live = False

    def start(self, options: tuple[str, ...]) -> threading.Thread:
        """Begin; returns the thread, which ends after :meth:`close`."""
        self._options = options
        thread = threading.Thread(target=self._work, name="player", daemon=True)
        thread.start()
        if self._film.captions_url:
            threading.Thread(target=self._fetch_captions, name="captions", daemon=True).start()
        return thread

    @property
    def silence_s(self) -> float:
        """Seconds since the newest picture, or since the opening."""
        playback = self._playback
        return time.monotonic() - (playback.seen_s or self._opened_at_s if playback is not None else self._opened_at_s)

    @property
    def came(self) -> Quality:
        """How the film came so far, as its source tells it."""
        return self._film.source.quality if self._film.source is not None else Quality()

    @property
    def still(self) -> bool:
        """Whether the poster stands in the picture's place now."""
        return self._film.source is not None and self._film.source.still(self.position_s)

    @property
    def position_s(self) -> float:
        """Seconds into the class."""
        playback = self._playback
        return self._position_s if playback is None else playback.position()

    # Orders: none of them waits.

    def hold_or_go(self) -> None:
        """Do as ``wanted`` says."""
        self._orders.put(self._hold_or_go)

    def seek(self, position_s: float) -> None:
        """Go to a position, or begin the next attempt there."""
        self._orders.put(partial(self._seek, position_s))

    def sound(self) -> None:
        """Do as ``volume`` and ``muted`` say."""
        self._orders.put(self._sound)

    def close(self) -> None:
        """End the thread."""
        self._orders.put(None)

    # From here on: on the class's own thread.

    def _work(self) -> None:
        try:
            load(self._options)
            self._begin()
        except LibvlcUnusable as error:
            self._break(str(error), error.remedy, retry=False)
        while (order := self._next()) is not None:
            order()
        self._attempt += 1
        self._stop()
        self.frames.clear()
        if self._film.source is not None:
            self._film.source.close()

    def _next(self) -> Callable[[], None] | None:
        try:
            return self._orders.get(timeout=TICK_S)
        except queue.Empty:
            return self._watch

    def _begin(self) -> None:
        self._attempt += 1
        now_s = self._began_at_s = time.monotonic()
        self._retry_at_s = float("inf")
        if self._failures > SAME_PLACE and self.wanted:
            self._position_s = self._broke_in_s + now_s - self._broke_at_s
        self._tell_source(self._position_s)
        if is_remote(self._film.url):
            threading.Thread(target=self._ask, args=(self._attempt,), name="playlist", daemon=True).start()
        else:
            self._play(self._attempt, Outline())

    def _ask(self, attempt: int) -> None:
        source = self._film.source
        try:
            known = source.outline() if source is not None else outline(self._film.url)
            self._orders.put(partial(self._play, attempt, known))
        except Unavailable as error:
            self._orders.put(partial(self._refuse, attempt, error))

    def _refuse(self, attempt: int, error: Unavailable) -> None:
        if attempt == self._attempt:
            self._break(error.reason, error.remedy)

    def _play(self, attempt: int, known: Outline) -> None:
        if attempt != self._attempt:
            return
        film, begins_s = self._film, 0.0
        url, tell = film.url, partial(self._hear, attempt)
        self._live = film.source is not None and known.length_s is None
        if film.source is not None:  # it begins with a whole piece, or with what is live now
            url, begins_s = film.source.begin(self._position_s)
            self._position_s = begins_s
        self._learn_length(known.length_s)
        playback = Playback(url, self.frames, tell, self._position_s, known.sizes, film.options, begins_s)
        playback.open(self._options)
        self._playback = playback

    def _learn_length(self, length_s: float | None) -> None:
        if length_s is not None and not self._live:
            self.duration_s = min(length_s, self.duration_s or length_s)

    def _hear(self, attempt: int, signal: Signal) -> None:
        self._orders.put(partial(self._obey, attempt, signal))

    def _obey(self, attempt: int, signal: Signal) -> None:
        playback = self._playback
        if attempt != self._attempt or playback is None:
            return
        if signal is Signal.OPENED:
            self._announce(playback)
        elif signal is Signal.READY:
            playback.seek(self._position_s)
        elif signal is Signal.MOVING:
            self._go_on()
        elif signal is Signal.END:
            self._end(playback)
        else:
            self._break("The class cannot be played.", "Choose another class, and tell the studio.")

    def _announce(self, playback: Playback) -> None:
        self._sound()
        self._learn_length(playback.length_s)
        if not self._announced and playback.playing:
            self._announced = True
            self._tell(Opened(self.duration_s))

    def _go_on(self) -> None:
        now_s = time.monotonic()
        if self.state is PlayerState.PLAYING:
            return
        self.state, self._moving_at_s = PlayerState.PLAYING, now_s
        if not self.wanted:
            self._hold_or_go()
        self._sound()
        if self._seen:
            self._tell(Resumed(self.position_s))
        else:
            self._seen = True
            self._tell(FirstFrame(self.position_s, now_s - self._opened_at_s))

    def _end(self, playback: Playback) -> None:
        position_s, length_s = playback.position(), self.duration_s
        if self._live and self._film.source is not None and not self._film.source.over:
            self._break("The broadcast broke off.", "The picture comes back by itself.")
            return
        if length_s is not None and position_s < length_s - END_S:
            self._break(
                f"The class stopped at {_clock(position_s)} of {_clock(length_s)}.",
                "A part of the video is missing; the picture comes back by itself.",
            )
            return
        self._position_s = position_s if length_s is None else length_s
        self._stop()
        self.state = PlayerState.ENDED
        self._tell(Ended(self._position_s))

    def _break(self, reason: str, remedy: str, retry: bool = True) -> None:
        trouble = self._film.source.trouble if self._film.source is not None else None
        if trouble is not None:  # who fetches knows better than who waits
            reason, remedy = trouble.reason, trouble.remedy
        if self._playback is not None:
            self._position_s = self._playback.position()
        self._attempt += 1
        self._stop()
        if self._failures == 0:
            self._broke_at_s, self._broke_in_s = time.monotonic(), self._position_s
        retry_in_s = RETRY_S[min(self._failures, len(RETRY_S) - 1)] if retry else None
        self._failures += 1
        if self._failures > 1:
            self.frames.clear()
        self._retry_at_s = float("inf") if retry_in_s is None else time.monotonic() + retry_in_s
        self.state = PlayerState.BROKEN
        self._tell(Broken(reason, remedy, self._position_s, retry_in_s))

    def _tell_source(self, position_s: float) -> None:
        if self._film.source is not None:
            self._film.source.position(position_s)

    def _watch(self) -> None:
        now_s, playback = time.monotonic(), self._playback
        if playback is None:
            if now_s >= self._retry_at_s:
                self._begin()
            return
        self._tell_source(playback.position())
        self.lost = self._lost_before + playback.lost()
        if self.state is PlayerState.PLAYING and now_s - self._moving_at_s > HEALTHY_S:
            self._failures = 0
        silent_s = now_s - max(playback.alive_s, self._began_at_s)
        if not self.wanted and self.state in _MOVES:
            return
        if self.state is PlayerState.PLAYING and silent_s > STALL_S:
            self.state = PlayerState.STALLED
            self._tell(Stalled(self.position_s))
        elif silent_s > PATIENCE_S:
            self._break("The server stopped sending the class.", "Check the network; the picture comes back by itself.")

    def _hold_or_go(self) -> None:
        if self._playback is not None and self.state in _MOVES:
            self._playback.pause(not self.wanted)

    def _seek(self, position_s: float) -> None:
        if self._live:
            return
        self._tell_source(position_s)
        if self._playback is not None and self.state in _MOVES:
            if position_s >= self._playback.begins_s:
                self._playback.seek(position_s)
                return
            self.state = PlayerState.STALLED
        self._position_s = self._broke_in_s = position_s
        self._broke_at_s = time.monotonic()
        if self._playback is not None or self.state is PlayerState.ENDED:
            self._stop()
            self.state = PlayerState.OPENING if self.state is PlayerState.ENDED else self.state
            self._begin()

    def _sound(self) -> None:
        if self._playback is not None:
            self._playback.set_volume(self.volume, self.muted)

    def _stop(self) -> None:
        if self._playback is not None:
            self._lost_before = self.lost = self._lost_before + self._playback.lost()
            playback, self._playback = self._playback, None
            if self._film.source is not None:
                self._film.source.release()
            playback.stop()

    # On a thread of its own.

    def _fetch_captions(self) -> None:
        with contextlib.suppress(RuntimeError):
            try:
                self.captions = parse_webvtt(fetch(self._film.captions_url or ""))
            except (Unavailable, CaptionsError) as error:
                self._tell(CaptionsMissing(str(error)))


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
