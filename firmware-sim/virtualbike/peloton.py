"""The bike's end of the Peloton v1 protocol: requests in, replies out, no I/O.

Request  ``type code checksum F6``                    types F5 read, F7 read calibration entry, FE boot
Reply    ``F1 code length payload checksum F6``       payload: ASCII digits, the least significant first

A request is answered as soon as its first three bytes fit, and a stray F6 is skipped: one well-known client sends the
terminator before the request (``F6 F5 41 36``). A head whose checksum is wrong, an unknown code, a calibration index
past 1E: no answer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

READ, CALIBRATION, BOOT = 0xF5, 0xF7, 0xFE
TERMINATOR = 0xF6
CADENCE, POWER, RAW_RESISTANCE, SCALED_RESISTANCE, BIKE_ID = 0x41, 0x44, 0x4A, 0x49, 0xFB

BOOT_DELAY_S = (200e-6, 1000e-6)
RIDE_DELAY_S = (200e-6, 2700e-6)
# The serial number of a bike is opaque to its readers; this one holds an F6 on purpose, as a real one may.
BIKE_ID_PAYLOAD = bytes([0x01, 0x13, 0xF6, 0x12, 0x34, 0x56, 0x78])


@dataclass(frozen=True, slots=True)
class Reply:
    """What the bike says, and how long it takes to begin, in seconds after the request."""

    data: bytes
    delay_s: float


class Sensors(Protocol):
    """What a bike shows on this wire: a :class:`virtualbike.bike.Bike`, or one whose sensors are not well."""

    @property
    def calibration(self) -> Sequence[int]: ...
    @property
    def cadence_rpm(self) -> float: ...
    @property
    def power_w(self) -> float: ...
    @property
    def resistance_pct(self) -> float: ...
    def raw_resistance(self) -> int: ...


class PelotonBike:
    """Answers requests about a bike. ``scaled_resistance``: also answers 0x49, which not every bike knows."""

    def __init__(self, bike: Callable[[], Sensors], *, scaled_resistance: bool = False, seed: int = 1) -> None:
        self._bike = bike
        self._scaled_resistance = scaled_resistance
        self._random = random.Random(f"{seed} reply delay")
        self._pending = bytearray()

    def feed(self, data: bytes) -> list[Reply]:
        """Take bytes from the line, whole requests or not; return the replies to those that are complete."""
        replies = []
        for byte in data:
            self._pending.append(byte)
            reply = self._answer_pending()
            if reply is not None:
                replies.append(reply)
        return replies

    def _answer_pending(self) -> Reply | None:
        while self._pending:
            if self._pending[0] not in (READ, CALIBRATION, BOOT):
                del self._pending[0]
            elif len(self._pending) < 3:
                return None
            elif (self._pending[0] + self._pending[1]) & 0xFF == self._pending[2]:
                kind, code = self._pending[:2]
                self._pending.clear()
                return self._answer(kind, code)
            else:
                del self._pending[0]
        return None

    def _answer(self, kind: int, code: int) -> Reply | None:
        payload = self._payload(kind, code)
        if payload is None:
            return None
        booting = kind != READ or code == BIKE_ID
        delay_s = self._random.uniform(*(BOOT_DELAY_S if booting else RIDE_DELAY_S))
        return Reply(frame(CALIBRATION if kind == CALIBRATION else BOOT if kind == BOOT else code, payload), delay_s)

    def _payload(self, kind: int, code: int) -> bytes | None:
        if kind == BOOT:
            return digits(15, 3) if code == 0x00 else None
        if kind == CALIBRATION:
            table = self._bike().calibration
            return digits(table[code], 4) if code < len(table) else None
        return self._reading(code)

    def _reading(self, code: int) -> bytes | None:
        if code == CADENCE:
            return digits(round(self._bike().cadence_rpm), 3)
        if code == POWER:
            return digits(round(self._bike().power_w * 10), 5)
        if code == RAW_RESISTANCE:
            return digits(self._bike().raw_resistance(), 4)
        if code == SCALED_RESISTANCE and self._scaled_resistance:
            return digits(round(self._bike().resistance_pct), 3)
        return BIKE_ID_PAYLOAD if code == BIKE_ID else None


def digits(value: int, length: int) -> bytes:
    """A number as ASCII digits, the least significant first: ``digits(92, 3)`` is ``b"290"``."""
    return f"{value:0{length}d}"[::-1].encode("ascii")


def frame(code: int, payload: bytes) -> bytes:
    """A whole reply around a payload."""
    body = bytes([0xF1, code, len(payload)]) + payload
    return body + bytes([sum(body) & 0xFF, TERMINATOR])
