"""Fitness Machine Service 0x1826: what an indoor bike says of itself and of the ride. No I/O.

From FTMS v1.0 and the GATT Specification Supplement, with two corrections that every device and every other program
makes: table 4.10 of FTMS v1.0 has the bit of the cadence the wrong way round (set means present), and the resistance
level of Indoor Bike Data has two bytes, in whole levels, where the Supplement prints one. A bike that follows the
Supplement is known by its range of levels, which then has one byte each too.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import IntEnum, IntFlag

from drivers.errors import BadFrame
from drivers.ftms_record import Field, RecordDecoder, RecordParser, Table

ENERGY = (Field("energy_kcal", "H"), Field("energy_kcal_per_h", "H"), Field("energy_kcal_per_min", "B"))
LEVEL = Field("resistance_level", "h")


def _table(level: Field) -> Table:
    return (
        (Field("speed_kmh", "H", 100),),
        (Field("average_speed_kmh", "H", 100),),
        (Field("cadence_rpm", "H", 2),),
        (Field("average_cadence_rpm", "H", 2),),
        (Field("distance_m", "HB"),),
        (level,),
        (Field("power_w", "h"),),
        (Field("average_power_w", "h"),),
        ENERGY,
        (Field("heart_rate_bpm", "B"),),
        (Field("met", "B", 10),),
        (Field("elapsed_s", "H"),),
        (Field("remaining_s", "H"),),
    )


_SPOKEN = {name: name for name in ("speed_kmh", "cadence_rpm", "distance_m", "power_w", "heart_rate_bpm")}
_PLAIN = RecordParser(_table(LEVEL), _SPOKEN)


def parse_indoor_bike(data: bytes) -> dict[str, float]:
    """Every field of one Indoor Bike Data frame (0x2AD2), units in the names. Raises :class:`BadFrame`."""
    return _PLAIN.parse(data)


@dataclass(frozen=True, slots=True)
class Range:
    """What a machine can be set to, in the unit of the range: ``step`` is the smallest change.

    ``octets``: in how many bytes it says its levels.
    """

    minimum: float
    maximum: float
    step: float
    octets: int = 2


class IndoorBikeDecoder(RecordDecoder):
    """Indoor Bike Data 0x2AD2. Says km/h, rpm, m, W, bpm, and % once ``levels`` tells what a resistance level means.

    ``levels`` is the bike's Supported Resistance Level Range; a level outside it is not said.
    """

    def __init__(self, levels: Range | None = None) -> None:
        super().__init__(_PLAIN)
        self.levels = levels

    @property
    def levels(self) -> Range | None:
        """The range of levels; setting it, also to ``None``, holds from the next frame on."""
        return self._levels

    @levels.setter
    def levels(self, levels: Range | None) -> None:
        self._levels = levels
        if levels is None or levels.minimum >= levels.maximum:
            self._parser = _PLAIN
            return
        code = "h" if levels.octets == 2 else "B"
        level = Field("resistance_level", code, (levels.maximum - levels.minimum) / 100, levels.minimum)
        self._parser = RecordParser(_table(level), _SPOKEN | {"resistance_level": "resistance_pct"})


class Feature(IntFlag):
    """What a machine measures (Fitness Machine Feature 0x2ACC, first half)."""

    AVERAGE_SPEED, CADENCE, DISTANCE, INCLINATION = 1 << 0, 1 << 1, 1 << 2, 1 << 3
    ELEVATION_GAIN, PACE, STEPS, RESISTANCE_LEVEL = 1 << 4, 1 << 5, 1 << 6, 1 << 7
    STRIDES, ENERGY, HEART_RATE, MET = 1 << 8, 1 << 9, 1 << 10, 1 << 11
    ELAPSED_TIME, REMAINING_TIME, POWER, BELT_FORCE = 1 << 12, 1 << 13, 1 << 14, 1 << 15


class Target(IntFlag):
    """What a machine can be told (Fitness Machine Feature 0x2ACC, second half; those of a bike or a treadmill)."""

    SPEED, INCLINE, RESISTANCE, POWER = 1 << 0, 1 << 1, 1 << 2, 1 << 3
    HEART_RATE, SIMULATION, WHEEL, SPIN_DOWN, CADENCE = 1 << 4, 1 << 13, 1 << 14, 1 << 15, 1 << 16


def parse_feature(data: bytes) -> tuple[Feature, Target]:
    """What the machine measures and can be told; reserved bits are left out. Raises :class:`BadFrame`."""
    if len(data) < 8:
        raise BadFrame(f"features take 8 bytes, not {len(data)}")
    features, targets = struct.unpack_from("<II", data)
    return Feature(features & ~(~0 << 16)), Target(targets & sum(Target))


def parse_resistance_range(data: bytes) -> Range:
    """Supported Resistance Level Range 0x2AD6, in levels: tenths in two bytes each, or whole ones in one byte each.

    Raises :class:`BadFrame`.
    """
    if len(data) == 3:
        return _range("<BBB", data, 1, octets=1)
    return _range("<hhH", data, 10)


def parse_power_range(data: bytes) -> Range:
    """Supported Power Range 0x2AD8, in W. Raises :class:`BadFrame`."""
    return _range("<hhH", data, 1)


def _range(form: str, data: bytes, divisor: float, octets: int = 2) -> Range:
    if len(data) < struct.calcsize(form):
        raise BadFrame(f"a range takes {struct.calcsize(form)} bytes, not {len(data)}")
    minimum, maximum, step = struct.unpack_from(form, data)
    if minimum > maximum:
        raise BadFrame(f"a range from {minimum} to {maximum}")
    return Range(minimum / divisor, maximum / divisor, step / divisor, octets)


class Event(IntEnum):
    """What happened to the machine (Fitness Machine Status 0x2ADA; those of a bike or a treadmill)."""

    RESET, STOPPED, SAFETY_KEY, STARTED = 0x01, 0x02, 0x03, 0x04
    SPEED, INCLINE, RESISTANCE, POWER, HEART_RATE = 0x05, 0x06, 0x07, 0x08, 0x09
    SIMULATION, WHEEL, SPIN_DOWN, CADENCE, CONTROL_LOST = 0x12, 0x13, 0x14, 0x15, 0xFF


@dataclass(frozen=True, slots=True)
class Status:
    """One event and its value: km/h, %, levels, W, bpm, rpm; for STOPPED 1 is stop and 2 pause; else ``None``."""

    event: Event
    value: float | None


_VALUES = {
    Event.STOPPED: ("<B", 1),
    Event.SPEED: ("<H", 100),
    Event.INCLINE: ("<h", 10),
    Event.POWER: ("<h", 1),
    Event.HEART_RATE: ("<B", 1),
    Event.CADENCE: ("<H", 2),
}


def parse_status(data: bytes) -> Status:
    """One Fitness Machine Status. Raises :class:`BadFrame` for an event not known here or a missing value."""
    try:
        event = Event(data[0])
        form, divisor = _VALUES.get(event, ("", 1))
        if event is Event.RESISTANCE:
            # One byte by the service, two by most bikes, as with the control point.
            form, divisor = ("<h" if len(data) > 2 else "<B"), 10
        return Status(event, struct.unpack_from(form, data, 1)[0] / divisor if form else None)
    except (IndexError, ValueError, struct.error) as error:
        raise BadFrame(f"no status of a fitness machine: {data.hex()}") from error


def machine_types(service_data: bytes) -> frozenset[str]:
    """The kinds, "bike" and "treadmill", that the advertised data of service 0x1826 claim; may be none.

    FTMS v1.0, 3.1.1: flags u8, types u16. Devices swap the bytes of the types or send only one, so both count.
    """
    bits = 0
    for byte in service_data[1:3]:
        bits |= byte
    return frozenset(kind for bit, kind in ((1 << 0, "treadmill"), (1 << 5, "bike")) if bits & bit)
