"""What was made is looked at as a player would, before it is offered. Nothing that fails here is ever published."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import m3u8

from sync.cloud.classes import boxes, ffmpeg
from sync.cloud.classes.errors import Faulty, ToolFailed
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.pieces import DIGITS
from sync.cloud.classes.progress import part as share_of
from sync.cloud.classes.versions import Version

LENGTH_SLACK_S = 0.5
ALIKE_S = 0.001
PARAMETERS = {"avc": {7, 8}, "hvc": {32, 33, 34}}
KEYS = {"avc": {5}, "hvc": set(range(16, 22))}


@dataclass(frozen=True, slots=True)
class _Part:
    """A media segment of a rung."""

    path: Path
    init: Path
    length_s: float


def check(home: Path, version: Version, whole: bool = False, tell: Callable[[float], None] = lambda _: None) -> None:
    """Check what of ``version`` lies in its directory ``home`` (what lies elsewhere was checked when it was made);
    with ``whole``, every picture is decoded too. ``tell`` hears how far it is (0-1). Raises :class:`Faulty`."""
    for path, sha256, size in ((home / one.path, one.sha256, one.size_bytes) for one in version.pieces):
        if path.exists():
            _check_content(path, sha256, size)
    playlist = _parsed(home / version.master)
    offered = {one.uri for one in playlist.playlists}
    if offered != {rung.playlist for rung in version.rungs}:
        raise Faulty(f"the master playlist offers {sorted(str(uri) for uri in offered)}")
    _check_words(home, version)
    here = [rung for rung in version.rungs if (home / rung.playlist).exists()]
    rungs = [(rung, list(_parts(home / rung.playlist))) for rung in here]
    for rung, parts in rungs:
        _check_rung(rung, parts, version.record.duration_s)
    for (one, parts), (other, others) in pairwise(rungs):
        if not _alike(parts, others):
            raise Faulty(f"the segments of {one.name} and {other.name} do not lie alike")
    pixels = [rung.width * rung.height for rung in here]
    for i, rung in enumerate(here):
        told = share_of(tell, sum(pixels[:i]) / sum(pixels), pixels[i] / sum(pixels))
        _read_through(home / rung.playlist, whole, version.record.duration_s, told)


def _check_content(path: Path, sha256: str, size: int) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if (found, path.stat().st_size) != (sha256, size) or sha256[:DIGITS] not in path.name:
        raise Faulty(f"{path.name} is not what was written")


def _check_words(home: Path, version: Version) -> None:
    words = version.words
    for path in (words.captions_playlist, *([words.trick.playlist] if words.trick else [])):
        if (home / path).exists():
            for segment in _parsed(home / path).segments:
                if not (home / path).parent.joinpath(segment.uri).exists():
                    raise Faulty(f"{path} names {segment.uri}, which is not there")


def _parts(path: Path) -> Iterator[_Part]:
    for segment in _parsed(path).segments:
        yield _Part(path.parent / segment.uri, path.parent / segment.init_section.uri, segment.duration)


def _parsed(path: Path) -> m3u8.M3U8:
    try:
        return m3u8.loads(path.read_text())
    except (ValueError, OSError) as error:
        raise Faulty(f"{path.name} is no playlist: {error}") from error


def _check_rung(rung: Rung, parts: list[_Part], duration_s: int) -> None:
    length = sum(part.length_s for part in parts)
    if abs(length - duration_s) > LENGTH_SLACK_S:
        raise Faulty(f"{rung.name} is {length:.2f} s long, the class {duration_s} s")
    family = rung.codecs[:3]
    for part in parts:
        try:
            units = set(boxes.first_units(part.init.read_bytes(), part.path.read_bytes()))
        except (boxes.BadBoxes, OSError) as error:
            raise Faulty(f"{rung.name}/{part.path.name} cannot be read: {error}") from error
        if not units & KEYS[family]:
            raise Faulty(f"{rung.name}/{part.path.name} does not begin with a key picture")
        if not units >= PARAMETERS[family]:
            raise Faulty(f"{rung.name}/{part.path.name} does not say what a decoder has to know first")


def _alike(one: list[_Part], other: list[_Part]) -> bool:
    return len(one) == len(other) and all(
        abs(a.length_s - b.length_s) <= ALIKE_S for a, b in zip(one, other, strict=True)
    )


def _read_through(playlist: Path, whole: bool, duration_s: int, tell: Callable[[float], None]) -> None:
    """Read a rung from start to end: its packets, or with ``whole`` its pictures and its sound."""
    how = ["-map", "0", "-f", "null", "-"] if whole else ["-map", "0", "-c", "copy", "-f", "null", "-"]
    try:
        ffmpeg.run_telling(
            ["-xerror", "-i", str(playlist), *how], playlist.parent, lambda at_s: tell(at_s / duration_s)
        )
    except ToolFailed as error:
        raise Faulty(f"{playlist.parent.name} cannot be read through: {error}") from error
