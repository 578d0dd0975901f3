"""The binary form in which rides travel to the cloud, version 1; written only, as its documentation says.

    "B" 1 flags body      flags bit 0: the body is deflated (raw)

    body   = ride id (16 bytes), rider id, rider name, class id, started, finished, count, [first second, columns]
    column = presence (1 all), then zigzag varints of differences

Texts carry a varint length. Times are in ms, and go as differences of differences; the four readings are in tenths,
and go as differences.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

RAW, DEFLATED = b"B\x01\x00", b"B\x01\x01"
ALL = b"\x01"
MOST_POINTS = 900
TIMES = 2  # how many of a Second's columns are times


@dataclass(frozen=True, slots=True)
class Second:
    """One ridden second, at its end: wall clock and class clock in seconds, then what the bike showed."""

    at_s: float
    class_s: float
    cadence_rpm: float
    resistance_pct: float
    power_w: float
    heart_rate_bpm: float

    def row(self) -> tuple[int, ...]:
        """Its columns, in steps of the wire."""
        times = (round(self.at_s * 1000), round(self.class_s * 1000))
        readings = (self.cadence_rpm, self.resistance_pct, self.power_w, self.heart_rate_bpm)
        return (*times, *(round(reading * 10) for reading in readings))


@dataclass(frozen=True, slots=True)
class Ride:
    """Who rides what since when, in Unix seconds."""

    id: UUID
    rider_id: str
    rider_name: str
    class_id: str
    started_s: float


def batch(ride: Ride, first: int, seconds: Sequence[Second], finished_s: float = 0.0) -> bytes:
    """Seconds of a ride from number ``first`` on, at most 900; with ``finished_s`` the ride is over."""
    body = ride.id.bytes
    for text in (ride.rider_id, ride.rider_name, ride.class_id):
        body += varint(len(text.encode())) + text.encode()
    body += varint(round(ride.started_s * 1000)) + varint(round(finished_s * 1000)) + varint(len(seconds))
    if seconds:
        body += varint(first)
        for index, column in enumerate(zip(*(second.row() for second in seconds), strict=True)):
            body += ALL + b"".join(varint(zigzag(step)) for step in _steps(list(column), 2 if index < TIMES else 1))
    deflated = zlib.compress(body, wbits=-15)
    return DEFLATED + deflated if len(deflated) < len(body) else RAW + body


def varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the top bit says that more follow."""
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def zigzag(value: int) -> int:
    """0, -1, 1, -2 ... as 0, 1, 2, 3 ..."""
    return value * 2 if value >= 0 else -value * 2 - 1


def _steps(values: list[int], order: int) -> list[int]:
    for _ in range(order):
        values = [*values[:1], *(after - before for before, after in pairwise(values))]
    return values
