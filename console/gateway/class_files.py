"""Which files a class consists of in one rung, and its multivariant playlist with that rung alone.

A class that was downloaded is read from the tablet like any other, through its playlist; that playlist offers only
what is there, so nothing else has to know of downloads.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar
from urllib.parse import urlsplit

from console.gateway import ladder
from console.gateway.choice import Rung as Choice
from console.gateway.choice import ceiling
from console.gateway.loading import Screen
from console.gateway.outline import Unavailable
from console.gateway.pieces import listed
from console.gateway.reading import PIECES_ID, Film, Part, Rung, Track, Unreadable, read, read_track

T = TypeVar("T")
Ask = Callable[[Sequence[str]], Awaitable[bytes]]  # the same file at several addresses: its content; raises NotGot

_IN_PARTS = Unavailable("This class cannot be kept on the tablet.", "Ride it with a network, and tell the studio.")


class Folder:
    """The class's folder on each of its pathways. ``urls`` are its multivariant playlists, best pathway first."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.urls = tuple(urls)
        self._folders = [url[: url.index(urlsplit(url).path)] + _folder(url) for url in urls]

    def path(self, url: str) -> str:
        """The name of a file within the class: its path below the folder of the multivariant playlist."""
        return urlsplit(url).path.removeprefix(_folder(self.urls[0]))

    def everywhere(self, url: str) -> list[str]:
        """The same file on all pathways, ``url`` itself first."""
        inside = next((url[len(folder) :] for folder in self._folders if url.startswith(folder)), None)
        others = [] if inside is None else [folder + inside for folder in self._folders]
        return list(dict.fromkeys([url, *others]))


@dataclass(frozen=True, slots=True)
class File:
    """One file: where it is on the first pathway, and its length and SHA-256 where they are listed."""

    url: str
    length: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ClassFiles:
    """What to keep of a class. ``texts`` are playlists that were read already (by URL), ``master`` the one that is
    kept under the class's own name when all else is there. ``size_bytes`` is exact where lengths are listed."""

    height: int
    size_bytes: int
    texts: dict[str, bytes]
    files: tuple[File, ...]
    master: bytes


async def look(folder: Folder, screen: Screen, ask: Ask) -> tuple[int, int]:
    """The height and the size of the rung that would be downloaded, about: one playlist and one rung's are read.
    Raises :class:`Unavailable` and what ``ask`` raises."""
    film = await _film(folder, ask)
    rung = choose(film, screen)
    track = await _understood(partial(read_track, await ask(folder.everywhere(rung.url)), rung.url))
    return rung.height, round(rung.average / 8 * track.length_s)


async def files(folder: Folder, screen: Screen, ask: Ask, extras: Sequence[str] = ()) -> ClassFiles:
    """All that is needed to ride a class without a network. ``extras`` are URLs of other files that go with it.
    Raises :class:`Unavailable` and what ``ask`` raises."""
    film = await _film(folder, ask)
    rung = choose(film, screen)
    texts = {rung.url: await ask(folder.everywhere(rung.url))}
    parts = _parts(await _understood(partial(read_track, texts[rung.url], rung.url)))
    if film.captions is not None:
        texts[film.captions] = await ask(folder.everywhere(film.captions))
        parts += _parts(await _understood(partial(read_track, texts[film.captions], film.captions)))
    known: dict[str, tuple[int, str]] = {}
    if film.pieces_url is not None:
        texts[film.pieces_url] = await ask(folder.everywhere(film.pieces_url))
        known = await _understood(partial(listed, texts[film.pieces_url]))
    wanted = tuple(File(url, *known.get(folder.path(url), (None, None))) for url in dict.fromkeys([*parts, *extras]))
    return ClassFiles(rung.height, _size(wanted, rung, texts), texts, wanted, alone(film, rung, folder))


def choose(film: Film, screen: Screen) -> Rung:
    """The rung to download: the best that the panel shows and the data saver allows."""
    rungs = [rung for rung in ladder.playable(film) if not rung.audio and not rung.still]
    if not rungs:
        raise _IN_PARTS
    choices = [Choice(rung.average, rung.height) for rung in rungs]
    return rungs[ceiling(choices, screen.panel_height, screen.max_rate_bps)]


def alone(film: Film, rung: Rung, folder: Folder) -> bytes:
    """A multivariant playlist of the film with one of its rungs, on one pathway, with its captions if it has some."""
    told = [f"BANDWIDTH={rung.bandwidth}", f"AVERAGE-BANDWIDTH={rung.average}"]
    told += [f'CODECS="{rung.codecs}"'] if rung.codecs else []
    told += [f"RESOLUTION={rung.width}x{rung.height}"] if rung.height else []
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if film.pieces_url is not None:
        lines.append(f'#EXT-X-SESSION-DATA:DATA-ID="{PIECES_ID}",URI="{folder.path(film.pieces_url)}"')
    if film.captions is not None:
        captions = f'GROUP-ID="captions",NAME="Captions",DEFAULT=NO,AUTOSELECT=NO,URI="{folder.path(film.captions)}"'
        lines.append(f"#EXT-X-MEDIA:TYPE=SUBTITLES,{captions}")
        told.append('SUBTITLES="captions"')
    return "\n".join([*lines, f"#EXT-X-STREAM-INF:{','.join(told)}", folder.path(rung.url), ""]).encode()


async def _film(folder: Folder, ask: Ask) -> Film:
    film = await _understood(partial(read, await ask(folder.urls), folder.urls[0]))
    if isinstance(film, Track):
        raise _IN_PARTS
    return film


def _parts(track: Track) -> list[str]:
    if not track.ended:
        raise Unavailable("This class is live: it cannot be kept.", "Download it when it is over.")
    parts: list[Part] = []
    for segment in track.segments:
        parts += [segment.init, segment.part] if segment.init is not None else [segment.part]
    if any(part.range is not None for part in parts):
        raise _IN_PARTS
    return list(dict.fromkeys(part.url for part in parts))


def _size(wanted: Sequence[File], rung: Rung, texts: dict[str, bytes]) -> int:
    lengths = [file.length for file in wanted]
    if all(length is not None for length in lengths):
        return sum(length or 0 for length in lengths)
    track = read_track(texts[rung.url], rung.url)
    return round(rung.average / 8 * math.fsum(segment.duration_s for segment in track.segments))


def _folder(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[0] + "/"


async def _understood(reading: Callable[[], T]) -> T:
    """What a reading gives; long playlists take a tablet a while."""
    try:
        return await asyncio.to_thread(reading)
    except (Unreadable, ValueError) as error:
        reason = f"The server sent something else than a class: {error}."
        raise Unavailable(reason, "Check the server's address in Settings, and tell the studio.") from error
