"""Where the segments of each rung are, on each pathway. Asks for playlists when they are needed, and keeps them."""

from __future__ import annotations

import asyncio
from asyncio.staggered import staggered_race
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from console.gateway import ladder
from console.gateway.allowed import Allowed, NotAllowed
from console.gateway.attempt import Source
from console.gateway.fetching import Got, NotGot, Promise
from console.gateway.outline import Unavailable
from console.gateway.reading import MOST_BYTES, Film, Part, Rung, Segment, Track, Unreadable, read, read_track
from console.gateway.shelf import Shelf

_LARGE = Unavailable(
    f"A playlist of the class is too large: more than {MOST_BYTES // 1_000_000} MB.",
    "Tell the studio which class it is.",
)
TEXT = Promise(most_bytes=MOST_BYTES, larger=_LARGE, resumable=False, packed=True, proves=False)
SILENT_S = 1.5  # before a playlist is asked for elsewhere as well
SAME_S = 0.25  # that segments of the same number may differ in length between rungs and pathways
SPARE = "spare:"  # a multivariant playlist that was kept in passing, for when no server answers
_LESS = Unavailable("A version of the video is missing on the server.", "Tell the studio.")
_OTHER = Unavailable("The servers have different versions of the class.", "Tell the studio.")
_GONE = Unavailable("A part of the video is missing on the server.", "Tell the studio.")

T = TypeVar("T")
Fetcher = Callable[[Sequence[Source], Promise], Awaitable[Got]]


def host(url: str) -> str:
    """The name of a pathway that has no other: its host and port."""
    return urlsplit(url).netloc


