"""HLS playlists as small dataclasses. The library m3u8 reads the tags; what it may be given is checked first.

A playlist comes from a network: it may be endless, huge, malicious or something else altogether. Whatever the bytes,
:func:`read` gives a :class:`Film`, a :class:`Track` or :class:`Unreadable`, in a time bounded by ``MOST_BYTES``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import m3u8

MOST_BYTES = 4_000_000
MOST_LINES = 100_000
LONGEST_LINE = 8_000
MOST_RUNGS = 200  # of all pathways together
MOST_SEGMENTS = 20_000  # 22 hours of 4 s
LONGEST_SEGMENT_S = 3600.0
PIECES_ID = "org.breakaway.pieces"
STILL_ID = "org.breakaway.still"


class Unreadable(ValueError):
    """What came is no playlist that can be played; the message says why."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One version of the film on one pathway. Rates are bits a second, ``bandwidth`` the peak; ``height`` is 0 where
    it is sound only or not said. ``stable_id`` names the same rung on other pathways. ``audio`` is the group of its
    separate sound; ``still`` that it has the poster in the picture's place."""

    url: str
    bandwidth: int
    average: int = 0
    height: int = 0
    width: int = 0
    codecs: str = ""
    pathway: str = ""
    stable_id: str = ""
    audio: str = ""
    still: bool = False


@dataclass(frozen=True, slots=True)
class Steering:
    """Where the multivariant playlist wants pathways to be steered from, and which one comes first."""

    server_url: str
    pathway: str = ""


