"""Search over the cloud's classes: an index that follows the catalogue."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from sync.cloud.catalogue import Catalogue
from sync.cloud.database import POSTGRES, open_database
from sync.cloud.errors import StoreFailed
from sync.records import FitnessClass
from sync.search.fts5 import Fts5Table
from sync.search.index import ClassIndex
from sync.search.query import Found, Query
from sync.search.word_table import WordTable

log = logging.getLogger(__name__)

EVERY_S = 2.0
RATINGS_EVERY_S = 10.0
RENEW_EVERY_S = 6 * 3600.0


def words_at(database: Path | str) -> WordTable:
    """Where the classes' words are kept: in PostgreSQL when that is the store, else in this process. Raises
    :class:`StoreTooNew`, :class:`StoreFailed`."""
    if isinstance(database, str) and database.startswith(POSTGRES):
        from sync.cloud.postgres_words import PostgresWords  # only for those who use it

        db = open_database(database)
        try:
            return PostgresWords(db)
        except BaseException:
            db.close()
            raise
    return Fts5Table()


class Finder:
    """Run :meth:`run` as a task; it also brings what riders say of the classes (``ratings``) into the catalogue.
    ``in_store`` does work in the thread that catalogue and ratings live in. The classes' words are in ``table``."""

    def __init__(
        self,
        catalogue: Catalogue,
        ratings: Callable[[], Mapping[str, tuple[float, int]]],
        in_store: Callable[..., Awaitable[Any]],
        table: WordTable | None = None,
    ) -> None:
        self._catalogue, self._ratings, self._in_store = catalogue, ratings, in_store
        self._rated_at_s = float("-inf")
        self._renewed_at_s = time.monotonic()
        self._index = ClassIndex(table=table)
        self._known = ""
        self._classes: dict[str, FitnessClass] = {}
        self._looking = asyncio.Lock()

    async def run(self) -> None:
        """Follow the catalogue, until cancelled; while the store does not answer, stay as it was."""
        failing = False
        try:
            while True:
                try:
                    await self._follow_all()
                    failing = False
                except StoreFailed as error:
                    log.log(logging.DEBUG if failing else logging.ERROR, "the search stays as it was: %s", error)
                    failing = True
                await asyncio.sleep(EVERY_S)
        finally:
            self._index.close()

    async def search(self, query: Query) -> tuple[Found, list[FitnessClass]]:
        """What the query asks for, and the classes of its page. Raises :class:`StoreFailed`."""
        if not self._known:
            await self._look()
        found = await asyncio.to_thread(self._index.search, query)
        return found, [self._classes[class_id] for class_id in found.ids if class_id in self._classes]

    async def _follow_all(self) -> None:
        if time.monotonic() >= self._rated_at_s + RATINGS_EVERY_S:
            self._rated_at_s = time.monotonic()
            await self._in_store(lambda: self._catalogue.rate(self._ratings()))
        await self._look()
        if time.monotonic() >= self._renewed_at_s + RENEW_EVERY_S:
            await asyncio.to_thread(self._index.renew)
            self._renewed_at_s = time.monotonic()

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
        self._index.remove(before.keys() - now.keys())
        self._classes = now
