"""The records of the classes in a store elsewhere, kept in a directory of this machine, where the catalogue looks.

While the store does not answer, what is here stays: rides, leaderboards and the catalogue go on."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from sync.cloud.storage.door import Storage
from sync.cloud.storage.errors import NoSuchKey, StorageError, Unreachable
from sync.cloud.storage.files import FileStorage

log = logging.getLogger(__name__)

EVERY_S = 10.0


class RecordsMirror:
    """Copies records (``<id>/class.json``) that are new or changed in ``store`` to ``directory``, and removes those
    that are gone. Other things in the store are none of its business."""

    def __init__(self, store: Storage, directory: Path) -> None:
        self._store, self._here = store, FileStorage(directory)
        self._tags: dict[str, str] = {}
        self._told = False

    def look(self) -> bool:
        """Look once; returns whether anything changed. Raises :class:`StorageError`."""
        there = {one.key: one.tag for one in self._store.list() if _is_record(one.key)}
        changed = False
        for key, tag in there.items():
            if self._tags.get(key) != tag:
                changed |= self._fetch(key)
                self._tags[key] = tag
        gone = [one.key for one in self._here.list() if _is_record(one.key) and one.key not in there]
        self._here.remove(gone)
        for key in self._tags.keys() - there.keys():
            del self._tags[key]
        return changed or bool(gone)

    def first_look(self) -> None:
        """The look before serving. Raises :class:`StorageError`, but not when the store only cannot be reached."""
        try:
            self.look()
        except Unreachable as error:
            self._tell(error)

    async def run(self) -> None:
        """Look now and then, until cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await asyncio.to_thread(self.look)
                self._told = False
            except StorageError as error:
                self._tell(error)

    def _fetch(self, key: str) -> bool:
        try:
            content = self._store.get(key).read()
        except NoSuchKey:
            return False  # it went while we looked
        if self._here.exists(key) and self._here.get(key).read() == content:
            return False
        self._here.put(key, content)
        return True

    def _tell(self, error: StorageError) -> None:
        log.log(logging.DEBUG if self._told else logging.ERROR, "the store of classes: %s. %s", error, error.remedy)
        self._told = True


def _is_record(key: str) -> bool:
    return key.count("/") == 1 and key.endswith("/class.json")
