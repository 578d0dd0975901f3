"""Search over the cloud's classes: an index that follows the catalogue."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from sync.cloud.catalogue import Catalogue
from sync.records import FitnessClass
from sync.search.index import ClassIndex
from sync.search.query import Found, Query

EVERY_S = 2.0


class Finder:
    """Run :meth:`run` as a task. ``in_store`` does work in the thread that the catalogue lives in."""

    def __init__(self, catalogue: Catalogue, in_store: Callable[..., Awaitable[Any]]) -> None:
        self._catalogue, self._in_store = catalogue, in_store
        self._index = ClassIndex()
        self._known = ""
        self._classes: dict[str, FitnessClass] = {}
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Follow the catalogue, until cancelled."""
        try:
            while True:
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
