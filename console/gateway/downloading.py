"""The download of one class: what it consists of, what of that is missing, and fetching it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from console.gateway import class_files
from console.gateway.class_files import Ask, File, Folder
from console.gateway.fetching import NotGot
from console.gateway.kept import Kept, Key
from console.gateway.loading import Screen
from console.gateway.outline import Unavailable

SAY_EVERY = 0.01  # of the class

NO_ROOM = Unavailable("There is no room on the tablet.", "Remove another class, or give classes more room in Settings.")
DAMAGED = Unavailable("A part of the video is damaged on the server.", "Tell the studio which class it is.")
MISSING = Unavailable("A part of the class is missing on the tablet.", "It is fetched again when there is a network.")


@dataclass(frozen=True, slots=True)
class Offer:
    """A class as it is now: its multivariant playlists, one a pathway, best first, and other files that go with it if
    there are some."""

    revision: str
    urls: tuple[str, ...]
    extras: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a download once its playlists were read, and the share of it that is here (0-1)."""

    height: int
    size_bytes: int
    share: float


class Stopped(Exception):
    """The rider paused or removed it."""


class Downloading:
    """One class in one revision. ``old_revision`` is an earlier one whose pieces may still be of use. ``turn`` waits
    until the next file may be fetched, and raises :class:`Stopped`; ``tell`` hears how far it is."""

    def __init__(
        self,
        class_id: str,
        offer: Offer,
        kept: Kept,
        screen: Screen,
        turn: Callable[[], Awaitable[None]],
        tell: Callable[[Told], None],
        old_revision: str | None = None,
    ) -> None:
        self._class_id, self._offer, self._old_revision = class_id, offer, old_revision
        self._kept, self._screen, self._turn, self._tell = kept, screen, turn, tell
        self._folder = Folder(offer.urls)

    async def run(self, ask: Ask) -> None:
        """Fetch what is missing; when this returns, all of it is on the disk for good. What is there already is read
        and checked. Raises :class:`NotGot`, :class:`Unavailable`, :class:`Stopped`."""
        self._kept.pin(self._class_id, self._offer.revision)
        files = await class_files.files(self._folder, self._screen, ask, self._offer.extras)
        told = 0.0
        self._tell(Told(files.height, files.size_bytes, told))
        if files.size_bytes > self._kept.room() + self._kept.bytes_of(self._class_id, self._offer.revision):
            raise NO_ROOM
        for url, text in files.texts.items():
            await self._put(url, text)
        for done, file in enumerate(files.files, 1):
            await self._turn()
            await self._fetch(file, ask)
            if (share := done / len(files.files)) >= told + SAY_EVERY:
                told = share
                self._tell(Told(files.height, files.size_bytes, share))
        await self._put(self._folder.urls[0], files.master)
        mine = [self._folder.urls[0], *files.texts, *(file.url for file in files.files)]
        paths = [self._folder.path(url) for url in mine]
        await asyncio.to_thread(self._kept.keep_only, self._class_id, self._offer.revision, paths)
        await asyncio.to_thread(self._kept.settle, self._class_id, self._offer.revision)

    async def complete(self) -> bool:
        """Whether all of it is on the tablet, as far as names tell; asks nobody."""
        try:
            files = await class_files.files(self._folder, self._screen, self._from_disk, self._offer.extras)
        except (NotGot, Unavailable):
            return False
        needed = [file.url for file in files.files if file.url not in self._offer.extras]
        return all(self._kept.has(self._key(url)) for url in needed)

    async def _fetch(self, file: File, ask: Ask) -> None:
        data = await asyncio.to_thread(self._kept.get, self._key(file.url))
        if data is not None and file.length in (None, len(data)):
            return
        if await self._taken_over(file):
            return
        try:
            data = await ask(self._folder.everywhere(file.url))
        except NotGot as error:
            if error.final and file.url in self._offer.extras:
                return  # the class can be ridden without
            raise
        await self._turn()
        if file.length not in (None, len(data)):
            raise NotGot(DAMAGED, False)
        await self._put(file.url, data, file.sha256)

    async def _taken_over(self, file: File) -> bool:
        """Whether the earlier revision had the very same file."""
        if file.sha256 is None or self._old_revision is None:
            return False
        old = Key(self._class_id, self._old_revision, self._folder.path(file.url))
        data = await asyncio.to_thread(self._kept.get, old)
        return data is not None and await asyncio.to_thread(self._kept.put, self._key(file.url), data, file.sha256)

    async def _put(self, url: str, data: bytes, sha256: str | None = None) -> None:
        if not await asyncio.to_thread(self._kept.put, self._key(url), data, sha256):
            raise NotGot(DAMAGED, False) if self._kept.room() > 2 * len(data) else NO_ROOM

    async def _from_disk(self, urls: Sequence[str]) -> bytes:
        data = await asyncio.to_thread(self._kept.get, self._key(urls[0]))
        if data is None:
            raise NotGot(MISSING, False)
        return data

    def _key(self, url: str) -> Key:
        return Key(self._class_id, self._offer.revision, self._folder.path(url))
