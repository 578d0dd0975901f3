"""Cuts a stream of fragmented MP4 into an init section and the segments of HLS, several short fragments each.

libVLC hands on what is in a fragment when the next one begins. With one fragment a segment it holds back four seconds:
of the start, of every wait for the network, and of every change of rung.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sync.cloud.classes.boxes import BadBoxes, Box, boxes, find, video_track

FRAGMENT_S = 0.5
# What ffmpeg is told for such a stream: a fragment begins with every group of pictures, and at least so often.
FRAGMENTED = (
    *("-f", "mp4", "-movflags", "frag_keyframe+delay_moov+default_base_moof+skip_sidx+skip_trailer"),
    *("-frag_duration", str(round(FRAGMENT_S * 1e6))),
)
INIT = "init.mp4"
_STYP = struct.pack(">I4s4sI4s4s", 24, b"styp", b"msdh", 0, b"msdh", b"msix")
_SLACK_S = 0.001
_NEEDS_OTHERS = 0x10000  # of a sample's flags: it is no key picture


@dataclass(frozen=True, slots=True)
class Segment:
    """The name of a segment's file, and the length of its video."""

    name: str
    length_s: float


@dataclass(frozen=True, slots=True)
class _Pictures:
    """The video in a fragment, in units of its track."""

    start: int
    length: int
    key: bool


def cut(stream: IO[bytes], folder: Path, segment_s: float) -> list[Segment]:
    """Write ``init.mp4`` and ``0000.m4s``, … into ``folder``; a segment begins with the first key picture at or after
    every ``segment_s``. Raises :class:`BadBoxes` for a stream that is no such video, or breaks off."""
    fragments = _fragments(stream)
    init, _ = next(fragments)
    (folder / INIT).write_bytes(init)
    track, per_s = video_track(init)[0], _units_per_s(init)
    starts: list[int] = []
    end = 0
    for moof, mdat in fragments:
        pictures = _pictures(moof, track)
        if pictures is not None:
            due = starts[0] + (len(starts) * segment_s - _SLACK_S) * per_s if starts else 0
            if pictures.key and pictures.start >= due:
                starts.append(pictures.start)
                (folder / _name(len(starts) - 1)).write_bytes(_STYP)
            end = pictures.start + pictures.length
        if not starts:
            raise BadBoxes("it does not begin with a key picture")
        with (folder / _name(len(starts) - 1)).open("ab") as file:
            file.write(moof)
            file.write(mdat)
    ends = [*starts[1:], end]
    return [Segment(_name(i), (ends[i] - start) / per_s) for i, start in enumerate(starts)]


def _name(number: int) -> str:
    return f"{number:04}.m4s"


def _fragments(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """The init section (beside nothing), then what describes each fragment and what is in it."""
    before = b""
    begun = False
    while box := _next(stream):
        kind = box[4:8]
        if kind == b"moof" and not begun:
            begun = True
            yield before, b""
            before = b""
        if kind == b"mdat" and begun:
            yield before, box
            before = b""
        elif kind in (b"ftyp", b"moov", b"moof"):
            before += box
    if not begun or before:
        raise BadBoxes("it breaks off")


def _next(stream: IO[bytes]) -> bytes:
    """The next box, with its header; nothing at the end."""
    header = stream.read(8)
    if not header:
        return b""
    size = int.from_bytes(header[:4], "big")
    body = stream.read(size - 8) if size >= 8 else b""
    if len(header) + len(body) != size:
        raise BadBoxes("it breaks off")
    return header + body


def _units_per_s(init: bytes) -> int:
    moov = find(init, "moov")
    for trak in boxes(init, moov.start, moov.end) if moov else ():
        handler = find(init, "mdia", "hdlr", within=trak) if trak.kind == "trak" else None
        head = find(init, "mdia", "mdhd", within=trak)
        if handler and head and init[handler.start + 8 : handler.start + 12] == b"vide":
            return int(struct.unpack_from(">I", init, head.start + (20 if init[head.start] else 12))[0])
    raise BadBoxes("there is no video track")


def _pictures(moof: bytes, track: int) -> _Pictures | None:
    """The video that a fragment has, if it has any."""
    inside = find(moof, "moof")
    for traf in boxes(moof, inside.start, inside.end) if inside else ():
        head = find(moof, "tfhd", within=traf) if traf.kind == "traf" else None
        if head is None or struct.unpack_from(">I", moof, head.start + 4)[0] != track:
            continue
        time = find(moof, "tfdt", within=traf)
        if time is None:
            raise BadBoxes("a fragment does not say when it begins")
        start = int.from_bytes(moof[time.start + 4 : time.end], "big")
        usual_length, usual_flags = _usual(moof, head)
        runs = [
            _run(moof, box, usual_length, usual_flags)
            for box in boxes(moof, traf.start, traf.end)
            if box.kind == "trun"
        ]
        if runs:
            return _Pictures(start, sum(length for length, _ in runs), not runs[0][1] & _NEEDS_OTHERS)
    return None


def _usual(moof: bytes, head: Box) -> tuple[int | None, int]:
    """The length and the flags of samples that do not say their own."""
    flags = int.from_bytes(moof[head.start + 1 : head.start + 4], "big")
    at, values = head.start + 8, {}
    for bit, size in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4)):
        if flags & bit:
            values[bit] = int.from_bytes(moof[at : at + size], "big")
            at += size
    return values.get(0x8), values.get(0x20, 0)


def _run(moof: bytes, box: Box, usual_length: int | None, usual_flags: int) -> tuple[int, int]:
    """The length of a run of samples, and the flags of its first."""
    flags, count = struct.unpack_from(">II", moof, box.start)
    at = box.start + 8 + 4 * bool(flags & 0x1)
    first = None
    if flags & 0x4:
        first = struct.unpack_from(">I", moof, at)[0]
        at += 4
    fields = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    samples = struct.iter_unpack(f">{len(fields)}I", moof[at : at + 4 * len(fields) * count]) if fields else ()
    told = [dict(zip(fields, sample, strict=True)) for sample in samples]
    if first is None:
        first = told[0].get(0x400, usual_flags) if told else usual_flags
    if flags & 0x100:
        return sum(sample[0x100] for sample in told), first
    if usual_length is None:
        raise BadBoxes("the length of its samples is not given")
    return usual_length * count, first
