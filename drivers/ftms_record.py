"""Records of a fitness machine: flags, then the fields they announce, split over notifications when too long.

FTMS v1.0, 4.4 to 4.9: u16 flags, little-endian like everything here. Bit 0 is "More Data": set in all but the last
notification of a record, and only the last carries the speed. Bytes behind the announced fields are ignored (devices
send them, and later versions of the service may); a frame that is too short for its flags is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from struct import Struct, error

from drivers.errors import BadFrame
from drivers.plausible import LIMITS

MORE_DATA = 1
PARTIAL_MAX_S = 2.0
_U24 = "HB"


@dataclass(frozen=True, slots=True)
class Field:
    """One value: ``name``, its ``struct`` code ("HB" for 24 bits); value = (number sent - zero) / divisor."""

    name: str
    code: str
    divisor: float = 1
    zero: float = 0


Table = tuple[tuple[Field, ...], ...]  # by bit of the flags; the fields of bit 0 are there when it is clear


class Layout:
    """Where everything lies in frames with the same flags."""

    __slots__ = ("more", "names", "said", "size", "unpack", "values")

    def __init__(self, table: Table, flags: int, spoken: Mapping[str, str]) -> None:
        present = [field for bit, fields in enumerate(table) if (flags ^ MORE_DATA) >> bit & 1 for field in fields]
        whole = Struct("<2x" + "".join(field.code for field in present))
        self.unpack, self.size = whole.unpack_from, whole.size
        self.more = bool(flags & MORE_DATA)
        self.values: list[tuple[str, int, bool, float, float]] = []
        at = 0
        for field in present:
            self.values.append((field.name, at, field.code == _U24, field.zero, field.divisor))
            at += len(field.code)
        self.names = frozenset(field.name for field in present)
        self.said: list[tuple[str, int, bool, float, float, float, float]] = [
            (spoken[name], at, wide, zero, divisor, *LIMITS[spoken[name]])
            for name, at, wide, zero, divisor in self.values
            if name in spoken
        ]


class RecordParser:
    """Reads the frames of one characteristic. ``spoken`` maps its fields to those of Sample."""

    def __init__(self, table: Table, spoken: Mapping[str, str]) -> None:
        self.known = (1 << len(table)) - 1
        # Bounded: a stranger that tries all flags must not fill the memory.
        self.layout = lru_cache(256)(lambda flags: Layout(table, flags, spoken))

    def parse(self, data: bytes) -> dict[str, float]:
        """Every field of one frame as sent, also those that say "not available". Raises :class:`BadFrame`."""
        try:
            layout = self.layout((data[0] | data[1] << 8) & self.known)
            raw = layout.unpack(data)
        except (IndexError, error):
            raise BadFrame(f"{len(data)} bytes are too short for their flags: {data.hex()}") from None
        return {
            name: ((raw[at] | raw[at + 1] << 16 if wide else raw[at]) - zero) / divisor
            for name, at, wide, zero, divisor in layout.values
        }


class RecordDecoder:
    """Notifications in, whole records out as fields of Sample, each checked against what can be true.

    A record is complete with the frame that has "More Data" clear. A field that comes again before it, or two seconds
    without it, mean that the end was lost or that this device never sends one: what was collected is then said in the
    first case, and dropped and counted as bad in the second.
    """

    def __init__(self, parser: RecordParser) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self._parser = parser
        self._partial: dict[str, float] = {}
        self._names: frozenset[str] = frozenset()
        self._since_s = 0.0

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        parser = self._parser
        try:
            layout = parser.layout((data[0] | data[1] << 8) & parser.known)
            raw = layout.unpack(data)
        except (IndexError, error):
            self.frames_bad += 1
            return {}
        self.frames_ok += 1
        reading = {}
        for name, at, wide, zero, divisor, low, high in layout.said:
            value = ((raw[at] | raw[at + 1] << 16 if wide else raw[at]) - zero) / divisor
            if low <= value <= high:
                reading[name] = value
        if layout.more or self._names:
            return self._merged(layout, reading, at_s)
        return reading

    def reset(self) -> None:
        """The link has gone: what has come of an unfinished record is void (FTMS v1.0, 4.18)."""
        self._partial, self._names = {}, frozenset()

    def _merged(self, layout: Layout, reading: dict[str, float], at_s: float) -> dict[str, float]:
        if self._names and not 0 <= at_s - self._since_s <= PARTIAL_MAX_S:
            self.frames_bad += 1
            self.reset()
        ended = {}
        if self._names & layout.names:
            ended = self._partial
            self.reset()
        if not layout.more:
            whole = ended | self._partial | reading
            self.reset()
            return whole
        if not self._names:
            self._since_s = at_s
        self._partial = self._partial | reading
        self._names |= layout.names
        return ended
