"""Keeps an on-demand film ahead of its rider: which piece next, in which rung, from where, and when to give in.

Runs on the gateway's loop. What libVLC asks for comes first; then whatever is missing between the rider's position and
``ahead_s`` after it. A fetch that would come too late is given up for a lower rung; what one rung lacks is taken from
another.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from console.gateway import choice, starting, stills
from console.gateway.choice import Situation
from console.gateway.fetching import Got, NotGot, Patience, patience
from console.gateway.fmp4 import carries_parameters
from console.gateway.outline import Unavailable
from console.gateway.pieces import WATCH_S, Abandoned, Pieces
from console.gateway.playhead import TAKEN_AHEAD_S, TOLD_S, Playhead
from console.gateway.progress import Progress
from console.gateway.reel import Piece, Reel
from console.gateway.rung_change import eased
from console.gateway.settings import GatewaySettings
from console.gateway.tally import Tally
from console.gateway.throughput import Throughput

T = TypeVar("T")

IDLE_S = 0.25
AFTER_PIECE_S = 0.02  # other things are asked for: the connection that is open, and has become quick, is the piece's
BACKOFF_S = (0.5, 1.0, 2.0, 3.0)
BEFORE_S = 1.4  # the class clock waits so long for a picture that is behind
RICH_S = 10.0  # of film in hand, with which pieces are fetched again in a better rung
SKIP_S = 8.5  # of missing film that is passed over with a standing picture
GONE_S = 30.0  # for which a piece that nobody has is not asked for again
_MISSING = Unavailable("A part of the video is missing on every server.", "Tell the studio which class it is.")


@dataclass(frozen=True, slots=True)
class Screen:
    """What limits the choice of rungs."""

    panel_height: int
    max_rate_bps: int | None = None


class Loader:
    """Fills ``reel`` from ``pieces`` while :meth:`run` runs."""

    def __init__(
        self,
        reel: Reel,
        pieces: Pieces,
        playhead: Playhead,
        settings: GatewaySettings,
        screen: Screen,
        tally: Tally,
        throughput: Throughput,
        first: int = 0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reel, self._pieces, self._playhead = reel, pieces, playhead
        self._settings, self._screen, self._tally, self._throughput = settings, screen, tally, throughput
        self._now, self._began_s = now, now()
        self._rungs = stills.choices(pieces.rungs)
        self._first = first  # the rung to begin with, unless its pieces are too large for that
        self._rung: int | None = None  # of the piece before
        self.begun = asyncio.Event()  # the first piece is there
        self._only: int | None = None  # the rung to stay in, if rungs cannot be mixed
        self._bettered: int | None = None  # the piece that is there and is being fetched in a better rung
        self._in_vain: dict[tuple[int, int], float] = {}  # when a piece was not to be had in a better rung
        self._progress: Progress | None = None  # of the fetch that is on
        self._fell_at_s = -math.inf
        self._given: int | None = None  # the rung of the piece that libVLC has got last, since it began
        self._asked: list[int] = []  # pieces that libVLC waits for, the latest last
        self._gone: dict[int, float] = {}  # pieces that nobody has, and since when that is known
        self._init: bytes | None = None
        self._turn = asyncio.Event()  # something else may be wanted now
        self._news = asyncio.Event()  # something has come, or will not come
        self._moved = asyncio.Event()  # the player is somewhere else
        self._held_back = True  # whether libVLC is kept waiting for what is not there yet
        self._idled = False
        self.on_idle: Callable[[int], object] = lambda rung: None  # called once, when there is time for other things
        self.trouble: Unavailable | None = None  # why nothing comes just now

    # For the server, on the same loop.

    @property
    def length_s(self) -> float | None:
        """The film's length."""
        return self._reel.length_s

    @property
    def over(self) -> bool:
        """An on-demand film is all there."""
        return True

    @property
    def ready_s(self) -> float:
        """The position up to which the film is in hand."""
        return self._reel.ready_until(self._playhead.position_s(self._now()))

    def wall_s(self, position_s: float) -> float | None:
        """Media wall time of a position, where the playlist tells it."""
        place = self._reel.at(position_s)
        wall_s = self._reel.track.segments[place].wall_s
        return wall_s + position_s - self._reel.starts_s[place] if wall_s is not None else None

    def still(self, position_s: float) -> bool:
        """Whether the poster stands in the picture's place at a position."""
        piece = self._reel.get(self._reel.at(position_s))
        return piece is not None and self._rungs[piece.rung].still

    def begin(self, position_s: float) -> tuple[int, float]:
        """The piece to begin with for a position, and where that is: at most ``BEFORE_S`` before it."""
        self._held_back, self._given = True, None
        place = self._reel.at(position_s)
        if position_s - self._reel.starts_s[place] > BEFORE_S and place + 1 < self._reel.count:
            place += 1
        return place, self._reel.starts_s[place]

    async def playlist(self, first: int) -> str:
        """The one media playlist, from a piece on."""
        return self._reel.playlist(first)

    def moved(self, jumped: bool) -> None:
        """The player has told where it is."""
        self._moved.set()
        self._moved = asyncio.Event()
        if jumped:
            self._turn.set()
            self._tell()

    async def segment(self, place: int) -> bytes:
        """A piece, as soon as it is there. Raises :class:`Unavailable` if nobody has it, or after ``hold_s``. What
        nobody has is empty, for up to ``SKIP_S``: libVLC then lets the last picture stand, and goes on behind. So is
        what lies elsewhere than the rider is now: libVLC reads on for a while before it follows."""
        if not 0 <= place < self._reel.count:
            raise Unavailable("There is no such part of the video.")
        self._playhead.asked(self._reel.starts_s[place], self._now())
        self._asked.append(place)
        self._turn.set()
        try:
            await self._in_time(place)
            piece = await self._held(
                lambda: self._reel.get(place), lambda: self._is_gone(place) or self._is_left(place)
            )
        finally:
            self._asked.remove(place)
        self._playhead.served(self._now())
        if piece is None:
            if self._is_gone(place) and self._missing_s(place) > SKIP_S:
                raise _MISSING
            return b""
        before, self._given = piece.rung if self._given is None else self._given, piece.rung
        self._reel.take(place)
        self._tally.served(self._rungs[piece.rung].height, self._reel.track.segments[place].duration_s)
        return piece.data if before == piece.rung else eased(self._init or b"", piece.data)

    async def init(self) -> bytes:
        """What comes before the first piece. Raises :class:`Unavailable`."""
        return await self._held(lambda: self._init, lambda: False) or b""

    async def _in_time(self, place: int) -> None:
        """Wait until a piece is not too far ahead of the rider, but no longer than ``hold_s``; nor for a player that
        says nothing more: it may itself wait for libVLC, and that for the piece."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.hold_s):
                while self._held_back and self._playhead.early(
                    self._reel.starts_s[place], self._now(), place == self._bettered
                ):
                    async with asyncio.timeout(TOLD_S):
                        await self._moved.wait()

    def release(self) -> None:
        """Keep libVLC waiting for nothing until it begins anew: it is to end."""
        self._held_back = False
        self.moved(jumped=True)

    async def _held(self, there: Callable[[], T | None], gone: Callable[[], bool]) -> T | None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.hold_s):
                while (found := there()) is None and not gone():
                    if not self._held_back:
                        raise Unavailable("The class is closed.")
                    await self._news.wait()
                return found
        raise self.trouble or Unavailable("The server does not send the class.")

    # The loop.

    async def run(self) -> None:
        """Fetch what is wanted next, until cancelled."""
        failures = 0
        while True:
            self._turn.clear()
            place = self._wanted()
            if place is None:
                if not self._idled:
                    self._idled = True
                    self.on_idle(self._rung or 0)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):
                        await self._turn.wait()
                continue
            try:
                await (self._take(place) if self._reel.get(place) is None else self._better(place))
                failures, self.trouble = 0, None
            except NotGot as error:
                self.trouble = error.why
                if error.final:
                    self._gone[place] = self._now()
                    self._tell()
                else:
                    await asyncio.sleep(BACKOFF_S[min(failures, len(BACKOFF_S) - 1)])
                    failures += 1

    def _is_left(self, place: int) -> bool:
        return self._playhead.left(self._reel.starts_s[place], self._reel.starts_s[place + 1], self._now())

    def _missing_s(self, place: int) -> float:
        """How much of the film is missing up to the end of a piece."""
        first = place
        while self._is_gone(first - 1):
            first -= 1
        return self._reel.starts_s[place + 1] - self._reel.starts_s[first]

    def _is_gone(self, place: int) -> bool:
        return self._now() - self._gone.get(place, -math.inf) < GONE_S

    def _waited_for(self) -> list[int]:
        """The pieces that libVLC waits for and may still get."""
        return [place for place in self._asked if self._reel.get(place) is None and place not in self._gone]

    def _wanted(self) -> int | None:
        """The piece to fetch next."""
        self._gone = {place: at_s for place, at_s in self._gone.items() if self._is_gone(place)}
        if waited_for := self._waited_for():
            return waited_for[-1]
        position_s = self._playhead.position_s(self._now())
        if self._rung is not None and self._only is None and self._buffer_s() >= RICH_S:
            rung = self._choose()
            arrives_s = choice.arrives_in_s(self._situation(rung), self._rungs[rung])
            now_s = self._now()
            self._in_vain = {one: at_s for one, at_s in self._in_vain.items() if now_s - at_s < GONE_S}
            in_vain = {place for place, tried in self._in_vain if tried == rung}
            # The last one first: what comes behind is in this rung too, so however far that goes, it is one change.
            again = self._reel.last_below(rung, position_s + TAKEN_AHEAD_S + arrives_s, in_vain)
            if again is not None:
                return again
        return self._reel.next_missing(position_s, position_s + self._settings.ahead_s, self._gone)

    async def _better(self, place: int) -> None:
        """Get a piece in a better rung, as long as libVLC has not taken the one that is there, which stays if no
        better one comes."""
        rung = self._choose()
        self._bettered, self._progress = place, None
        taking = asyncio.ensure_future(self._take_in(place, rung, stills.Pace()))
        try:
            while not taking.done() and not self._reel.is_taken(place) and not self._waited_for():
                await asyncio.wait({taking}, timeout=WATCH_S)
            if taking.done():
                taking.result()
            elif self._progress is not None:
                self._given_up(self._progress)
        except Abandoned as slow:
            self._given_up(slow.progress)
        except NotGot:
            self._in_vain[place, rung] = self._now()
        finally:
            taking.cancel()
            self._bettered = None
            self.moved(jumped=False)

    async def _take(self, place: int) -> None:
        """Get a piece in the rung that suits, or else in another. Raises :class:`NotGot`."""
        rung, tried, pace = self._choose(), set[int](), stills.Pace()
        while True:
            try:
                return await self._take_in(place, rung, pace)
            except Abandoned as slow:
                self._given_up(slow.progress)
                pace.go_on()
                rung = slow.instead
            except NotGot as error:
                tried.add(rung)
                others = [one for one in self._others(rung) if one not in tried]
                if not error.final or not others:
                    raise
                rung = others[0]

    def _given_up(self, progress: Progress) -> None:
        self._throughput.add(progress.have, progress.seconds, progress.latency_s)
        self._tally.abandoned += 1
        if self._rung is not None and self._rungs[self._rung].still:
            self._fell_at_s = self._now()  # what was tried is not tried again at once

    async def _take_in(self, place: int, rung: int, pace: stills.Pace) -> None:
        data, init = await self._fetched(place, rung, pace)
        if self._rung is None:
            higher = starting.better(self._situation(None), rung, self._now() - self._began_s)
            if higher is not None:
                with contextlib.suppress(NotGot, Abandoned):
                    data, init = await self._fetched(place, higher, stills.Pace())
                    rung = higher
        if self._init is None:
            self._begin(rung, init, data)
        if self._rung is not None and rung < self._rung:
            self._fell_at_s = self._now()
        self._rung = rung
        self.begun.set()
        if not self._reel.is_taken(place):
            self._reel.put(place, Piece(data, rung), self._reel.at(self._playhead.position_s(self._now())))
        self._tell()

    async def _fetched(self, place: int, rung: int, pace: stills.Pace) -> tuple[bytes, bytes]:
        """A piece, and what comes before it as long as libVLC has not been given that."""
        number = self._reel.track.segments[place].number
        borne = patience(self._buffer_s(), self._settings.stall_s, self._throughput.usual_latency_s)
        init = asyncio.create_task(self._init_of(rung, number, borne)) if self._init is None else None
        try:
            data, got = await self._pieces.piece(rung, number, borne, lambda so_far: self._instead(rung, pace, so_far))
            if got is not None:
                self._measured(got)
            else:
                self._tally.from_disk += len(data)
            return data, await init if init is not None else b""
        finally:
            if init is not None:
                init.cancel()

    async def _init_of(self, rung: int, number: int, borne: Patience) -> bytes:
        await asyncio.sleep(AFTER_PIECE_S)
        return await self._pieces.init(rung, number, borne)

    def _begin(self, rung: int, init: bytes, first: bytes) -> None:
        """The first piece tells whether rungs can be mixed behind one init."""
        if init and not carries_parameters(init, first):
            self._only = rung
        self._init = init

    def _choose(self) -> int:
        if self._only is not None:
            return self._only
        now = self._situation(self._rung)
        return min(stills.first(now), self._first) if self._rung is None else stills.choose(now)

    def _instead(self, rung: int, pace: stills.Pace, progress: Progress) -> int | None:
        recent_bps, self._progress = pace.see(progress.seconds, progress.have), progress
        if self._only is not None or progress.total is None or not progress.have:
            return None  # silence is no reason for another rung: another pathway is asked as well
        now, trying = self._situation(rung), self._rung is not None and self._rungs[self._rung].still
        return stills.abandon(now, progress, recent_bps, trying)

    def _others(self, rung: int) -> list[int]:
        """The rungs to try instead of one, the next lower ones first, one without moving pictures last."""
        if self._only is not None:
            return []
        others = [*range(rung - 1, -1, -1), *range(rung + 1, len(self._rungs))]
        return sorted(others, key=lambda one: self._rungs[one].still)

    def _situation(self, last: int | None) -> Situation:
        return Situation(
            rungs=self._rungs,
            buffer_s=self._buffer_s(),
            throughput_bps=self._throughput.estimate_bps,
            last=last,
            panel_height=self._screen.panel_height,
            max_rate_bps=self._screen.max_rate_bps,
            since_fall_s=self._now() - self._fell_at_s,
            piece_s=self._reel.length_s / self._reel.count,
            latency_s=self._throughput.latency_s,
            buffer_most_s=self._settings.ahead_s,
        )

    def _buffer_s(self) -> float:
        position_s = self._playhead.position_s(self._now())
        return self._reel.ready_until(position_s) - position_s

    def _measured(self, got: Got) -> None:
        self._tally.fetched(got)
        self._throughput.add(got.carried, got.seconds, got.latency_s, got.waited_s)

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
