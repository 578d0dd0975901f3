"""Search over the cloud's classes: an index that follows the catalogue."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sync.cloud.catalogue import Catalogue
from sync.records import FitnessClass
from sync.search.index import ClassIndex
from sync.search.query import Found, Query

EVERY_S = 2.0
RATINGS_EVERY_S = 10.0


class Finder:
    """Run :meth:`run` as a task; it also brings what riders say of the classes (``ratings``) into the catalogue.
    ``in_store`` does work in the thread that catalogue and ratings live in."""

    def __init__(
        self,
        catalogue: Catalogue,
        ratings: Callable[[], Mapping[str, tuple[float, int]]],
        in_store: Callable[..., Awaitable[Any]],
    ) -> None:
        self._catalogue, self._ratings, self._in_store = catalogue, ratings, in_store
        self._rated_at_s = float("-inf")
        self._index = ClassIndex()
        self._known = ""
        self._classes: dict[str, FitnessClass] = {}
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Follow the catalogue, until cancelled."""
        try:
            while True:
                if time.monotonic() >= self._rated_at_s + RATINGS_EVERY_S:
                    self._rated_at_s = time.monotonic()
                    await self._in_store(lambda: self._catalogue.rate(self._ratings()))
                await self._look()
                await asyncio.sleep(EVERY_S)
        finally:
            self._index.close()

    async def search(self, query: Query) -> tuple[Found, list[FitnessClass]]:
        """What the query asks for, and the classes of its page."""
        if not self._known:
            await self._look()
        found = await asyncio.to_thread(self._index.search, query)
        return found, [self._classes[class_id] for class_id in found.ids if class_id in self._classes]

    async def _look(self) -> None:
        async with self._looking:
            etag, classes = await self._in_store(lambda: (self._catalogue.etag(), self._catalogue.classes()))
            if etag != self._known:
                await asyncio.to_thread(self._follow, classes)
                self._known = etag

    def _follow(self, classes: list[FitnessClass]) -> None:
        """Bring the index up to date; what has not changed is the same object as before."""
        before, now = self._classes, {one.id: one for one in classes}
        self._index.put(one for one in classes if before.get(one.id) is not one)
        self._classes = now
        self._index.remove(before.keys() - now.keys())