@dataclass(frozen=True, slots=True)
class Film:
    """A multivariant playlist. ``captions`` is the playlist of the captions worth showing first, ``pieces_url``
    where the lengths and hashes of all pieces are listed."""

    rungs: tuple[Rung, ...]
    captions: str | None = None
    steering: Steering | None = None
    pieces_url: str | None = None


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A part of a file: ``length`` bytes from ``start`` on."""

    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a range of it."""

    url: str
    range: ByteRange | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; ``number`` is its media sequence number, ``wall_s`` its PROGRAM-DATE-TIME in Unix seconds."""

    number: int
    part: Part
    duration_s: float
    init: Part | None = None
    wall_s: float | None = None
    discontinuity: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """A media playlist. ``ended`` means that nothing will follow."""

    segments: tuple[Segment, ...]
    target_s: float
    ended: bool

    @property
    def length_s(self) -> float:
        """Of all segments together."""
        return math.fsum(segment.duration_s for segment in self.segments)


def read(data: bytes, url: str) -> Film | Track:
    """What the playlist at ``url`` says. Raises :class:`Unreadable`."""
    text = _text(data)
    try:
        playlist = m3u8.loads(text)
        return _film(playlist, url) if playlist.playlists else _track(playlist, url)
    except Unreadable:
        raise
    except Exception as error:  # the library raises whatever its parts do
        raise Unreadable(f"the playlist is malformed{_where(text, error)}") from error


def _where(text: str, error: Exception) -> str:
    """The line that holds the value which the library could not read, as far as its complaint quotes it."""
    quoted = re.search("'([^']+)'", str(error)) if isinstance(error, ValueError) else None
    tags = (line for line in text.splitlines() if quoted and line.startswith("#EXT") and quoted[1] in line)
    line = next(tags, None)
    return f": {line!r:.80} cannot be read" if line else ""


def read_track(data: bytes, url: str) -> Track:
    """The media playlist of a rung. Raises :class:`Unreadable`, also where it leads to yet another playlist."""
    track = read(data, url)
    if isinstance(track, Film):
        raise Unreadable("a rung of the playlist is a list of rungs again")
    return track


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise Unreadable(f"the playlist is larger than {MOST_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise Unreadable("the playlist is not in UTF-8") from error
    if not text.startswith("#EXTM3U"):
        raise Unreadable("it is no playlist")
    if "\0" in text:
        raise Unreadable("the playlist contains bytes that are no text")
    lines = text.splitlines()
    if len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
        raise Unreadable("the playlist has too many lines, or too long ones")
    return text


def _film(playlist: Any, url: str) -> Film:
    if playlist.segments:
        raise Unreadable("the playlist lists both rungs and segments")
    if len(playlist.playlists) > MOST_RUNGS:
        raise Unreadable(f"the playlist has more than {MOST_RUNGS} rungs")
    steering = playlist.content_steering
    still = next((one.value for one in playlist.session_data if one.data_id == STILL_ID and one.value), None)
    return Film(
        rungs=tuple(_rung(variant, url, still) for variant in playlist.playlists),
        captions=_captions(playlist, url),
        steering=Steering(_resolved(url, steering.uri), steering.pathway_id or "") if steering else None,
        pieces_url=next(
            (_resolved(url, one.uri) for one in playlist.session_data if one.data_id == PIECES_ID and one.uri), None
        ),
    )


def _rung(variant: Any, url: str, still: str | None) -> Rung:
    told = variant.stream_info
    width, height = told.resolution or (0, 0)
    bandwidth = int(told.bandwidth or 0)
    if not (0 <= height <= 16_384 and 0 <= width <= 16_384 and 0 < bandwidth < 10**10):
        raise Unreadable("a rung of the playlist has an impossible size or rate")
    return Rung(
        url=_resolved(url, variant.uri),
        bandwidth=bandwidth,
        average=min(int(told.average_bandwidth or bandwidth), bandwidth),
        height=height,
        width=width,
        codecs=told.codecs or "",
        pathway=told.pathway_id or "",
        stable_id=told.stable_variant_id or "",
        audio=_audio_group(variant),
        still=still is not None and urlsplit(variant.uri or "").path.endswith(still),
    )


def _audio_group(variant: Any) -> str:
    return next((str(one.group_id) for one in variant.media if one.type == "AUDIO" and one.uri), "")


def _captions(playlist: Any, url: str) -> str | None:
    offered = [one for one in playlist.media if one.type == "SUBTITLES" and one.uri]
    offered.sort(key=lambda one: (one.forced == "YES", one.default != "YES"))
    return _resolved(url, offered[0].uri) if offered else None


def _track(playlist: Any, url: str) -> Track:
    found = playlist.segments
    if not found and playlist.is_endlist:
        raise Unreadable("the playlist is empty")
    if len(found) > MOST_SEGMENTS:
        raise Unreadable(f"the playlist has more than {MOST_SEGMENTS} segments")
    if any(key is not None and key.method not in (None, "NONE") for key in playlist.keys):
        raise Unreadable("the segments are encrypted")
    first, last_end, segments = int(playlist.media_sequence or 0), 0, []
    for i, segment in enumerate(found):
        part = _part(url, segment.uri, segment.byterange, last_end)
        last_end = part.range.start + part.range.length if part.range else 0
        segments.append(_segment(segment, part, first + i, url))
    return Track(tuple(segments), float(playlist.target_duration or 0), bool(playlist.is_endlist))


def _segment(segment: Any, part: Part, number: int, url: str) -> Segment:
    duration_s = float(segment.duration or 0.0)
    if not 0.0 <= duration_s <= LONGEST_SEGMENT_S:
        raise Unreadable("a segment of the playlist has an impossible length")
    init = segment.init_section
    return Segment(
        number=number,
        part=part,
        duration_s=duration_s,
        init=_part(url, init.uri, init.byterange, 0) if init is not None else None,
        wall_s=_wall_s(segment.current_program_date_time),
        discontinuity=bool(segment.discontinuity),
    )


def _wall_s(told: datetime | None) -> float | None:
    if told is None:
        return None
    return told.timestamp() if told.tzinfo is not None else None


def _part(url: str, uri: str | None, told: str | None, last_end: int) -> Part:
    if not told:
        return Part(_resolved(url, uri))
    length, _, start = told.partition("@")
    piece = ByteRange(int(start) if start else last_end, int(length))
    if piece.start < 0 or piece.length <= 0:
        raise Unreadable("a segment of the playlist has an impossible byte range")
    return Part(_resolved(url, uri), piece)


def _resolved(url: str, uri: str | None) -> str:
    if not uri:
        raise Unreadable("a part of the playlist has no address")
    return urljoin(url, uri)
