"""Everything between one film and its servers: where its files are, how the pathways fare, and who steers them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from console.gateway.allowed import Allowed, NotAllowed
from console.gateway.asking import Client, Failed, ask
from console.gateway.attempt import Source
from console.gateway.fetching import Fetch, Got, NotGot, Patience, Promise, patience
from console.gateway.outline import Unavailable
from console.gateway.pathways import Pathways, Standing, Trouble
from console.gateway.reading import Part
from console.gateway.routes import Routes
from console.gateway.settings import GatewaySettings
from console.gateway.shelf import Shelf
from console.gateway.steering import MOST_BYTES, Manifest, Steering, steer
from console.gateway.throughput import Throughput

MOST_SILENCE_S = 2.0


class Carrier:
    """``urls`` are the film's multivariant playlists, one a pathway, best first. ``rich`` says whether there is enough
    film in hand to try a pathway that may still be ill."""

    def __init__(
        self,
        urls: Sequence[str],
        client: Client,
        settings: GatewaySettings,
        shelf: Shelf,
        throughput: Throughput,
        rich: Callable[[], bool],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._urls, self._client, self._settings = urls, client, settings
        self._rich, self._now = rich, now
        self._allowed = Allowed()
        self.throughput = throughput
        self.routes = Routes(urls, self._fetched, self._allowed, shelf)
        self.pathways = Pathways(self.routes.names)

    async def open(self) -> None:
        """Read the first playlist. Raises :class:`Unavailable`."""
        try:
            for url in self._urls:
                self._allowed.own(url)
        except NotAllowed as error:
            raise Unavailable(f"{error}.", "Check the server's address in Settings.") from error
        await self.routes.open()
        for name in self.routes.names:
            self.pathways.add(name)
        film = self.routes.film
        if film is not None and film.steering is not None and film.steering.pathway:
            self.pathways.prioritise([film.steering.pathway])

    def order(self) -> list[str]:
        """The pathways, the one to ask first in front."""
        now_s, known = self._now(), self.routes.names
        resting = any(self.pathways.standing(name, now_s) is Standing.PROBATION for name in known)
        return [name for name in self.pathways.order(now_s, resting and self._rich()) if name in known]

    def new_fetch(self, sources: Sequence[Source], promise: Promise, patience: Patience) -> Fetch:
        """A fetch, not begun yet."""
        return Fetch(self._client, self._allowed, self.pathways, sources, promise, patience, self._now)

    async def steer(self) -> None:
        """Do as the steering server says, for as long as it says something."""
        film = self.routes.film
        if film is None or film.steering is None:
            return
        try:
            if not film.steering.server_url.startswith("data:"):
                self._allowed.name(film.steering.server_url)
        except NotAllowed:
            return
        state = Steering(film.steering.server_url)
        await steer(state, self._ask_steering, self._told, self._obey, self._now)

    async def warm(self, index: int) -> None:
        """Read a rung's playlist on the pathway that would be next, so that going there costs no time."""
        others = self.order()[1:2]
        if others:
            try:
                await self.routes.track(index, others)
            except Unavailable:
                return

    def _told(self) -> tuple[str, float | None]:
        return self.order()[0], self.throughput.estimate_bps

    def _obey(self, manifest: Manifest) -> None:
        for clone in manifest.clones:
            rungs = self.routes.rungs_of(clone.base)
            if rungs and clone.name not in self.routes.names and self.routes.add(clone.name, clone.of(rungs)):
                self.pathways.add(clone.name)
        self.pathways.prioritise(manifest.priority)

    async def _ask_steering(self, url: str) -> tuple[bytes, str]:
        async with ask(self._client, self._allowed, Part(url), packed=True) as answer:
            data = bytearray()
            async for chunk in answer.chunks:
                data += chunk
                if len(data) > MOST_BYTES:
                    raise Failed(Trouble.WRONG, Unavailable("The steering manifest is too large.", "Tell the studio."))
            return bytes(data), answer.url

    async def _fetched(self, sources: Sequence[Source], promise: Promise) -> Got:
        silence_s = patience(0.0, MOST_SILENCE_S, self.throughput.usual_latency_s).stall_s  # a rider waits for lists
        borne = Patience(silence_s, self._settings.ask_s)
        try:
            async with asyncio.timeout(2 * self._settings.ask_s):
                got = await self.new_fetch(sources, promise, borne).run()
        except TimeoutError as error:
            raise NotGot(Unavailable("The server does not answer."), final=False) from error
        self.throughput.answered(got.latency_s)
        return got
