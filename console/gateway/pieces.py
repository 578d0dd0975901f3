"""One piece, wherever it is: in the tablet's store, else over the network, checked against what is known of it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from asyncio.staggered import staggered_race
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePosixPath

from console.gateway.attempt import Source
from console.gateway.fetching import Fetch, Got, NotGot, Patience, Promise
from console.gateway.fmp4 import is_whole, is_whole_transport
from console.gateway.outline import Unavailable
from console.gateway.progress import Progress
from console.gateway.reading import Part, Rung, Segment
from console.gateway.routes import Routes, host
from console.gateway.shelf import Shelf

WATCH_S = 0.1
LIST_S = 5.0  # that a piece waits for the list of pieces, if there is no other way to check it
MOST_LISTED_BYTES = 16_000_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NAMED = re.compile(r"(?:.*-)?([0-9a-f]{16})")

NewFetch = Callable[[Sequence[Source], Promise, Patience], Fetch]


class Abandoned(Exception):
    """The fetch was given up for another rung, ``instead``, after ``progress``."""

    def __init__(self, instead: int, progress: Progress) -> None:
        super().__init__(instead)
        self.instead = instead
        self.progress = progress


class Pieces:
    """The pieces of one film over its ``routes``. ``order`` gives the pathways, best first; pieces are put on the
    ``shelf`` and taken from there."""

    def __init__(
        self,
        routes: Routes,
        new_fetch: NewFetch,
        order: Callable[[], list[str]],
        most_bytes: int,
        shelf: Shelf,
    ) -> None:
        self._routes, self._new_fetch, self._order = routes, new_fetch, order
        self._most_bytes, self._shelf = most_bytes, shelf
        self.listed: dict[str, tuple[int, str]] = {}  # path: length, SHA-256
        self._list_settled = asyncio.Event()  # it has come, or will not

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The film's rungs, lowest first."""
        return self._routes.rungs

    async def piece(
        self, rung: int, number: int, patience: Patience, instead: Callable[[Progress], int | None]
    ) -> tuple[bytes, Got | None]:
        """A segment, and how it came if it came over the network. ``instead`` is asked now and then for a rung for
        which to give up. Raises :class:`NotGot` and :class:`Abandoned`."""
        segment, order = await self._segment(rung, number, patience)
        if (kept := await self._kept(segment.part)) is not None:
            return kept, None
        if self.needs_list(segment.part.url):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LIST_S):
                    await self._list_settled.wait()
        promise = self._promise(segment.part, is_whole if segment.init else is_whole_transport)
        fetch = self._new_fetch(self._routes.sources(rung, number, order), promise, patience)
        got = await _watched(fetch, instead)
        await self._keep(segment.part, got.data, promise.sha256)
        return got.data, got

    async def init(self, rung: int, number: int, patience: Patience) -> bytes:
        """What has to be read before a segment. Raises :class:`NotGot`."""
        segment, order = await self._segment(rung, number, patience)
        if segment.init is None:
            return b""
        if (kept := await self._kept(segment.init)) is not None:
            return kept
        promise = self._promise(segment.init, lambda data: bool(data))
        got = await self._new_fetch(self._routes.inits(rung, number, order), promise, patience).run()
        await self._keep(segment.init, got.data, promise.sha256)
        return got.data

    def needs_list(self, url: str) -> bool:
        """Whether a piece cannot be checked before the list of pieces has come."""
        film = self._routes.film
        return film is not None and film.pieces_url is not None and self._named(url) is None

    async def read_list(self, patience: Patience) -> None:
        """Read the list of lengths and hashes, where the film has one; a film without it plays as well."""
        url = self._routes.film.pieces_url if self._routes.film else None
        try:
            if url is not None:
                self.listed = listed(await self._list(Part(url), patience))
        except (NotGot, ValueError):
            pass
        finally:
            self._list_settled.set()

    async def _list(self, part: Part, patience: Patience) -> bytes:
        if (kept := await self._kept(part)) is not None:
            return kept
        promise = Promise(most_bytes=MOST_LISTED_BYTES, resumable=False, packed=True)
        got = await self._new_fetch([Source(host(part.url), part)], promise, patience).run()
        await self._keep(part, got.data, None)
        return got.data

    async def _segment(self, rung: int, number: int, patience: Patience) -> tuple[Segment, list[str]]:
        """A segment as the pathway has it that tells first, and the pathways to ask for it, that one in front. A silent
        one is not waited for: when a rung is changed, its playlist may be still to come. Raises :class:`NotGot`."""
        order = self._order()
        asking = [partial(self._routes.segment, name, rung, number) for name in order]
        segment, first, errors = await staggered_race(asking, patience.stall_s)
        if segment is None or first is None:
            for error in reversed(errors):
                if error is not None:
                    raise error
            raise NotGot(Unavailable("There is no server to ask."), final=True)
        return segment, [order[first], *order[:first], *order[first + 1 :]]

    def _promise(self, part: Part, sound: Callable[[bytes], bool]) -> Promise:
        if part.range is not None:
            return Promise(part.range.length, None, sound, self._most_bytes)
        length, sha256 = self.listed.get(self._routes.path(part.url), (None, self._named(part.url)))
        return Promise(length, sha256, sound, self._most_bytes)

    def _named(self, url: str) -> str | None:
        """The first digits of a piece's hash, which its name carries where the film has a list of pieces."""
        film = self._routes.film
        found = _NAMED.fullmatch(PurePosixPath(self._routes.path(url)).stem)
        return found[1] if found is not None and film is not None and film.pieces_url is not None else None

    async def _kept(self, part: Part) -> bytes | None:
        return None if part.range is not None else await self._shelf.get(self._routes.path(part.url))

    async def _keep(self, part: Part, data: bytes, sha256: str | None) -> None:
        if part.range is None:
            whole = sha256 if sha256 is not None and _SHA256.fullmatch(sha256) else None
            await self._shelf.put(self._routes.path(part.url), data, whole)


def listed(data: bytes) -> dict[str, tuple[int, str]]:
    """The list of pieces: path within the class to length and SHA-256. Raises :class:`ValueError`."""
    told = json.loads(data)
    if not isinstance(told, dict) or told.get("v") != 1 or not isinstance(told.get("pieces"), dict):
        raise ValueError("this is no list of pieces")
    found = {}
    for path, facts in told["pieces"].items():
        length, sha256 = facts
        if not isinstance(length, int) or not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise ValueError(f"{path!r:.80}: no length and hash")
        found[str(PurePosixPath(path))] = (length, sha256)
    return found


async def _watched(fetch: Fetch, instead: Callable[[Progress], int | None]) -> Got:
    """The fetch's piece, unless ``instead`` names a rung to take instead. Raises :class:`Abandoned`."""
    task = asyncio.ensure_future(fetch.run())
    try:
        while not (await asyncio.wait({task}, timeout=WATCH_S))[0]:
            progress = fetch.progress
            if (rung := instead(progress)) is not None:
                raise Abandoned(rung, progress)
        return task.result()
    finally:
        task.cancel()
