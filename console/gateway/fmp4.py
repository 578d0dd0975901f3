"""Boxes of fragmented MP4 (ISO/IEC 14496-12), as far as a gateway has to look into them. Bytes in, facts out."""

from __future__ import annotations

from collections.abc import Iterator


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[tuple[bytes, int, int]]:
    """Kind, beginning of the content and end of each box between ``start`` and ``end``; stops at what is no box."""
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, header = number(data, start), 8
        if size == 1:
            size, header = int.from_bytes(data[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            return
        yield data[start + 4 : start + 8], start + header, start + size
        start += size


def box(kind: bytes, content: bytes) -> bytes:
    """A box. Raises :class:`OverflowError` from 4 GiB on."""
    return (len(content) + 8).to_bytes(4, "big") + kind + content


def number(data: bytes, at: int) -> int:
    """A field of four bytes."""
    return int.from_bytes(data[at : at + 4], "big")


def is_whole(data: bytes) -> bool:
    """Whether the data are boxes to their very end, with at least one moving part: a cut segment is not."""
    kinds, last = [], 0
    for kind, _, end in boxes(data):
        kinds.append(kind)
        last = end
    return last == len(data) and b"moof" in kinds and b"mdat" in kinds


def is_whole_transport(data: bytes) -> bool:
    """Whether the data are whole packets of an MPEG transport stream."""
    return bool(data) and len(data) % 188 == 0 and all(data[i] == 0x47 for i in range(0, len(data), 188 * 97))


def carries_parameters(init: bytes, segment: bytes) -> bool:
    """Whether the first picture of a segment brings its own parameter sets, so that it can be decoded behind the
    init of another rung. ``init`` is the segment's own; H.264 and H.265 are known."""
    track, codec, length_bytes = video_track(init)
    sample = _first_sample(segment, track)
    at = 0
    while track and at + length_bytes < len(sample):
        size = int.from_bytes(sample[at : at + length_bytes], "big")
        first = sample[at + length_bytes]
        if (codec == b"avcC" and first & 0x1F == 7) or (codec == b"hvcC" and (first >> 1) & 0x3F in (32, 33)):
            return True
        at += length_bytes + max(size, 1)
    return False


def video_track(init: bytes) -> tuple[int, bytes, int]:
    """Id, kind of configuration and bytes of a NAL unit's length of the video track; (0, b"", 4) if there is none."""
    for _, moov in _inside(init, (0, len(init)), b"moov"):
        for _, trak in _inside(init, moov, b"trak"):
            for kind in (b"avcC", b"hvcC"):
                at = init.find(kind, *trak)
                if at >= 0:
                    return _track_id(init, trak), kind, (init[at + (8 if kind == b"avcC" else 25)] & 3) + 1
    return 0, b"", 4


def _track_id(init: bytes, trak: tuple[int, int]) -> int:
    for _, (start, _end) in _inside(init, trak, b"tkhd"):
        at = start + (12 if init[start] == 0 else 20)
        return number(init, at)
    return 0


def _first_sample(segment: bytes, track: int) -> bytes:
    """The first sample of a track in a segment; nothing if there is none."""
    for moof_start, moof in _inside(segment, (0, len(segment)), b"moof"):
        for _, traf in _inside(segment, moof, b"traf"):
            for _, (tfhd, _end) in _inside(segment, traf, b"tfhd"):
                if number(segment, tfhd + 4) != track:
                    continue
                for _, (trun, _end) in _inside(segment, traf, b"trun"):
                    flags = int.from_bytes(segment[trun + 1 : trun + 4], "big")
                    if flags & 1:  # the place of the data is told, from the beginning of the moof
                        offset = int.from_bytes(segment[trun + 8 : trun + 12], "big", signed=True)
                        return segment[moof_start + offset : moof_start + offset + 4096]
    return b""


def _inside(data: bytes, within: tuple[int, int], kind: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """The boxes of a kind between two places: where each begins, and its content."""
    at = within[0]
    for found, start, end in boxes(data, *within):
        if found == kind:
            yield at, (start, end)
        at = end


def default_durations(init: bytes) -> dict[int, int]:
    """What a sample of each track lasts where nothing else is told, by the track's id (trex)."""
    found = (at for mvex in _at(init, b"moov", b"mvex") for _, (at, _end) in _inside(init, mvex, b"trex"))
    return {number(init, at + 4): number(init, at + 12) for at in found}


def timescales(init: bytes) -> dict[int, int]:
    """Units a second of each track's own clock, by the track's id."""
    return {_track_id(init, trak): _timescale(init, trak) for trak in _at(init, b"moov", b"trak")}


def begins_at_s(scales: dict[int, int], segment: bytes) -> float | None:
    """When the first track fragment of a segment begins on the film's own clock; ``None`` where that is not told."""
    for track, at, length in _decode_times(segment):
        if scales.get(track):
            return int.from_bytes(segment[at : at + length], "big") / scales[track]
    return None


def moved(scales: dict[int, int], segment: bytes, by_s: float) -> bytes | None:
    """The segment, beginning ``by_s`` later on the film's own clock; ``None`` if its fields do not hold that."""
    data = bytearray(segment)
    for track, at, length in _decode_times(segment):
        scale = scales.get(track, 0)
        time = int.from_bytes(data[at : at + length], "big") + round(by_s * scale)
        if not scale or not 0 <= time < 1 << (8 * length):
            return None
        data[at : at + length] = time.to_bytes(length, "big")
    return bytes(data)


def _decode_times(segment: bytes) -> Iterator[tuple[int, int, int]]:
    """Of each track fragment: its track, and where and how long the field with its beginning is."""
    for traf in _at(segment, b"moof", b"traf"):
        for _, (tfhd, _end) in _inside(segment, traf, b"tfhd"):
            track = number(segment, tfhd + 4)
            for _, (tfdt, _end) in _inside(segment, traf, b"tfdt"):
                yield track, tfdt + 4, 8 if segment[tfdt] else 4


def _timescale(init: bytes, trak: tuple[int, int]) -> int:
    for _, mdia in _inside(init, trak, b"mdia"):
        for _, (mdhd, _end) in _inside(init, mdia, b"mdhd"):
            at = mdhd + (12 if init[mdhd] == 0 else 20)
            return number(init, at)
    return 0


def _at(data: bytes, outer: bytes, inner: bytes) -> Iterator[tuple[int, int]]:
    for _, found in _inside(data, (0, len(data)), outer):
        for _, content in _inside(data, found, inner):
            yield content
