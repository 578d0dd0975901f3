"""One film as one rider sees it: opened over its pathways, kept ahead of the rider, served to libVLC.

The methods without ``async`` may be called from any thread; everything else runs on the gateway's loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from console.gateway.allowed import Allowed, NotAllowed
from console.gateway.asking import Client
from console.gateway.fetching import Fetch, Got, Patience, Promise, Source
from console.gateway.kept import Kept
from console.gateway.loading import Loader, Screen
from console.gateway.outline import Outline, Unavailable
from console.gateway.pathways import Pathways, Standing
from console.gateway.pieces import Pieces
from console.gateway.playhead import Playhead
from console.gateway.reel import Reel
from console.gateway.routes import Routes
from console.gateway.settings import GatewaySettings
from console.gateway.tally import Tally
from console.gateway.throughput import Throughput

OPEN_S = 12.0  # for the first playlists
PROBE_S = 10.0  # of buffer, with which a pathway on probation may be asked


class View:
    """A film that is open. ``urls``: its multivariant playlist, one a pathway, best first. ``base`` is the loopback
    address below which it is served, ``loop`` the gateway's."""

    def __init__(
        self,
        urls: Sequence[str],
        base: str,
        loop: asyncio.AbstractEventLoop,
        client: Client,
        settings: GatewaySettings,
        screen: Screen,
        store: Kept | None = None,
        owner: tuple[str, str] = ("", ""),
    ) -> None:
        self.url = f"{base}/film.m3u8"
        self.captions_url = f"{base}/captions.vtt"
        self.tally = Tally()
        self._loop, self._client, self._settings, self._screen = loop, client, settings, screen
        self._urls = urls
        self._allowed = Allowed()
        self._routes = Routes(urls, self._fetched)
        self._pathways = Pathways(self._routes.names)
        self._pieces = Pieces(self._routes, self._new_fetch, self._order, settings.piece_bytes, store, owner)
        self._playhead = Playhead()
        self._throughput = Throughput()
        self._opening = asyncio.Lock()
        self._loader: Loader | None = None
        self._reel: Reel | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.closed = False

    # For the player, from any thread.

    def outline(self, within_s: float = OPEN_S) -> Outline:
        """What is known of the film; waits for its playlists. Raises :class:`Unavailable`."""
        waiting = asyncio.run_coroutine_threadsafe(self._outline(), self._loop)
        try:
            return waiting.result(within_s)
        except TimeoutError as error:
            waiting.cancel()
            raise Unavailable("The server does not answer.") from error

    def position(self, position_s: float) -> None:
        """The rider is there now."""
        self._call(self._move, position_s)

    @property
    def trouble(self) -> Unavailable | None:
        """Why nothing comes just now, if nothing comes."""
        return self._loader.trouble if self._loader is not None else None

    def close(self) -> None:
        """Let everything go."""
        self._call(self._end)

    def _call(self, order: Any, *arguments: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the gateway has ended
            self._loop.call_soon_threadsafe(order, *arguments)

    # For the server. All raise Unavailable.

    async def playlist(self) -> str:
        """The one media playlist."""
        return (await self._opened())[0].playlist()

    async def init(self) -> bytes:
        """What libVLC reads first."""
        return await (await self._opened())[1].init()

    async def segment(self, place: int) -> bytes:
        """A piece."""
        return await (await self._opened())[1].segment(place)

    async def captions(self) -> str:
        """The captions as WebVTT."""
        await self._opened()
        text = await self._routes.captions()
        if text is None:
            raise Unavailable("The class has no captions.", "Nothing needs to be done.")
        return text

    # On the gateway's loop.

    async def _outline(self) -> Outline:
        reel, _ = await self._opened()
        sizes = tuple((rung.width, rung.height) for rung in self._routes.rungs if rung.height)
        return Outline(sizes, reel.length_s if reel.track.ended else None)

    async def _opened(self) -> tuple[Reel, Loader]:
        async with self._opening:
            if self._reel is None or self._loader is None:
                self._allow()
                await self._routes.open()
                for name in self._routes.names:
                    self._pathways.add(name)
                self._reel = Reel(await self._routes.track(0, self._order()), self._settings.memory_bytes)
                self._loader = Loader(
                    self._reel,
                    self._pieces,
                    self._playhead,
                    self._settings,
                    self._screen,
                    self.tally,
                    self._throughput,
                )
                self._start(self._pieces.read_list(Patience(3.0, 10.0)))
                self._start(self._loader.run())
            return self._reel, self._loader

    def _allow(self) -> None:
        try:
            for url in self._urls:
                self._allowed.own(url)
        except NotAllowed as error:
            raise Unavailable(f"{error}.", "Check the server's address in Settings.") from error

    def _start(self, job: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(job)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _move(self, position_s: float) -> None:
        if self._playhead.tell(position_s, time.monotonic()) and self._loader is not None:
            self._loader.look_again()

    def _end(self) -> None:
        self.closed = True
        for task in self._tasks:
            task.cancel()

    def _order(self) -> list[str]:
        now_s = time.monotonic()
        return [name for name in self._pathways.order(now_s, self._can_probe(now_s)) if name in self._routes.names]

    def _can_probe(self, now_s: float) -> bool:
        if self._reel is None or not any(
            self._pathways.standing(name, now_s) is Standing.PROBATION for name in self._pathways.names
        ):
            return False
        position_s = self._playhead.position_s(now_s)
        return self._reel.ready_until(position_s) - position_s >= PROBE_S

    def _new_fetch(self, sources: Sequence[Source], promise: Promise, patience: Patience) -> Fetch:
        return Fetch(self._client, self._allowed, self._pathways, sources, promise, patience)

    async def _fetched(self, sources: Sequence[Source], promise: Promise) -> Got:
        return await self._new_fetch(sources, promise, Patience(2.0, self._settings.ask_s)).run()
