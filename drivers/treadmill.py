"""Treadmill Data 0x2ACD of the Fitness Machine Service (FTMS v1.0, 4.4). No I/O.

A pace has one byte in FTMS v1.0, in 0.1 km a minute, and two in later editions of the GATT Specification Supplement, in
seconds for 500 m. Which it is only the length of a frame tells: one that is exactly as long as with two has two.
"""

from __future__ import annotations

from drivers.ftms import ENERGY
from drivers.ftms_record import Field, RecordDecoder, RecordParser, Table

_PACES = 1 << 5 | 1 << 6
_TABLE: Table = (
    (Field("speed_kmh", "H", 100),),
    (Field("average_speed_kmh", "H", 100),),
    (Field("distance_m", "HB"),),
    (Field("incline_pct", "h", 10), Field("ramp_angle_deg", "h", 10)),
    (Field("climbed_m", "H", 10), Field("descended_m", "H", 10)),
    (Field("pace_km_per_min", "B", 10),),
    (Field("average_pace_km_per_min", "B", 10),),
    ENERGY,
    (Field("heart_rate_bpm", "B"),),
    (Field("met", "B", 10),),
    (Field("elapsed_s", "H"),),
    (Field("remaining_s", "H"),),
    (Field("belt_force_n", "h"), Field("power_w", "h")),
)
_LATER = (
    *_TABLE[:5],
    (Field("pace_s_per_500m", "H"),),
    (Field("average_pace_s_per_500m", "H"),),
    *_TABLE[7:],
)
# Not the power: a runner's watts at the belt would stand beside riders' watts at the crank.
_SPOKEN = {name: name for name in ("speed_kmh", "distance_m", "incline_pct", "heart_rate_bpm")}
_PARSER, _LATER_PARSER = RecordParser(_TABLE, _SPOKEN), RecordParser(_LATER, _SPOKEN)


def _parser(data: bytes) -> RecordParser:
    if not data or not data[0] & _PACES or len(data) < 2:
        return _PARSER
    flags = (data[0] | data[1] << 8) & _PARSER.known
    return _LATER_PARSER if _LATER_PARSER.layout(flags).size == len(data) else _PARSER


def parse_treadmill(data: bytes) -> dict[str, float]:
    """Every field of one Treadmill Data frame, units in the names. Raises :class:`drivers.errors.BadFrame`."""
    return _parser(data).parse(data)


class TreadmillDecoder(RecordDecoder):
    """Treadmill Data 0x2ACD. Says km/h, m, % of slope and bpm."""

    def __init__(self) -> None:
        super().__init__(_PARSER)

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        self._parser = _parser(data)
        return super().feed(data, at_s)
