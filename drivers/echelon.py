"""Echelon bikes' own service: messages to send and a decoder for what they notify. No I/O.

Message ``F0 command length data checksum``; the checksum is the sum of all bytes before it, modulo 256. As observed on
EX bikes by QZ (qdomyos-zwift); there is no public specification.
"""

from __future__ import annotations

import math

from drivers.plausible import plausible

HEAD = 0xF0
LEVELS = 32
KEEP_ALIVE_S = 2.0
_HELLO, _NAME, _START, _ALIVE, _SET = 0xA1, 0xA3, 0xB0, 0xA0, 0xB1
_RIDE, _LEVEL = 0xD1, 0xD2
_RIDE_LENGTH = 9
# ln W = A + B ln rpm + C level + D level²
_A, _B, _C, _D = -3.04698, 1.44286, 0.06994, 0.00066


def message(command: int, data: bytes = b"") -> bytes:
    """One message with its checksum."""
    body = bytes([HEAD, command, len(data)]) + data
    return body + bytes([sum(body) & 0xFF])


INIT = (
    *(message(_HELLO),) * 4,
    message(_NAME),
    message(_HELLO),
    message(_START, b"\x01"),
)
"""To send, in this order, after subscribing; the bike is silent before."""


def keep_alive(count: int) -> bytes:
    """To send every ``KEEP_ALIVE_S``, with a count that rises by one each time."""
    return message(_ALIVE, bytes([count & 0xFF]))


def set_level(level: int) -> bytes:
    """Turn the brake to level 1-32. Raises :class:`ValueError` for another."""
    if not 1 <= level <= LEVELS:
        raise ValueError(f"level {level}; choose 1 to {LEVELS}")
    return message(_SET, bytes([level]))


def level_of(resistance_pct: float) -> int:
    """The level nearest to a share of the bike's range: 0 % is level 1, 100 % level 32."""
    return 1 + round(min(max(resistance_pct, 0.0), 100.0) / 100 * (LEVELS - 1))


def pct_of(level: int) -> float:
    """The other way round; level 0, with the brake off, is 0 % too."""
    return max(level - 1, 0) / (LEVELS - 1) * 100


def estimated_power_w(cadence_rpm: float, level: int) -> float:
    """Watts at a cadence and level 0-32: an estimate, for the bike measures none.

    Our own fit to riders' table of 32 levels by 10 cadences (in QZ, GPLv3; not copied): of its 224 values from 40 rpm
    on, half are met to 3.8 %, 95 of 100 to 12.9 %. Bikes themselves differ by more: another rider's table is
    elsewhere up to half lower. It never falls when level or cadence rises.
    """
    if cadence_rpm <= 0:
        return 0.0
    return math.exp(_A + _B * math.log(cadence_rpm) + _C * level + _D * level * level)


class EchelonDecoder:
    """What an Echelon notifies, one message a notification. Says rpm, m, %, and estimated W once it knows the level.

    The bike speaks of its level only when it changes, so the newest level is said with every cadence.
    """

    estimates = frozenset({"power_w"})

    def __init__(self) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self.level: int | None = None

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        if not _sound(data) or (data[1] == _LEVEL and not (data[2] >= 1 and data[3] <= LEVELS)):
            self.frames_bad += 1
            return {}
        self.frames_ok += 1
        if data[1] == _LEVEL:
            self.level = data[3]
            return {"resistance_pct": pct_of(self.level)}
        return self._ride(data) if data[1] == _RIDE else {}

    def reset(self) -> None:
        """The link has gone: the level may be turned unheard."""
        self.level = None

    def _ride(self, data: bytes) -> dict[str, float]:
        cadence = float(data[10])
        reading = {"cadence_rpm": cadence, "distance_m": (data[7] << 8 | data[8]) * 10.0}
        if self.level is not None:
            reading["resistance_pct"] = pct_of(self.level)
            reading["power_w"] = estimated_power_w(cadence, self.level)
        reading = plausible(reading)
        return reading if "cadence_rpm" in reading else {}


def _sound(data: bytes) -> bool:
    """Head, length and checksum fit; bytes behind the checksum do not matter."""
    if len(data) < 4 or data[0] != HEAD or len(data) < data[2] + 4:
        return False
    end = data[2] + 3
    return sum(data[:end]) & 0xFF == data[end] and (data[1] != _RIDE or data[2] >= _RIDE_LENGTH)
