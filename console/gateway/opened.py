"""One film on the gateway's loop: opened over its pathways, kept ahead of the rider, served to libVLC."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Coroutine, Sequence
from typing import Any, Protocol

from console.gateway import stills
from console.gateway.asking import Client
from console.gateway.carrier import Carrier
from console.gateway.choice import Situation
from console.gateway.fetching import Patience
from console.gateway.live import Live
from console.gateway.loading import AFTER_PIECE_S, Loader, Screen
from console.gateway.outline import Outline, Unavailable
from console.gateway.pieces import Pieces
from console.gateway.playhead import Playhead
from console.gateway.reel import Reel
from console.gateway.settings import GatewaySettings
from console.gateway.shelf import Shelf
from console.gateway.starting import USUAL_PIECE_S
from console.gateway.tally import Tally
from console.gateway.throughput import Throughput

log = logging.getLogger(__name__)

AGAIN_S = 1.0
LIST_PATIENCE = Patience(3.0, 10.0)
RICH_S = 10.0  # of film in hand
SPARE_SHARE = 0.8  # of what is fetched ahead


class Stream(Protocol):
    """A film as libVLC gets it."""

    trouble: Unavailable | None  # why nothing comes just now

    @property
    def length_s(self) -> float | None: ...
    @property
    def ready_s(self) -> float: ...
    def wall_s(self, position_s: float) -> float | None: ...
    def moved(self, jumped: bool) -> None: ...
    @property
    def over(self) -> bool: ...
    def begin(self, position_s: float) -> tuple[int, float]: ...
    def still(self, position_s: float) -> bool: ...
    def release(self) -> None: ...
    async def playlist(self, first: int) -> str: ...
    async def init(self) -> bytes: ...
    async def segment(self, place: int) -> bytes: ...
    async def run(self) -> None: ...


class Opened:
    """A film that is open. What libVLC asks of it raises :class:`Unavailable`."""

    def __init__(
        self,
        urls: Sequence[str],
        client: Client,
        settings: GatewaySettings,
        screen: Screen,
        shelf: Shelf,
        throughput: Throughput,
        start_s: float = 0.0,
    ) -> None:
        self.throughput = throughput
        self._settings, self._screen, self._shelf = settings, screen, shelf
        self._carrier = Carrier(urls, client, settings, shelf, throughput, self._rich)
        self._playhead = Playhead(start_s)
        self._opening: asyncio.Task[None] | None = None
        self._stream: Stream | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.tally = Tally()
        self.closed = False

    @property
    def trouble(self) -> Unavailable | None:
        """Why nothing comes just now."""
        return self._stream.trouble if self._stream is not None else None

    @property
    def over(self) -> bool:
        """Whether all of the film is there."""
        return self._stream is not None and self._stream.over

    @property
    def spare(self) -> bool:
        """Whether so much is in hand that others may use the network."""
        if self.closed or self._stream is None or self._stream.length_s is None:
            return self.closed
        position_s = self._playhead.position_s(time.monotonic())
        wanted_s = min(position_s + SPARE_SHARE * self._settings.ahead_s, self._stream.length_s)
        return self._stream.ready_s >= wanted_s

    def wall_s(self, position_s: float) -> float | None:
        """Media wall time of a position."""
        return self._stream.wall_s(position_s) if self._stream is not None else None

    async def outline(self) -> Outline:
        """Length and sizes."""
        stream = await self._streaming()
        sizes = tuple((rung.width, rung.height) for rung in self._carrier.routes.rungs if rung.height)
        return Outline(sizes, stream.length_s)

    def still(self, position_s: float) -> bool:
        """Whether the poster stands in the picture's place at a position."""
        return self._stream is not None and self._stream.still(position_s)

    def begin(self, position_s: float) -> tuple[int, float]:
        """The piece to begin with for a position, and where that is."""
        return self._stream.begin(position_s) if self._stream is not None else (0, 0.0)

    async def playlist(self, first: int) -> str:
        """The one media playlist, from a piece on."""
        return await (await self._streaming()).playlist(first)

    async def init(self) -> bytes:
        """What libVLC reads first."""
        return await (await self._streaming()).init()

    async def segment(self, place: int) -> bytes:
        """A piece."""
        return await (await self._streaming()).segment(place)

    async def captions(self) -> str:
        """The captions as WebVTT."""
        await self._streaming()
        text = await self._carrier.routes.captions(self._carrier.order())
        if text is None:
            raise Unavailable("The class has no captions.", "Nothing needs to be done.")
        return text

    def move(self, position_s: float) -> None:
        """The rider is there now."""
        jumped = self._playhead.tell(position_s, time.monotonic())
        if self._stream is not None:
            self._stream.moved(jumped)

    def release(self) -> None:
        """Keep libVLC waiting for nothing."""
        if self._stream is not None:
            self._stream.release()

    def end(self) -> None:
        """Let everything go."""
        self.closed = True
        self.release()
        self._stream = None  # and with it all pieces
        for task in (*self._tasks, *([self._opening] if self._opening is not None else [])):
            task.cancel()

    def open(self) -> None:
        """Begin to read playlists, and then pieces, before anybody asks."""
        if self._opening is None or self._opening.done():
            self._opening = asyncio.get_running_loop().create_task(self._open())
            self._opening.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _streaming(self) -> Stream:
        if self._stream is None and not self.closed:
            self.open()
            if self._opening is not None:
                await asyncio.shield(self._opening)
        if self._stream is None:
            raise Unavailable("The class is closed.")
        return self._stream

    async def _open(self) -> None:
        await self._carrier.open()
        stream = await self._stream_of_kind()
        if not self.closed:
            self._stream = stream
            self._start(self._run(stream))
            self._start(self._carrier.steer())

    async def _run(self, stream: Stream) -> None:
        """Keep the stream running, whatever happens: a rider has one picture."""
        while True:
            try:
                await stream.run()
                return
            except Exception:
                log.exception("the stream is begun again")
                await asyncio.sleep(AGAIN_S)

    async def _stream_of_kind(self) -> Stream:
        carrier, settings = self._carrier, self._settings
        first = stills.first(self._at_first())
        track = await carrier.routes.track(first, carrier.order())
        if not track.ended:
            return Live(carrier, self._playhead, settings, self._screen, self.tally, self.throughput)
        reel = Reel(track, settings.memory_bytes)
        pieces = Pieces(carrier.routes, carrier.new_fetch, carrier.order, settings.piece_bytes, self._shelf)
        loader = Loader(reel, pieces, self._playhead, settings, self._screen, self.tally, self.throughput, first)
        loader.on_idle = lambda rung: self._start(carrier.warm(rung))
        self._start(self._read_on(loader, pieces, pieces.needs_list(track.segments[0].part.url)))
        return loader

    def _at_first(self) -> Situation:
        rungs = stills.choices(self._carrier.routes.rungs)
        screen, bps = self._screen, self.throughput.estimate_bps
        return Situation(rungs, 0.0, bps, None, screen.panel_height, screen.max_rate_bps, piece_s=USUAL_PIECE_S)

    async def _read_on(self, loader: Loader, pieces: Pieces, list_first: bool) -> None:
        """Read what will be wanted: the other rungs' playlists, and the list of pieces, after the first piece if that
        can be checked without."""
        if list_first:
            await pieces.read_list(LIST_PATIENCE)
        await asyncio.sleep(AFTER_PIECE_S)
        for index in range(len(self._carrier.routes.rungs)):
            with contextlib.suppress(Unavailable):
                await self._carrier.routes.track(index, self._carrier.order())
        if not list_first:
            await loader.begun.wait()
            await asyncio.sleep(AFTER_PIECE_S)
            await pieces.read_list(LIST_PATIENCE)

    def _rich(self) -> bool:
        if self._stream is None:
            return False
        return self._stream.ready_s - self._playhead.position_s(time.monotonic()) >= RICH_S

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
