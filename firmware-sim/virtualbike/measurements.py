"""Measurements as GATT sends them: readings in, bytes out, exact lengths, little-endian."""

from __future__ import annotations

import struct
from collections.abc import Iterable

from virtualbike.readings import Readings, Revolutions

MORE_DATA = 1 << 0
CADENCE, DISTANCE, RESISTANCE, POWER, ENERGY, HEART, ELAPSED = (1 << bit for bit in (2, 4, 5, 6, 8, 9, 11))
# Over a short MTU what changes fast travels with the speed, in the last record; the rest goes before.
FAST = CADENCE | POWER | HEART
CONTACT_AND_INTERVALS = 0b10110


def indoor_bike_data(now: Readings, room: int) -> list[bytes]:
    """Indoor Bike Data, flags first, in as few records as fit ``room`` bytes each (20 or more)."""
    fields = {
        CADENCE: struct.pack("<H", _clip(now.cadence_rpm * 2, 0xFFFF)),
        DISTANCE: _clip(now.distance_m, 0xFFFFFF).to_bytes(3, "little"),
        RESISTANCE: struct.pack("<h", _clip(now.resistance_pct, 0x7FFF)),
        POWER: struct.pack("<h", _clip(now.power_w, 0x7FFF)),
        ENERGY: struct.pack(
            "<HHB",
            _clip(now.energy_kcal, 0xFFFE),
            _clip(now.energy_kcal_per_h, 0xFFFE),
            _clip(now.energy_kcal_per_h / 60, 0xFE),
        ),
        HEART: struct.pack("<B", _clip(now.heart_rate_bpm, 0xFF)),
        ELAPSED: struct.pack("<H", int(now.elapsed_s) & 0xFFFF),
    }
    speed = struct.pack("<H", _clip(now.speed_kmh * 100, 0xFFFF))
    whole = _record(fields, fields, speed)
    if len(whole) <= room:
        return [whole]
    slow = [bit for bit in fields if not bit & FAST]
    return [_record(fields, slow), _record(fields, [bit for bit in fields if bit & FAST], speed)]


def _record(fields: dict[int, bytes], bits: Iterable[int], speed: bytes | None = None) -> bytes:
    """One record; without a speed it says that more is to come."""
    chosen = list(bits)
    flags = sum(chosen) | (MORE_DATA if speed is None else 0)
    return struct.pack("<H", flags) + (speed or b"") + b"".join(fields[bit] for bit in chosen)


def cycling_power(now: Readings, wheel: Revolutions, crank: Revolutions) -> bytes:
    """Cycling Power Measurement with wheel (1/2048 s) and crank (1/1024 s) revolutions."""
    head = struct.pack("<Hh", 1 << 4 | 1 << 5, _clip(now.power_w, 0x7FFF))
    return head + _counted(wheel, "<IH", 2048) + _counted(crank, "<HH", 1024)


def speed_cadence(wheel: Revolutions, crank: Revolutions) -> bytes:
    """CSC Measurement with wheel and crank revolutions, times in 1/1024 s."""
    return b"\x03" + _counted(wheel, "<IH", 1024) + _counted(crank, "<HH", 1024)


def heart_rate(bpm: float, intervals_s: Iterable[float]) -> bytes:
    """Heart Rate Measurement with skin contact and the times between beats, in 1/1024 s."""
    intervals = [_clip(seconds * 1024, 0xFFFF) for seconds in intervals_s]
    flags = CONTACT_AND_INTERVALS if intervals else CONTACT_AND_INTERVALS & 0b00110
    return struct.pack(f"<BB{len(intervals)}H", flags, _clip(bpm, 0xFF), *intervals)


def _counted(turns: Revolutions, form: str, ticks_per_s: int) -> bytes:
    bits = 32 if "I" in form else 16
    return struct.pack(form, turns.whole & ((1 << bits) - 1), round(turns.event_s * ticks_per_s) & 0xFFFF)


def _clip(value: float, highest: int) -> int:
    return min(max(round(value), 0), highest)