class Routes:
    """The playlists of one film. ``urls`` are its multivariant playlists (or its only rung), one a pathway;
    ``fetch`` gets one piece over some sources, and raises :class:`NotGot`."""

    def __init__(self, urls: Sequence[str], fetch: Fetcher, allowed: Allowed, shelf: Shelf) -> None:
        self._urls = {host(url): url for url in reversed(urls)}
        self._fetch, self._allowed, self._shelf = fetch, allowed, shelf
        self._films: dict[str, Film] = {}
        self._tracks: dict[tuple[str, int], Track] = {}
        self._locks: dict[object, asyncio.Lock] = {}
        self._trunk: Track | None = None  # the track that was read first: what the others are held against
        self.base = urls[0] if urls else ""  # the playlist that was read first
        self.film: Film | None = None
        self.rungs: tuple[Rung, ...] = ()  # of the pathway that was read first
        self.names: tuple[str, ...] = tuple(host(url) for url in urls)  # of the pathways

    async def open(self) -> None:
        """Read the film's first playlist, from whichever pathway has it. Raises :class:`Unavailable`."""
        if self.film is not None:
            return
        data, self.base, name = await self._master()
        film = _as_film(_understood(partial(read, data, self.base)), self.base)
        self.rungs = ladder.playable(film)
        steered = tuple(dict.fromkeys(rung.pathway for rung in film.rungs if rung.pathway))
        if film.steering is not None and steered:
            self.names = ()
            for one in steered:
                self.add(one, tuple(rung for rung in film.rungs if rung.pathway == one))
            if not self.names:
                raise Unavailable("The class is on servers that cannot be asked.", "Tell the studio.")
        else:
            self._films[name] = film
        self.film = film

    def add(self, name: str, rungs: tuple[Rung, ...]) -> bool:
        """One more pathway, with its own addresses of the rungs; false if it leads where it must not."""
        try:
            for rung in rungs:
                self._allowed.name(rung.url)
        except NotAllowed:
            return False
        self._films[name] = Film(rungs)
        if name not in self.names:
            self.names += (name,)
        return True

    def rungs_of(self, name: str) -> tuple[Rung, ...]:
        """The rungs of a pathway, as far as they are known."""
        return self._films[name].rungs if name in self._films else ()

    def path(self, url: str) -> str:
        """The name of a file within the class: its path below the folder of the multivariant playlist."""
        folder = urlsplit(self.base).path.rpartition("/")[0] + "/"
        return urlsplit(url).path.removeprefix(folder)

    async def track(self, index: int, order: Sequence[str]) -> Track:
        """The media playlist of a rung, from the pathway of ``order`` that has it first; a silent one is not waited
        for. Raises :class:`Unavailable`."""
        asking = [partial(self._track, name, index) for name in order]
        track, _, errors = await staggered_race(asking, SILENT_S)
        if track is not None:
            return track
        refusals = [error for error in errors if isinstance(error, NotGot)]
        if len(refusals) < len([error for error in errors if error is not None]):
            raise next(error for error in errors if error is not None and not isinstance(error, NotGot))
        raise refusals[0].why if refusals else Unavailable("There is no server to ask.")

    async def latest(self, name: str, index: int) -> Track:
        """The media playlist of a rung on one pathway as it is now: for films that are still growing. Raises
        :class:`NotGot`."""
        rung = await self._rung(name, index)
        got = await self._fetch([Source(name, Part(rung.url))], TEXT)
        return self._track_in(got.data, got.url)

    def sources(self, index: int, number: int, order: Sequence[str]) -> list[Source]:
        """Where segment ``number`` of a rung can be had, in that order of pathways."""
        return [Source(name, partial(self._segment_part, name, index, number)) for name in order]

    def inits(self, index: int, number: int, order: Sequence[str]) -> list[Source]:
        """Where what comes before segment ``number`` of a rung can be had."""
        return [Source(name, partial(self._init_part, name, index, number)) for name in order]

    async def segment(self, name: str, index: int, number: int) -> Segment:
        """A segment as one pathway has it. Raises :class:`NotGot`."""
        track = await self._track(name, index)
        at = number - track.segments[0].number if track.segments else -1
        if not 0 <= at < len(track.segments):
            raise NotGot(_GONE, final=True)
        return track.segments[at]

    async def captions(self, order: Sequence[str]) -> str | None:
        """The captions as one WebVTT text; ``None`` if the film has none. Raises :class:`Unavailable`."""
        why: Unavailable | None = None
        for name in order:
            try:
                film = self.film if self.film is not None and self.film.steering else await self._film(name)
                if film is None or film.captions is None:
                    continue
                data = await self._lasting(name, film.captions)
                track = _understood(partial(read_track, data, film.captions))
                return _joined([await self._lasting(name, segment.part.url) for segment in track.segments])
            except NotGot as error:
                why = error.why
            except Unavailable as error:
                why = error
        if why is not None:
            raise why
        return None

    async def _segment_part(self, name: str, index: int, number: int) -> Part:
        return (await self.segment(name, index, number)).part

    async def _init_part(self, name: str, index: int, number: int) -> Part:
        init = (await self.segment(name, index, number)).init
        if init is None:
            raise NotGot(_GONE, final=True)
        return init

    async def _track(self, name: str, index: int) -> Track:
        async with self._locks.setdefault((name, index), asyncio.Lock()):
            known = self._tracks.get((name, index))
            if known is None:
                known = await self._read_track(name, index)
                self._tracks[name, index] = known
            return known

    async def _read_track(self, name: str, index: int) -> Track:
        rung = await self._rung(name, index)
        data, kept = await self._text(name, rung.url)
        track = self._track_in(data, rung.url)
        if self._trunk is None:
            self._trunk = track
        elif not _same_shape(track, self._trunk):
            raise NotGot(_OTHER, final=True)
        if track.ended and not kept:
            await self._shelf.put(self.path(rung.url), data)
        return track

    def _track_in(self, data: bytes, url: str) -> Track:
        """A media playlist whose every piece may be fetched: a player would wait for the others in vain. Raises
        :class:`NotGot`."""
        try:
            track = _understood(partial(read_track, data, url))
        except Unavailable as error:
            raise NotGot(error, final=False) from error
        parts = {part.url for one in track.segments for part in (one.part, one.init) if part is not None}
        try:
            for address in sorted(parts):
                self._allowed.check(address)
        except NotAllowed as error:
            raise NotGot(Unavailable(f"{error}.", "Tell the studio."), final=True) from error
        return track

    async def _rung(self, name: str, index: int) -> Rung:
        try:
            offered = ladder.playable(await self._film(name))
        except Unavailable as error:
            raise NotGot(error, final=False) from error
        rung = ladder.on_pathway(self.rungs[index], index, len(self.rungs), offered)
        if rung is None:
            raise NotGot(_LESS, final=True)
        return rung

    async def _film(self, name: str) -> Film:
        """A pathway's multivariant playlist. Raises :class:`NotGot` and :class:`Unavailable`."""
        async with self._locks.setdefault(name, asyncio.Lock()):
            if name not in self._films:
                got = await self._fetch([Source(name, Part(self._urls[name]))], TEXT)
                self._films[name] = _as_film(_understood(partial(read, got.data, got.url)), got.url)
            return self._films[name]

    async def _master(self) -> tuple[bytes, str, str]:
        """The multivariant playlist, its address and its pathway: of a class that was downloaded from the tablet, else
        from the first server that has it, else as it was kept in passing. Raises :class:`Unavailable`."""
        path, first = self.path(self.base), self.names[0]
        downloaded = await self._shelf.get(path)
        if downloaded is not None:
            return downloaded, self.base, first
        try:
            got = await self._fetch([Source(name, Part(self._urls[name])) for name in self.names], TEXT)
        except NotGot as error:
            spare = await self._shelf.get(SPARE + path)
            if spare is None:
                raise error.why from error
            return spare, self.base, first
        await self._shelf.put(SPARE + path, got.data)
        return got.data, got.url, got.pathway

    async def _lasting(self, name: str, url: str) -> bytes:
        """A file that belongs to the class's revision; from now on it is kept. Raises :class:`NotGot`."""
        data, kept = await self._text(name, url)
        if not kept:
            await self._shelf.put(self.path(url), data)
        return data

    async def _text(self, name: str, url: str) -> tuple[bytes, bool]:
        """A file that belongs to the class's revision, and whether it was on the tablet. Raises :class:`NotGot`."""
        data = await self._shelf.get(self.path(url))
        if data is not None:
            return data, True
        return (await self._fetch([Source(name, Part(url))], TEXT)).data, False


def _as_film(found: Film | Track, url: str) -> Film:
    return found if isinstance(found, Film) else Film((Rung(url, bandwidth=1),))


def _understood(reading: Callable[[], T]) -> T:
    try:
        return reading()
    except Unreadable as error:
        reason = f"The server sent something else than a class: {error}."
        raise Unavailable(reason, "Check the server's address in Settings, and tell the studio.") from error


def _same_shape(track: Track, other: Track) -> bool:
    pairs = zip(track.segments, other.segments, strict=False)
    same = all(a.number == b.number and abs(a.duration_s - b.duration_s) <= SAME_S for a, b in pairs)
    return track.ended and len(track.segments) == len(other.segments) and same


def _joined(texts: Sequence[bytes]) -> str:
    """Several WebVTT files as one."""
    bodies = [text.decode("utf-8", "replace").removeprefix("\ufeff").replace("\r\n", "\n") for text in texts]
    rests = [body.partition("\n\n")[2] if body.startswith("WEBVTT") else body for body in bodies[1:]]
    return "\n\n".join([*bodies[:1], *rests])
