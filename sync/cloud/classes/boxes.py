"""What a fragmented MP4 file says of itself, read from its boxes (ISO 14496-12, 14496-15). Bytes in, facts out."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_SAMPLE_ENTRY_BYTES = 8 + 78  # a visual sample entry before the boxes in it


class BadBoxes(ValueError):
    """The bytes are no such file, or end too early."""


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its content is ``data[start:end]``, ``at`` is where its header begins."""

    kind: str
    at: int
    start: int
    end: int


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes between two places, one after the other. Raises :class:`BadBoxes`."""
    at, end = start, len(data) if end is None else end
    while at < end:
        if end - at < 8:
            raise BadBoxes(f"{end - at} bytes are left over at {at}")
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1 and end - at >= 16:
            size, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        if size == 0:
            size = end - at
        if size < header or at + size > end:
            raise BadBoxes(f"the box {kind!r} at {at} does not fit")
        yield Box(kind.decode("latin-1"), at, at + header, at + size)
        at += size


def find(data: bytes, *path: str, within: Box | None = None) -> Box | None:
    """The first box down a path of kinds, like ``moov``, ``trak``; ``None`` when there is none."""
    here = within
    for kind in path:
        inside = boxes(data) if here is None else boxes(data, here.start, here.end)
        here = next((box for box in inside if box.kind == kind), None)
        if here is None:
            return None
    return here


def video_track(init: bytes) -> tuple[int, Box]:
    """Number and sample entry (``avc1``, ``hvc1``) of the video track of an init section."""
    moov = _needed(find(init, "moov"), "moov")
    for trak in boxes(init, moov.start, moov.end):
        handler = find(init, "mdia", "hdlr", within=trak) if trak.kind == "trak" else None
        if handler and init[handler.start + 8 : handler.start + 12] == b"vide":
            head = _needed(find(init, "tkhd", within=trak), "tkhd")
            number = struct.unpack_from(">I", init, head.start + (20 if init[head.start] == 1 else 12))[0]
            described = _needed(find(init, "mdia", "minf", "stbl", "stsd", within=trak), "stsd")
            entry = next(boxes(init, described.start + 8, described.end))
            return int(number), entry
    raise BadBoxes("there is no video track")


def codec(init: bytes) -> str:
    """RFC 6381's name of the video in an init section, such as ``avc1.4d401f`` or ``hvc1.2.4.L120.90``."""
    _, entry = video_track(init)
    inside = list(boxes(init, entry.at + _SAMPLE_ENTRY_BYTES, entry.end))
    for box in inside:
        if box.kind == "avcC":
            return f"{entry.kind}.{init[box.start + 1 : box.start + 4].hex()}"
        if box.kind == "hvcC":
            return f"{entry.kind}.{_hevc_profile(init[box.start : box.end])}"
    raise BadBoxes(f"there is neither H.264 nor HEVC in it, but {entry.kind!r}")


def _hevc_profile(config: bytes) -> str:
    """Profile, compatibility, tier and level, and constraints (ISO 14496-15, annex E.3)."""
    space, tier, profile = config[1] >> 6, config[1] >> 5 & 1, config[1] & 31
    compatible = int(f"{int.from_bytes(config[2:6], 'big'):032b}"[::-1], 2)
    constraints = config[6:12].rstrip(b"\0")
    parts = [f"{('', 'A', 'B', 'C')[space]}{profile}", f"{compatible:X}", f"{'LH'[tier]}{config[12]}"]
    return ".".join([*parts, *(f"{byte:X}" for byte in constraints)])


def first_units(init: bytes, segment: bytes) -> list[int]:
    """The kinds of the NAL units in the first picture of a segment: for H.264 7 is an SPS, 8 a PPS, 5 a key picture;
    for HEVC 32-34 are VPS, SPS, PPS and 16-21 key pictures."""
    number, entry = video_track(init)
    start, size = _first_sample(segment, number)
    sample, units = segment[start : start + size], []
    while len(sample) > 4:
        length = int.from_bytes(sample[:4], "big")
        units.append(sample[4] & 31 if entry.kind.startswith("avc") else sample[4] >> 1 & 63)
        sample = sample[4 + length :]
    return units


def _first_sample(segment: bytes, track: int) -> tuple[int, int]:
    """Where the first sample of a track begins, and its length."""
    moof = _needed(find(segment, "moof"), "moof")
    for traf in boxes(segment, moof.start, moof.end):
        if traf.kind != "traf":
            continue
        head, run = (_needed(find(segment, kind, within=traf), kind) for kind in ("tfhd", "trun"))
        flags, number = struct.unpack_from(">II", segment, head.start)
        if number != track:
            continue
        run_flags, _count, offset = struct.unpack_from(">IIi", segment, run.start)
        if not run_flags & 0x1 or flags & 0x1:
            raise BadBoxes("its samples are placed in a way that is not read here")
        if run_flags & 0x200:
            at = run.start + 12 + 4 * bool(run_flags & 0x4) + 4 * bool(run_flags & 0x100)
        elif flags & 0x10:
            at = head.start + 8 + 4 * bool(flags & 0x2) + 4 * bool(flags & 0x8)
        else:
            raise BadBoxes("the size of its samples is not given")
        return moof.at + offset, int(struct.unpack_from(">I", segment, at)[0])
    raise BadBoxes("there is no video in it")


def _needed(box: Box | None, kind: str) -> Box:
    if box is None:
        raise BadBoxes(f"there is no {kind} box")
    return box
