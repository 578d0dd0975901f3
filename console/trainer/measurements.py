"""What a trainer says of a ride, as bytes of the Bluetooth services. Pure; lengths are exact, values beyond a field's
range become the nearest it holds.

From FTMS v1.0, Cycling Power v1.1, Heart Rate v1.0 and the GATT Specification Supplement. As every device does, and
against table 4.10 of FTMS, the cadence's bit means that it is there, and a resistance level has two bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntFlag

from drivers.ftms import Feature, Target

CRANK_HZ = 1024  # ticks a second of the time of a crank revolution
LEVELS = (0, 1000, 10)  # resistance: lowest, highest, step, in tenths of a level; our levels are per cent
FEATURES = (
    Feature.CADENCE
    | Feature.DISTANCE
    | Feature.RESISTANCE_LEVEL
    | Feature.HEART_RATE
    | Feature.ELAPSED_TIME
    | Feature.POWER
)
POWER_FEATURES = 1 << 3  # Cycling Power Feature: crank revolution data
OTHER_LOCATION = 0  # Sensor Location: not on the body, not on a crank


class _Bike(IntFlag):
    CADENCE, DISTANCE, RESISTANCE, POWER, HEART_RATE, ELAPSED = 1 << 2, 1 << 4, 1 << 5, 1 << 6, 1 << 9, 1 << 11


def _field(value: float, octets: int, factor: float = 1, *, signed: bool = False) -> bytes:
    """A number in a field; all bits set is left out: it means "not available" in some of them."""
    top = (1 << (8 * octets - signed)) - 2
    bottom = -top if signed else 0
    return min(max(round(value * factor), bottom), top).to_bytes(octets, "little", signed=signed)


def indoor_bike_data(
    speed_kmh: float,
    distance_m: float,
    elapsed_s: float,
    *,
    cadence_rpm: float | None = None,
    resistance_pct: float | None = None,
    power_w: float | None = None,
    heart_rate_bpm: float | None = None,
) -> bytes:
    """Indoor Bike Data 0x2AD2, at most 16 bytes, so that one notification of the smallest MTU carries it."""
    parts = (
        (_Bike.CADENCE, None if cadence_rpm is None else _field(cadence_rpm, 2, 2)),
        (_Bike.DISTANCE, _field(distance_m, 3)),
        (_Bike.RESISTANCE, None if resistance_pct is None else _field(resistance_pct, 2, signed=True)),
        (_Bike.POWER, None if power_w is None else _field(power_w, 2, signed=True)),
        (_Bike.HEART_RATE, None if heart_rate_bpm is None else _field(heart_rate_bpm, 1)),
        (_Bike.ELAPSED, _field(elapsed_s, 2)),
    )
    flags = sum(flag for flag, part in parts if part is not None)
    return flags.to_bytes(2, "little") + _field(speed_kmh, 2, 100) + b"".join(part for _, part in parts if part)


def cycling_power(power_w: float, crank: Crank | None = None) -> bytes:
    """Cycling Power Measurement 0x2A63: 4 bytes, 8 with crank revolutions."""
    flags = 0 if crank is None else 1 << 5
    return flags.to_bytes(2, "little") + _field(power_w, 2, signed=True) + (b"" if crank is None else crank.data)


def heart_rate(heart_rate_bpm: float) -> bytes:
    """Heart Rate Measurement 0x2A37: 2 bytes, 3 above 255."""
    short = round(heart_rate_bpm) <= 0xFF
    return bytes([not short]) + min(max(round(heart_rate_bpm), 0), 0xFFFF).to_bytes(1 if short else 2, "little")


def machine_feature(targets: Target) -> bytes:
    """Fitness Machine Feature 0x2ACC: what is measured, and what can be told."""
    return FEATURES.to_bytes(4, "little") + targets.to_bytes(4, "little")


def resistance_range() -> bytes:
    """Supported Resistance Level Range 0x2AD6: 0 to 100, by 1."""
    return b"".join(number.to_bytes(2, "little") for number in LEVELS)


def power_range(lowest_w: float, highest_w: float) -> bytes:
    """Supported Power Range 0x2AD8, by 1 W."""
    return _field(lowest_w, 2, signed=True) + _field(highest_w, 2, signed=True) + _field(1, 2)


@dataclass(slots=True)
class Crank:
    """Counts whole turns, and keeps when the last of them ended: between two readings, not at the newer one.

    ``turns`` and ``turned_s`` (on the caller's clock) never run backwards; both wrap in ``data``.
    """

    at_s: float
    turns: int = 0
    turned_s: float = 0.0
    _begun: float = 0.0  # how much of the running turn is done, 0-1

    def turn(self, cadence_rpm: float, to_s: float, longest_s: float) -> None:
        """Turn at this cadence up to ``to_s``; of a longer stretch than ``longest_s`` only its end is known."""
        from_s = max(self.at_s, to_s - longest_s)
        self.at_s = max(self.at_s, to_s)
        turned = self._begun + max(cadence_rpm, 0.0) / 60 * max(to_s - from_s, 0.0)
        whole, self._begun = int(turned), turned % 1
        if whole:
            self.turns += whole
            self.turned_s = max(self.turned_s, to_s - self._begun * 60 / cadence_rpm)

    @property
    def data(self) -> bytes:
        """Cumulative revolutions u16, time of the last u16 in 1/1024 s."""
        ticks = int(self.turned_s * CRANK_HZ)
        return (self.turns & 0xFFFF).to_bytes(2, "little") + (ticks & 0xFFFF).to_bytes(2, "little")
