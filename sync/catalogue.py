"""The catalogue: which classes the cloud has, and their leaders, copied into the cache whenever the cloud answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

import httpx

from sync.cache import Cache
from sync.records import FitnessClass, RecordError, Standings, from_json

EVERY_S = 60.0
SOON_S = 5.0  # while the cloud has not answered yet, or still builds its first classes
_ETAG = "sync.catalogue.etag"


class Catalogue:
    """Run :meth:`run` as a task; ``fresh`` says whether the last try reached the cloud."""

    def __init__(self, cache: Cache, on_change: Callable[[], None] = lambda: None) -> None:
        self.fresh = False
        self._cache = cache
        self._on_change = on_change
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Refresh now, as after an enrolment."""
        self._woken.set()

    async def run(self) -> None:
        """Refresh now and then, until cancelled."""
        while True:
            self.fresh = await self.refresh()
            known = len(await asyncio.to_thread(self._cache.classes))
            self._woken.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(EVERY_S if self.fresh and known > 2 else SOON_S):
                    await self._woken.wait()

    async def refresh(self) -> bool:
        """Bring the cache up to date; returns whether the cloud answered. What cannot be read changes nothing."""
        enrolled = await asyncio.to_thread(self._cache.enrolment)
        if enrolled is None:
            return False
        base_url, enrolment = enrolled
        headers = {"Authorization": f"Bearer {enrolment.token}"}
        try:
            async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=10) as client:
                await self._classes(client, base_url)
                await self._leaders(client)
        except (httpx.HTTPError, httpx.InvalidURL, RecordError, ValueError):
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
        for fitness_class in await asyncio.to_thread(self._cache.classes):
            response = await client.get(f"/v1/classes/{fitness_class.id}/standings")
            if response.is_success:
                board = from_json(Standings, response.json()).all_time
                await asyncio.to_thread(self._cache.put_leaders, fitness_class.id, board)
