"""Where the segments of each rung are, on each pathway. Asks for playlists when they are needed, and keeps them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from console.gateway import ladder
from console.gateway.allowed import NotAllowed
from console.gateway.fetching import Got, NotGot, Promise, Source
from console.gateway.outline import Unavailable
from console.gateway.reading import MOST_BYTES, Film, Part, Rung, Segment, Track, Unreadable, read, read_track

TEXT = Promise(most_bytes=MOST_BYTES, resumable=False, packed=True)
_LESS = Unavailable("A version of the video is missing on the server.", "Tell the studio.")
_OTHER = Unavailable("The servers have different versions of the class.", "Tell the studio.")
_GONE = Unavailable("A part of the video is missing on the server.", "Tell the studio.")
SAME_S = 0.25  # that segments of the same number may differ in length between rungs and pathways

T = TypeVar("T")
Fetcher = Callable[[Sequence[Source], Promise], Awaitable[Got]]


def host(url: str) -> str:
    """The name of a pathway that has no other: its host and port."""
    return urlsplit(url).netloc


class Routes:
    """The playlists of one film. ``urls`` are its multivariant playlists (or its only rung), one a pathway;
    ``fetch`` gets one piece over some sources, and raises :class:`NotGot`."""

    def __init__(self, urls: Sequence[str], fetch: Fetcher) -> None:
        self._urls = {host(url): url for url in reversed(urls)}
        self._names = tuple(host(url) for url in urls)
        self._fetch = fetch
        self._films: dict[str, tuple[Rung, ...]] = {}
        self._tracks: dict[tuple[str, int], Track] = {}
        self._locks: dict[object, asyncio.Lock] = {}
        self.film: Film | None = None
        self.base = urls[0]  # the playlist that was read first
        self.rungs: tuple[Rung, ...] = ()
        self.names: tuple[str, ...] = self._names  # of the pathways
        self.trunk: Track | None = None  # the first rung that was read: what the others are held against

    async def open(self) -> None:
        """Read the film's first playlist, from whichever pathway has it. Raises :class:`Unavailable`."""
        if self.film is not None:
            return
        got = await self._text([Source(name, Part(self._urls[name])) for name in self._names])
        found = _understood(partial(read, got.data, got.url))
        self.base = got.url
        if isinstance(found, Track):
            film = Film((Rung(got.url, bandwidth=1),))
            self._tracks[got.pathway, 0] = self.trunk = found
        else:
            film = found
        self.rungs = ladder.playable(film)
        steered = tuple(dict.fromkeys(rung.pathway for rung in film.rungs if rung.pathway))
        if film.steering is not None and steered:
            self.names = steered
            for name in steered:
                self.add(name, tuple(rung for rung in film.rungs if rung.pathway == name))
        else:
            self._films[got.pathway] = self.rungs
        self.film = film

    def path(self, url: str) -> str:
        """The name of a file within the class: its path below the folder of the multivariant playlist."""
        folder = urlsplit(self.base).path.rpartition("/")[0] + "/"
        return urlsplit(url).path.removeprefix(folder)

    def add(self, name: str, rungs: tuple[Rung, ...]) -> None:
        """One more pathway, with its own addresses of the rungs."""
        self._films[name] = ladder.playable(Film(rungs))
        if name not in self.names:
            self.names += (name,)

    async def track(self, index: int, order: Sequence[str]) -> Track:
        """The media playlist of a rung, from the first pathway of ``order`` that has it. Raises
        :class:`Unavailable`."""
        why = Unavailable("There is no server to ask.")
        for name in order:
            try:
                return await self._track(name, index)
            except NotGot as error:
                why = error.why
        raise why

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

    async def captions(self) -> str | None:
        """The captions as one WebVTT text, if the film has some. Raises :class:`Unavailable`."""
        if self.film is None or self.film.captions is None:
            return None
        got = await self._text([Source(self.names[0], Part(self.film.captions))])
        track = _understood(partial(read_track, got.data, got.url))
        texts = [await self._text([Source(self.names[0], segment.part)]) for segment in track.segments]
        bodies = [text.data.decode("utf-8", "replace").removeprefix("\ufeff") for text in texts]
        return "\n\n".join([bodies[0], *(_cues_only(body) for body in bodies[1:])]) if bodies else None

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
        rung = ladder.on_pathway(self.rungs[index], index, len(self.rungs), await self._offered(name))
        if rung is None:
            raise NotGot(_LESS, final=True)
        try:
            got = await self._text([Source(name, Part(rung.url))])
            track = _understood(partial(read_track, got.data, got.url))
        except Unavailable as error:
            raise NotGot(error, final=False) from error
        if self.trunk is None:
            self.trunk = track
        elif self.trunk.ended and not _same_shape(track, self.trunk):
            raise NotGot(_OTHER, final=True)
        return track

    async def _offered(self, name: str) -> tuple[Rung, ...]:
        async with self._locks.setdefault(name, asyncio.Lock()):
            if name not in self._films:
                try:
                    got = await self._text([Source(name, Part(self._urls[name]))])
                    found = _understood(partial(read, got.data, got.url))
                    film = found if isinstance(found, Film) else Film((Rung(got.url, bandwidth=1),))
                    self._films[name] = ladder.playable(film)
                except Unavailable as error:
                    raise NotGot(error, final=False) from error
            return self._films[name]

    async def _text(self, sources: list[Source]) -> Got:
        try:
            return await self._fetch(sources, TEXT)
        except NotGot as error:
            raise error.why from error


def _understood(reading: Callable[[], T]) -> T:
    try:
        return reading()
    except (Unreadable, NotAllowed) as error:
        reason = f"The server sent something else than a class: {error}."
        raise Unavailable(reason, "Check the server's address in Settings, and tell the studio.") from error


def _same_shape(track: Track, other: Track) -> bool:
    pairs = zip(track.segments, other.segments, strict=False)
    same = all(a.number == b.number and abs(a.duration_s - b.duration_s) <= SAME_S for a, b in pairs)
    return track.ended and len(track.segments) == len(other.segments) and same


def _cues_only(text: str) -> str:
    head, _, rest = text.partition("\n\n")
    return rest if head.startswith("WEBVTT") else text
