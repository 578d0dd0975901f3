"""The binary form of a Batch on its way to the cloud: versioned, columnar, deflated when that is shorter.

    "B"  version  flags  body

    body   = ride id (16 bytes), rider id, rider name, class id, started, finished, count, [first second, columns]
    column = presence (0 none, 1 all, 2 bitmap follows), then zigzag varints of differences

Strings carry a varint length; an empty class id means a free ride; ``finished`` 0 means not finished. Times are
milliseconds and go as differences of differences (a steady second costs one byte), the sensor values are tenths of
their unit and go as differences. Flag bit 0 says that the body is deflated (RFC 1951, raw). Version 2 has one column
more, the speed, and is only written where there is one: all others stay readable for a cloud that knows version 1.
Varints and zigzag are those of Protocol Buffers (https://protobuf.dev/programming-guides/encoding/).
"""

from __future__ import annotations

import math
import uuid
import zlib
from collections.abc import Iterable, Iterator
from itertools import pairwise

from sync.records import Batch, Point, RecordError, RideHeader

MAGIC, DEFLATED = 0x42, 0x01
MAX_POINTS = 900
MAX_BODY = 64 * 1024
MAX_TEXT = 200

# field, steps per unit, order of differences
COLUMNS = (
    ("at", 1000, 2),
    ("class_s", 1000, 2),
    ("cadence_rpm", 10, 1),
    ("resistance_pct", 10, 1),
    ("power_w", 10, 1),
    ("heart_rate_bpm", 10, 1),
)
VERSIONS = {1: COLUMNS, 2: (*COLUMNS, ("speed_kmh", 10, 1))}


class WireError(RecordError):
    """Bytes that are not a Batch of a version known here; the message says where they stop making sense."""


def encode(batch: Batch) -> bytes:
    """A Batch as bytes. Values are rounded to the wire's steps: 1 ms, and a tenth of each sensor's unit."""
    if len(batch.points) > MAX_POINTS:
        raise WireError(f"{len(batch.points)} points; a batch holds at most {MAX_POINTS}")
    version = 2 if any(point.speed_kmh is not None for point in batch.points) else 1
    body = bytearray(uuid.UUID(batch.ride.id).bytes)
    for text in (batch.ride.rider_id, batch.ride.rider_name, batch.ride.class_id or ""):
        data = text.encode()[:MAX_TEXT].decode(errors="ignore").encode()
        body += _varint(len(data)) + data
    for moment in (batch.ride.started_at, batch.ride.finished_at or 0):
        body += _varint(round(moment * 1000))
    body += _varint(len(batch.points))
    if batch.points:
        body += _varint(batch.points[0].second)
        for name, steps, order in VERSIONS[version]:
            body += _column([getattr(point, name) for point in batch.points], steps, order)
    deflated = zlib.compress(body, level=6, wbits=-15)
    if len(deflated) < len(body):
        return bytes((MAGIC, version, DEFLATED)) + deflated
    return bytes((MAGIC, version, 0)) + bytes(body)


def decode(data: bytes) -> Batch:
    """The Batch in ``data``. Raises :class:`WireError` on anything else: another version, truncated, too long."""
    if len(data) < 3 or data[0] != MAGIC:
        raise WireError("not a batch: the first byte is not 'B'")
    if data[1] not in VERSIONS:
        raise WireError(f"batch version {data[1]}; this program reads versions up to {max(VERSIONS)}")
    if data[2] not in (0, DEFLATED):
        raise WireError(f"unknown flags {data[2]:#x}")
    reader = _Reader(_inflate(data[3:]) if data[2] & DEFLATED else data[3:])
    ride = _read_ride(reader)
    count = reader.varint()
    if count > MAX_POINTS:
        raise WireError(f"{count} points; a batch holds at most {MAX_POINTS}")
    points: tuple[Point, ...] = ()
    if count:
        first = reader.varint()
        columns = [_read_column(reader, count, steps, order) for _, steps, order in VERSIONS[data[1]]]
        if None in columns[0]:
            raise WireError("a point without a time")
        points = tuple(Point(first + i, *values) for i, values in enumerate(zip(*columns, strict=True)))
    if reader.left:
        raise WireError(f"{reader.left} bytes after the end")
    return Batch(ride, points)


def _inflate(data: bytes) -> bytes:
    inflater = zlib.decompressobj(wbits=-15)
    try:
        body = inflater.decompress(data, MAX_BODY)
    except zlib.error as error:
        raise WireError(f"damaged: {error}") from error
    if inflater.unconsumed_tail or not inflater.eof or inflater.unused_data:
        raise WireError(f"truncated, or over {MAX_BODY} bytes when inflated")
    return body


def _read_ride(reader: _Reader) -> RideHeader:
    ride_id = uuid.UUID(bytes=reader.take(16)).hex
    rider_id, rider_name, class_id = reader.text(), reader.text(), reader.text()
    started, finished = reader.varint() / 1000, reader.varint() / 1000
    return RideHeader(ride_id, rider_id, rider_name, started, class_id or None, finished or None)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _differences(values: list[int], order: int) -> list[int]:
    for _ in range(order):
        values = values[:1] + [after - before for before, after in pairwise(values)]
    return values


def _sums(values: Iterable[int], order: int) -> list[int]:
    out = list(values)
    for _ in range(order):
        for i in range(1, len(out)):
            out[i] += out[i - 1]
    return out


def _column(values: list[float | None], steps: int, order: int) -> bytes:
    present = [round(value * steps) for value in values if value is not None]
    out = bytearray()
    if not present:
        return b"\x00"
    if len(present) == len(values):
        out.append(1)
    else:
        bits = sum(1 << i for i, value in enumerate(values) if value is not None)
        out += b"\x02" + bits.to_bytes(math.ceil(len(values) / 8), "little")
    for difference in _differences(present, order):
        out += _varint(difference << 1 if difference >= 0 else (-difference << 1) - 1)
    return bytes(out)


def _read_column(reader: _Reader, count: int, steps: int, order: int) -> list[float | None]:
    presence = reader.take(1)[0]
    if presence > 2:
        raise WireError(f"unknown presence {presence}")
    bits = (
        (0, (1 << count) - 1)[presence] if presence < 2 else int.from_bytes(reader.take(math.ceil(count / 8)), "little")
    )
    if bits >> count:
        raise WireError("presence bits beyond the last point")
    values: Iterator[int] = iter(_sums((reader.zigzag() for _ in range(bits.bit_count())), order))
    return [next(values) / steps if bits >> i & 1 else None for i in range(count)]


class _Reader:
    """A cursor over bytes that raises WireError instead of reading past the end."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise WireError(f"ends after {len(self._data)} bytes, in the middle of a value")
        self._at += count
        return self._data[self._at - count : self._at]

    def varint(self) -> int:
        value = 0
        for shift in range(0, 56, 7):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                return value
        raise WireError("a number of more than 8 bytes")

    def zigzag(self) -> int:
        value = self.varint()
        return value >> 1 if value & 1 == 0 else -(value + 1 >> 1)

    def text(self) -> str:
        length = self.varint()
        if length > MAX_TEXT:
            raise WireError(f"a text of {length} bytes; {MAX_TEXT} at most")
        try:
            return self.take(length).decode()
        except UnicodeDecodeError as error:
            raise WireError("a text that is not UTF-8") from error
