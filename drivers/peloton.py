"""The Peloton v1 protocol as bytes: requests to send, and a decoder for what comes back. No I/O.

Request  ``type code checksum F6``                 types F5 read, F7 read calibration entry, FE boot
Reply    ``F1 code length payload checksum F6``    payload: ASCII digits, the least significant first
Notice   ``E8 4 bytes checksum F6`` (hello), ``EF code checksum F6`` (info), ``F3 code error checksum F6`` (a question
         refused, error 1 to 6): only from bikes of the same family by another maker
The checksum is the sum of all bytes before it, modulo 256.

The decoder never gives a wrong value: a reply counts only when header, code, the length that belongs to the code,
digits, checksum and terminator all fit, and when the value can be true: cadence up to 250 rpm, power up to 2500 W,
sensor and calibration up to 1023 counts (a 10-bit converter), resistance up to 100 %. What fits nothing is skipped
byte by byte, so that a good frame right behind a damaged one is still found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

REPLY, READ, CALIBRATION, BOOT = 0xF1, 0xF5, 0xF7, 0xFE
HELLO, INFO, REFUSAL = 0xE8, 0xEF, 0xF3
TERMINATOR = 0xF6
CADENCE, POWER, RAW_RESISTANCE, RESISTANCE, BIKE_ID = 0x41, 0x44, 0x4A, 0x49, 0xFB
CALIBRATION_ENTRIES = 31


class Kind(StrEnum):
    """What a reply speaks of."""

    CADENCE = "cadence"  # rpm
    POWER = "power"  # W
    RESISTANCE_RAW = "resistance_raw"  # counts of the bike's sensor
    RESISTANCE = "resistance"  # %
    CALIBRATION = "calibration"  # counts, one entry of the bike's table
    OTHER = "other"  # no number for us: boot, bike id, locks, notices


@dataclass(frozen=True, slots=True)
class Frame:
    """One valid reply. ``offset`` is where it begins in the stream; ``value`` is ``None`` for ``Kind.OTHER``.

    ``code`` is what it answers; of a notice it is the first byte, and all that follows up to the checksum is payload.
    """

    offset: int
    code: int
    kind: Kind
    value: float | None
    unit: str | None
    payload: bytes


@dataclass(frozen=True, slots=True)
class _Quantity:
    kind: Kind
    unit: str
    length: int
    limit: float
    divisor: int = 1


_QUANTITIES = {
    CADENCE: _Quantity(Kind.CADENCE, "rpm", 3, 250),
    POWER: _Quantity(Kind.POWER, "W", 5, 2500, divisor=10),
    RAW_RESISTANCE: _Quantity(Kind.RESISTANCE_RAW, "counts", 4, 1023),
    RESISTANCE: _Quantity(Kind.RESISTANCE, "%", 3, 100),
    CALIBRATION: _Quantity(Kind.CALIBRATION, "counts", 4, 1023),
}
# Replies whose payload may be any bytes: boot, bike id, serial number, lock query, close, open.
_OPAQUE = frozenset({BOOT, BIKE_ID, 0x57, 0x50, 0x52, 0x54})
_OPAQUE_MAX = 16
# Codes we do not know must carry digits, else noise could pass for a frame and swallow a good one.
_UNKNOWN_MAX = 8
_DIGITS = frozenset(b"0123456789")

_READ_CODES = frozenset(_QUANTITIES) - {CALIBRATION} | _OPAQUE - {BOOT}
_NOTICE_SIZES = {HELLO: 7, INFO: 4, REFUSAL: 5}
_REFUSAL_ERRORS = range(1, 7)
_MORE = object()  # the bytes at hand may begin a frame; only more of them can tell


def request(kind: int, code: int) -> bytes:
    """A request: ``request(READ, CADENCE)`` asks for the cadence."""
    return bytes([kind, code, (kind + code) & 0xFF, TERMINATOR])


class Decoder:
    """Bytes in, replies out, with counts of what was seen. Chunks may be cut anywhere."""

    def __init__(self) -> None:
        self.replies = 0
        self.requests = 0
        self.bad_frames = 0
        self._pending = bytearray()
        self._offset = 0  # of the first pending byte in the stream
        self._in_damage = False

    def feed(self, data: bytes) -> list[Frame]:
        """Take the next bytes of the stream; return the valid replies that they complete."""
        self._pending += data
        return list(self._frames(ended=False))

    def finish(self) -> list[Frame]:
        """The stream has ended: return what is still found in an unfinished frame."""
        return list(self._frames(ended=True))

    def _frames(self, *, ended: bool) -> Iterator[Frame]:
        at, end = 0, len(self._pending)
        while at < end:
            found = self._at(at)
            if found is _MORE and not ended:
                break
            if isinstance(found, Frame):
                self.replies += 1
                self._in_damage = False
                yield found
                at += _NOTICE_SIZES.get(self._pending[at], len(found.payload) + 5)
            elif isinstance(found, int):
                self.requests += 1
                self._in_damage = False
                at += found
            else:
                self._skip(self._pending[at])
                at += 1
        del self._pending[:at]
        self._offset += at

    def _at(self, at: int) -> object:
        """What stands here: a Frame, the length of a request, ``_MORE``, or ``None`` for neither."""
        head = self._pending[at]
        if head == REPLY:
            return self._reply(at)
        if head in _NOTICE_SIZES:
            return self._notice(at)
        return self._request(at) if head in (READ, CALIBRATION, BOOT) else None

    def _skip(self, byte: int) -> None:
        """Count damage: a bad frame ends with a terminator or where the next reply seems to begin."""
        if byte == TERMINATOR:
            self._in_damage = False
        elif byte == REPLY or not self._in_damage:
            self.bad_frames += 1
            self._in_damage = True

    def _request(self, at: int) -> object:
        """A request needs no terminator when we know its code: one client sends it in front instead."""
        head = self._pending[at : at + 4]
        if len(head) < 3:
            return _MORE
        kind, code, checksum = head[:3]
        if (kind + code) & 0xFF != checksum:
            return None
        if _known_request(kind, code):
            return 3
        if len(head) < 4:
            return _MORE
        return 4 if head[3] == TERMINATOR else None

    def _notice(self, at: int) -> object:
        head = self._pending[at]
        body = self._pending[at : at + _NOTICE_SIZES[head]]
        if head == REFUSAL and len(body) > 2 and body[2] not in _REFUSAL_ERRORS:
            return None
        if len(body) < _NOTICE_SIZES[head]:
            return _MORE
        if sum(body[:-2]) & 0xFF != body[-2] or body[-1] != TERMINATOR:
            return None
        return Frame(self._offset + at, head, Kind.OTHER, None, None, bytes(body[1:-2]))

    def _reply(self, at: int) -> object:
        head = self._pending[at : at + 3]
        if len(head) < 3:
            return _MORE
        code, length = head[1], head[2]
        quantity = _QUANTITIES.get(code)
        if not _length_fits(code, length):
            return None
        body = self._pending[at : at + length + 5]
        payload = bytes(body[3 : 3 + length])
        if code not in _OPAQUE and not _DIGITS.issuperset(payload):
            return None
        if len(body) < length + 5:
            return _MORE
        if sum(body[:-2]) & 0xFF != body[-2] or body[-1] != TERMINATOR:
            return None
        offset = self._offset + at
        if quantity is None:
            return Frame(offset, code, Kind.OTHER, None, None, payload)
        value = int(payload[::-1]) / quantity.divisor if quantity.divisor > 1 else int(payload[::-1])
        return Frame(offset, code, quantity.kind, value, quantity.unit, payload) if value <= quantity.limit else None


def _length_fits(code: int, length: int) -> bool:
    if quantity := _QUANTITIES.get(code):
        return length == quantity.length
    return 1 <= length <= (_OPAQUE_MAX if code in _OPAQUE else _UNKNOWN_MAX)


def _known_request(kind: int, code: int) -> bool:
    if kind == READ:
        return code in _READ_CODES
    return code < CALIBRATION_ENTRIES if kind == CALIBRATION else code == 0x00
