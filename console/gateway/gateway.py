"""The gateway: a thread with a loop of its own, a loopback server, and the films that are open."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from console.gateway.asking import Client, new_client
from console.gateway.kept import Kept
from console.gateway.loading import Screen
from console.gateway.opened import Opened
from console.gateway.serving import LoopbackServer
from console.gateway.settings import GatewaySettings
from console.gateway.shelf import Shelf
from console.gateway.throughput import Throughput
from console.gateway.view import View

START_S = 10.0
CLOSE_S = 3.0


class Gateway:
    """One per console. ``kept`` is where pieces stay on the disk; ``remembered_bps`` is the network's throughput when
    it was last used, which decides the first rung. Opens no connection by itself."""

    def __init__(
        self,
        kept: Kept | None = None,
        settings: GatewaySettings | None = None,
        remembered_bps: float | None = None,
    ) -> None:
        self._kept = kept
        self._remembered_bps = remembered_bps
        self._settings = settings or GatewaySettings()
        self._jobs: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self._films: dict[str, Opened] = {}
        self._count = 0
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._client: Client | None = None
        self._server: LoopbackServer | None = None
        self._ready = threading.Event()

    def start(self) -> None:
        """Begin to serve."""
        if self._thread is None:
            self._server = LoopbackServer(self._films)
            self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="gateway", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """End every view and the thread."""
        thread, self._thread = self._thread, None
        if thread is None or not self._ready.wait(START_S):
            return
        assert self._loop is not None and self._server is not None
        self._loop.call_soon_threadsafe(self._stop)
        thread.join(CLOSE_S)

    def _stop(self) -> None:
        for film in self._films.values():
            film.end()
        if self._server is not None:
            self._server.stop()

    def beside(self, job: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Have something run on the gateway's loop for as long as that does. To be called before :meth:`start`."""
        self._jobs.append(job)

    @property
    def client(self) -> Client:
        """What asks the world, for what runs beside."""
        assert self._client is not None, "the gateway does not run"
        return self._client

    @property
    def spare(self) -> bool:
        """Whether no class that plays needs the network now."""
        return all(film.spare for film in list(self._films.values()))

    @property
    def throughput_bps(self) -> float | None:
        """What the network carried of late, in bits a second."""
        for film in reversed(self._films.values()):
            if film.throughput.estimate_bps is not None:
                self._remembered_bps = film.throughput.estimate_bps
                break
        return self._remembered_bps

    def view(
        self,
        urls: Sequence[str],
        *,
        panel_height: int,
        max_rate_bps: int | None = None,
        class_id: str = "",
        revision: str = "",
        live: bool = False,
        start_s: float = 0.0,
    ) -> View:
        """Open a film. ``urls`` are its multivariant playlists, one a pathway, best first; pieces are kept on the disk
        under ``class_id`` and ``revision``. What lies at ``start_s`` is fetched at once."""
        self.start()
        if not self._ready.wait(START_S):
            raise RuntimeError("the gateway's thread did not start")
        assert self._loop is not None and self._client is not None and self._server is not None
        self._count += 1
        name = str(self._count)
        shelf = Shelf() if live else Shelf(self._kept, class_id, revision)
        throughput = Throughput(self.throughput_bps)
        film = Opened(
            urls, self._client, self._settings, Screen(panel_height, max_rate_bps), shelf, throughput, start_s
        )
        for old in [key for key, one in self._films.items() if one.closed]:
            del self._films[old]
        self._films[name] = film
        self._loop.call_soon_threadsafe(film.open)
        return View(f"{self._server.base}/{name}", film, self._loop)

    async def _run(self) -> None:
        assert self._server is not None
        self._loop = asyncio.get_running_loop()
        async with new_client(self._settings.connect_s, self._settings.hold_s) as client:
            self._client = client
            self._ready.set()
            jobs = [asyncio.create_task(job()) for job in self._jobs]
            try:
                await self._server.run()
            finally:
                self._stop()
                for job in jobs:
                    job.cancel()
                await asyncio.gather(*jobs, return_exceptions=True)
