"""The catalogue: which classes the cloud has, and their leaders, copied into the cache whenever the cloud answers."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import httpx

from sync.backoff import Backoff
from sync.cache import Cache
from sync.http_link import new_client
from sync.records import FitnessClass, RecordError, Standings, from_json

EVERY_S = 60.0
SOON_S = 5.0  # while the cloud still builds its first classes
FIRST_CLASSES = 3
LEADERS_AT_ONCE = 3
LIVE_EVERY_S = 15.0  # while a live class is on: how many ride it
LIVE_AT_ONCE = 4
PATIENCE_S = 10.0
_ETAG = "sync.catalogue.etag"
_TROUBLES = (httpx.HTTPError, httpx.InvalidURL, RecordError, ValueError, LookupError, TypeError, sqlite3.Error)


class Catalogue:
    """Run :meth:`run` as a task; ``fresh`` says whether the last try reached the cloud.

    However many classes there are, a refresh asks for the leaders of a few, in turn: of those never heard first, then
    of the class that was :meth:`want`-ed, then of those asked longest ago, ``leaders_at_once`` together.

    ``here`` is how many riders were in each live class that is on, or whose lobby is open, a moment ago.
    """

    def __init__(
        self, cache: Cache, on_change: Callable[[], None] = lambda: None, leaders_at_once: int = LEADERS_AT_ONCE
    ) -> None:
        self.fresh = False
        self.here: dict[str, int] = {}
        self._leaders_at_once = leaders_at_once
        self._wanted: str | None = None
        self._asked: dict[str, int] = {}  # class id: a number that grows
        self._cache = cache
        self._on_change = on_change
        self._woken = asyncio.Event()
        self._pause_s = EVERY_S

    def wake(self) -> None:
        """Refresh now, as after an enrolment."""
        self._woken.set()

    def want(self, class_id: str) -> None:
        """A class is being looked at: bring its leaders up to date now."""
        self._wanted = class_id
        self.wake()

    async def run(self) -> None:
        """Refresh now and then, until cancelled."""
        again = Backoff(first_s=SOON_S, most_s=EVERY_S / 2, least_s=1.0)
        while True:
            self._woken.clear()
            self.fresh = await self.refresh()
            if self.fresh:
                again.reset()
            await self._rest(self._pause_s if self.fresh else again.next_s())

    async def _rest(self, seconds: float) -> None:
        """Wait for the next refresh, and meanwhile see who is in the live classes."""
        while seconds > 0:
            step_s = min(seconds, LIVE_EVERY_S)
            with suppress(TimeoutError):
                async with asyncio.timeout(step_s):
                    await self._woken.wait()
                    return
            seconds -= step_s
            if seconds > 0 and self.fresh:
                with suppress(*_TROUBLES):
                    if live := await self._live():
                        async with self._connected() as (client, _):
                            await self._count(client, live)

    async def _live(self) -> list[str]:
        """The live classes whose riders are counted. Where there are none any more, nobody is in them."""
        live = [one.id for one in await asyncio.to_thread(self._cache.classes) if _is_on(one)][:LIVE_AT_ONCE]
        if not live:
            self.here = {}
        return live

    async def _count(self, client: httpx.AsyncClient, live: list[str]) -> None:
        """See who is in these classes."""
        told = {class_id: await self._standings(client, class_id) for class_id in live}
        self.here = {class_id: one.here_now.count for class_id, one in told.items() if one is not None}

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[tuple[httpx.AsyncClient, str]]:
        """A client of the cloud, and the cloud's URL. Raises :class:`LookupError` for a tablet that belongs to none."""
        enrolled = await asyncio.to_thread(self._cache.enrolment)
        if enrolled is None:
            raise LookupError("this tablet is not enrolled")
        base_url, enrolment = enrolled
        async with await new_client(base_url, {"Authorization": f"Bearer {enrolment.token}"}, PATIENCE_S) as client:
            yield client, base_url

    @staticmethod
    async def _standings(client: httpx.AsyncClient, class_id: str) -> Standings | None:
        response = await client.get(f"/v1/classes/{class_id}/standings")
        return from_json(Standings, response.json()) if response.is_success else None

    async def refresh(self) -> bool:
        """Bring the cache up to date; returns whether the cloud answered. What cannot be read changes nothing."""
        try:
            async with self._connected() as (client, base_url):
                await self._classes(client, base_url)
                await self._leaders(client)
                with suppress(*_TROUBLES):  # who is there says nothing of whether the cloud answers
                    await self._count(client, await self._live())
        except _TROUBLES:
            return False
        return True

    async def _classes(self, client: httpx.AsyncClient, base_url: str) -> None:
        kept = await asyncio.to_thread(self._cache.setting, _ETAG, {})
        etag = kept.get(base_url)
        response = await client.get("/v1/classes", headers={"If-None-Match": etag} if etag else {})
        if response.status_code == 304:
            return
        response.raise_for_status()
        classes = [from_json(FitnessClass, record) for record in response.json()["classes"]]
        await asyncio.to_thread(self._cache.put_classes, classes)
        await asyncio.to_thread(self._cache.set_setting, _ETAG, {base_url: response.headers.get("ETag")})
        self._on_change()

    async def _leaders(self, client: httpx.AsyncClient) -> None:
        known = [one.id for one in await asyncio.to_thread(self._cache.classes)]
        self._pause_s = EVERY_S if len(known) >= FIRST_CLASSES else SOON_S
        changed = False
        for class_id in await asyncio.to_thread(self._due, known):
            self._asked[class_id] = max(self._asked.values(), default=0) + 1
            if (told := await self._standings(client, class_id)) is not None:
                board = told.all_time
                if board != await asyncio.to_thread(self._cache.leaders, class_id):
                    await asyncio.to_thread(self._cache.put_leaders, class_id, board)
                    changed = True
        if changed:
            self._on_change()

    def _due(self, known: list[str]) -> list[str]:
        """Whose leaders to ask for now."""
        wanted, self._wanted = self._wanted, None
        never = [class_id for class_id in known if self._cache.leaders(class_id) is None]
        others = [class_id for class_id in known if class_id not in never]
        others.sort(key=lambda class_id: (class_id != wanted, self._asked.get(class_id, 0)))
        return never + others[: max(self._leaders_at_once - len(never), 1)]


def _is_on(one: FitnessClass) -> bool:
    return one.live is not None and one.live.state in ("lobby", "live")
