"""Keiser M series: bikes that advertise their numbers and take no connection (dev.keiser.com/mseries/direct). No I/O.

Manufacturer data behind the company id ``02 01``, little-endian: major u8, minor u8 (hex digits: 0x30 is ".30"), data
type u8, equipment id u8, cadence u16 0.1 rpm, heart rate u16 0.1 bpm, power u16 W, energy u16 kcal, minutes u8,
seconds u8, trip u16 0.1 miles (top bit set: km), gear u8 (from ".21" on). The M7i, recognised by its longer data, has
the gear where the trip was, then a metabolic rate. Data type 0 and 128 to 227 is now; others look back on a ride.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.errors import BadFrame
from drivers.plausible import plausible

COMPANY_ID = 0x0102
"""The key of ``manufacturer_data`` in an advertisement; its value is what the decoder takes."""
COMPANY = COMPANY_ID.to_bytes(2, "little")
"""The same as it stands on the air, before that value."""
GONE_AFTER_S = 60.0
GEARS = 24
_M3, _M7 = struct.Struct("<BBBBHHHHBBH"), struct.Struct("<BBBBHHHHBBBHH")
_KM, _MILE_M = 1 << 15, 1609.344
_GEAR_SINCE = 0x21


@dataclass(frozen=True, slots=True)
class KeiserFrame:
    """One advertisement: firmware (6, 30) is 6.30; rpm, bpm, W, kcal, seconds ridden, metres; ``None``: not there."""

    firmware: tuple[int, int]
    live: bool
    equipment_id: int
    cadence_rpm: float
    heart_rate_bpm: float
    power_w: float
    energy_kcal: float
    elapsed_s: float
    distance_m: float | None
    gear: int | None


def parse_keiser(data: bytes) -> KeiserFrame:
    """Manufacturer data without its company id. Raises :class:`BadFrame`."""
    m7 = len(data) >= _M7.size
    if len(data) < _M3.size:
        raise BadFrame(f"{len(data)} bytes, a Keiser sends {_M3.size} or more")
    major, minor, kind, equipment, cadence, heart, power, kcal, minutes, seconds, *rest = (
        _M7 if m7 else _M3
    ).unpack_from(data)
    if minor & 0x0F > 9 or minor >> 4 > 9 or seconds > 59:
        raise BadFrame(f"no version or no time: {data.hex()}")
    gear: int | None = None
    if m7:
        gear = rest[0]
    elif minor >= _GEAR_SINCE and len(data) > _M3.size:
        gear = data[_M3.size]
    return KeiserFrame(
        firmware=(major, int(f"{minor:02x}")),
        live=kind == 0 or 128 <= kind <= 227,
        equipment_id=equipment,
        cadence_rpm=cadence / 10,
        heart_rate_bpm=heart / 10,
        power_w=float(power),
        energy_kcal=float(kcal),
        elapsed_s=minutes * 60.0 + seconds,
        distance_m=None if m7 else _metres(rest[0]),
        gear=gear,
    )


def _metres(trip: int) -> float:
    return (trip & ~_KM) / 10 * (1000.0 if trip & _KM else _MILE_M)


class KeiserDecoder:
    """Advertisements of one bike, or with no ``equipment_id`` of whichever is heard first. Says rpm, bpm, W, m and %.

    The gear counts as resistance: gear 1 is 0 %, gear 24 is 100 %. ``timeout_s``: after how much silence the
    numbers no longer hold, by firmware; ``GONE_AFTER_S``: when the bike is.
    """

    def __init__(self, equipment_id: int | None = None) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self.equipment_id = equipment_id
        self.firmware: tuple[int, int] | None = None

    @property
    def timeout_s(self) -> float:
        """1 s from firmware 6.30 on; 7 s before, which speaks every two seconds, and while nothing is known."""
        return 1.0 if self.firmware and self.firmware >= (6, 30) else 7.0

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take manufacturer data without company id, heard at ``at_s`` (monotonic, seconds); {} for other bikes'."""
        try:
            frame = parse_keiser(data)
        except BadFrame:
            self.frames_bad += 1
            return {}
        if self.equipment_id is None:
            self.equipment_id = frame.equipment_id
        if frame.equipment_id != self.equipment_id:
            return {}
        self.frames_ok += 1
        self.firmware = frame.firmware
        return _reading(frame) if frame.live else {}

    def reset(self) -> None:
        """The bike has not been heard for long. Nothing of it is kept that a new frame would not say anew."""


def _reading(frame: KeiserFrame) -> dict[str, float]:
    reading = {
        "cadence_rpm": frame.cadence_rpm,
        "power_w": frame.power_w,
        "heart_rate_bpm": frame.heart_rate_bpm,
    }
    if frame.distance_m is not None:
        reading["distance_m"] = frame.distance_m
    if frame.gear is not None:
        reading["resistance_pct"] = (frame.gear - 1) / (GEARS - 1) * 100
    return plausible(reading)
