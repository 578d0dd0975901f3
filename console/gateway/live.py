"""A live film from several origins at once: what one of them lacks, another has.

Every origin's playlist is read about once a piece; :class:`~console.gateway.merging.Merged` makes one film of them;
each of its moments is fetched over the pathways, and offered to libVLC only when it is in memory. So an origin that
dies costs nothing, as long as another has the piece.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from functools import partial

from console.gateway import starting, stills
from console.gateway.attempt import Source
from console.gateway.broadcast import Aired, Broadcast
from console.gateway.carrier import Carrier
from console.gateway.choice import Situation
from console.gateway.continuity import Continuity
from console.gateway.fetching import NotGot, Patience, Promise
from console.gateway.fmp4 import carries_parameters, is_whole, is_whole_transport
from console.gateway.loading import Screen
from console.gateway.merging import Merged, Moment
from console.gateway.outline import Unavailable
from console.gateway.pathways import Standing, Trouble
from console.gateway.playhead import Playhead
from console.gateway.reading import Part
from console.gateway.rung_change import eased
from console.gateway.settings import GatewaySettings
from console.gateway.tally import Tally
from console.gateway.throughput import Throughput
from console.gateway.wallclock import WallClock

READY = 3  # pieces before libVLC gets its first playlist
BEHIND_S = 4.0  # from the live edge, where a rider enters
RESTING_S = 1.0  # between two looks at an origin that does not answer, or is ill
STALE = 3.5  # target durations without a new piece, after which an origin counts as ill
TOO_OLD_S = 8.0  # a moment that could not be had for this long is passed over
BORNE = Patience(stall_s=0.8, late_s=1.5)


class Live:
    """The stream of a live film while :meth:`run` runs."""

    def __init__(
        self,
        carrier: Carrier,
        playhead: Playhead,
        settings: GatewaySettings,
        screen: Screen,
        tally: Tally,
        throughput: Throughput,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._carrier, self._playhead, self._settings, self._screen = carrier, playhead, settings, screen
        self._tally, self._throughput, self._now = tally, throughput, now
        self._rungs = stills.choices(carrier.routes.rungs)
        self._merged = Merged(BEHIND_S)
        self._broadcast = Broadcast()
        self._wall = WallClock()
        self._rung = 0
        self._only: int | None = None
        self._fell_at_s = float("-inf")
        self._init: bytes | None = None
        self._inits: dict[Part, bytes] = {}
        self._first = 0  # the first piece that goes with what comes before all
        self._continuity = Continuity()
        self._held_back = True  # whether libVLC is kept waiting for what is not there yet
        self._news = asyncio.Event()
        self._due = asyncio.Event()
        self.trouble: Unavailable | None = None

    # For the server, on the same loop.

    @property
    def length_s(self) -> float | None:
        """Nobody knows."""
        return None

    @property
    def ready_s(self) -> float:
        """The position up to which there is film."""
        position_s = self._playhead.position_s(self._now())
        return position_s + self._wall.ahead_s(position_s, self._broadcast.end_wall_s)

    def wall_s(self, position_s: float) -> float | None:
        """Media wall time of a position, in Unix seconds."""
        return self._wall.wall_s(position_s)

    def moved(self, jumped: bool) -> None:
        """The player has told where it is: the film goes on by itself."""

    def still(self, position_s: float) -> bool:
        """Whether a poster stands in the picture's place: that is for classes on demand."""
        return False

    def begin(self, position_s: float) -> tuple[int, float]:
        """Whatever the position was, a live film begins now."""
        self._held_back = True
        return self._first, 0.0

    @property
    def over(self) -> bool:
        """Whether the class has ended."""
        return self._broadcast.ended

    async def playlist(self, first: int) -> str:
        """The media playlist as it is now. Raises :class:`Unavailable` if there is nothing yet."""
        await self._held(lambda: self._broadcast.count >= READY or self._broadcast.ended or None)
        return self._broadcast.playlist(first)

    async def init(self) -> bytes:
        """What comes before every piece."""
        self._wall.opened()
        await self._held(lambda: self._init)
        return self._init or b""

    async def segment(self, place: int) -> bytes:
        """A piece that the playlist names."""
        piece = self._broadcast.get(place)
        if piece is None:
            raise Unavailable("This part of the class has passed.")
        self._wall.took(place, piece.wall_s, piece.duration_s, piece.breaks)
        self._tally.served(self._rungs[piece.rung].height, piece.duration_s)
        return piece.data

    def release(self) -> None:
        """Keep libVLC waiting for nothing until it begins anew: it is to end."""
        self._held_back = False
        self._tell()

    async def _held(self, there: Callable[[], object]) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._settings.hold_s):
                while there() is None:
                    if not self._held_back:
                        raise Unavailable("The class is closed.")
                    await self._news.wait()
                return
        raise self.trouble or Unavailable("The class has not begun to be sent.", "Wait; it comes by itself.")

    # The loop.

    async def run(self) -> None:
        """Read playlists and fetch what they name, until the class ends."""
        async with asyncio.TaskGroup() as group:
            pollers = {name: group.create_task(self._poll(name)) for name in self._carrier.routes.names}
            while not self._broadcast.ended:
                for moment in self._merged.due(self._now()):
                    await self._air(moment)
                if self._merged.ended and not self._merged.pending:
                    self._broadcast.ended = True
                    self._tell()
                    break
                for name in self._carrier.routes.names:
                    if name not in pollers:
                        pollers[name] = group.create_task(self._poll(name))
                self._due.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.25):
                        await self._due.wait()
            for poller in pollers.values():
                poller.cancel()

    async def _poll(self, name: str) -> None:
        """Read one origin's playlist for ever, about as often as it changes."""
        heard_at_s = self._now()
        while True:
            began_s, every_s = self._now(), RESTING_S
            try:
                track = await self._carrier.routes.latest(name, self._rung)
                if self._carrier.pathways.standing(name, began_s) is not Standing.RESTING:
                    every_s = min(max(track.target_s, 0.5), 6.0)
                if self._merged.take(name, self._rung, track, self._now()):
                    heard_at_s = self._now()
                    self._due.set()
                else:
                    every_s /= 2
                    heard_at_s = self._stale(name, heard_at_s, STALE * track.target_s, track.ended)
            except NotGot as error:
                self._note(error.why)
                heard_at_s = self._now()
            await asyncio.sleep(max(began_s + every_s - self._now(), 0.1))

    def _stale(self, name: str, heard_at_s: float, patience_s: float, ended: bool) -> float:
        """Hold it against an origin that says nothing new."""
        if ended or self._now() - heard_at_s < patience_s:
            return heard_at_s
        self._carrier.pathways.failed(name, self._now(), Trouble.LATE)
        return self._now()

    async def _air(self, moment: Moment) -> None:
        """Fetch a moment and offer it, or pass over it when it is too old."""
        while self._now() - moment.seen_at_s < TOO_OLD_S:
            rung = self._choose()
            try:
                data, init = await self._fetch(moment, rung)
                higher = starting.better(self._situation(None), rung, 0.0) if self._broadcast.last is None else None
                if higher is not None:
                    rung = higher
                    data, init = await self._fetch(moment, rung)
                self._offer(moment, rung, data, init)
                self.trouble = None
                return
            except NotGot as error:
                self._note(error.why)
                if error.final and self._merged.newer(moment):
                    return
                await asyncio.sleep(0.3)

    async def _fetch(self, moment: Moment, rung: int) -> tuple[bytes, bytes]:
        """A moment's piece, and what comes before it."""
        order = self._carrier.order()
        sources = [Source(name, partial(self._part, moment, name, rung)) for name in order]
        known = next(iter(moment.offers.values()))
        promise = Promise(sound=is_whole if known.init else is_whole_transport, most_bytes=self._settings.piece_bytes)
        got = await self._carrier.new_fetch(sources, promise, BORNE).run()
        self._tally.fetched(got)
        self._throughput.add(got.carried, got.seconds, got.latency_s)
        return got.data, await self._init_of(moment.offers[got.pathway, rung].init, got.pathway)

    async def _init_of(self, part: Part | None, name: str) -> bytes:
        """What comes before the pieces of one encoder's run on one origin."""
        if part is None:
            return b""
        if part not in self._inits:
            fetch = self._carrier.new_fetch([Source(name, part)], Promise(), BORNE)
            try:
                self._inits[part] = (await fetch.run()).data
            except NotGot:
                if self._init is None:
                    raise
                return self._init  # most likely the same
        return self._inits[part]

    async def _part(self, moment: Moment, name: str, rung: int) -> Part:
        """Where an origin has a moment; its playlist is read again if it has not said yet. Raises :class:`NotGot`."""
        if (name, rung) not in moment.offers:
            self._merged.take(name, rung, await self._carrier.routes.latest(name, rung), self._now())
        offer = moment.offers.get((name, rung))
        if offer is None:
            raise NotGot(Unavailable("A part of the video is missing on the server."), final=True)
        return offer.part

    def _offer(self, moment: Moment, rung: int, data: bytes, init: bytes) -> None:
        if self._init is None and init and not carries_parameters(init, data):
            self._only = rung
        breaks, place = False, self._next_place()
        if init:
            fitted = self._continuity.fit(init, data, moment.wall_s, moment.duration_s)
            breaks, data = fitted is None, fitted or data
        elif self._broadcast.last is not None:
            breaks = moment.after_hole or any(offer.discontinuity for offer in moment.offers.values())
        if self._init is None or (breaks and init):
            self._init, self._first = init, place
        elif init and self._rung not in (None, rung):
            data = eased(self._init, data)
        self._broadcast.mapped = bool(init)
        self._broadcast.put(Aired(place, moment.wall_s, moment.duration_s, data, rung, breaks))
        if rung < self._rung:
            self._fell_at_s = self._now()
        self._rung = rung
        self._tell()

    def _next_place(self) -> int:
        return self._broadcast.last.place + 1 if self._broadcast.last is not None else 0

    def _choose(self) -> int:
        if self._only is not None:
            return self._only
        if self._broadcast.last is None:
            return stills.first(self._situation(None))
        return stills.choose(self._situation(self._rung))

    def _situation(self, last: int | None) -> Situation:
        return Situation(
            rungs=self._rungs,
            buffer_s=self.ready_s - self._playhead.position_s(self._now()),
            throughput_bps=self._throughput.estimate_bps,
            last=last,
            panel_height=self._screen.panel_height,
            max_rate_bps=self._screen.max_rate_bps,
            since_fall_s=self._now() - self._fell_at_s,
            piece_s=self._broadcast.last.duration_s if self._broadcast.last is not None else 1.0,
            latency_s=self._throughput.latency_s,
            buffer_most_s=BEHIND_S,
        )

    def _note(self, why: Unavailable) -> None:
        """Tell the player why only if libVLC has little left."""
        if self.ready_s - self._playhead.position_s(self._now()) < 1.0:
            self.trouble = why

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()
