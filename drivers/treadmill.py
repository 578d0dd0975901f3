"""Treadmill Data 0x2ACD of the Fitness Machine Service (FTMS v1.0, 4.4). No I/O."""

from __future__ import annotations

from drivers.ftms import ENERGY
from drivers.ftms_record import Field, RecordDecoder, RecordParser, Table

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
# Not the power: a runner's watts at the belt would stand beside riders' watts at the crank.
_PARSER = RecordParser(_TABLE, {name: name for name in ("speed_kmh", "distance_m", "incline_pct", "heart_rate_bpm")})


def parse_treadmill(data: bytes) -> dict[str, float]:
    """Every field of one Treadmill Data frame, units in the names. Raises :class:`drivers.errors.BadFrame`."""
    return _PARSER.parse(data)


class TreadmillDecoder(RecordDecoder):
    """Treadmill Data 0x2ACD. Says km/h, m, % of slope and bpm."""

    def __init__(self) -> None:
        super().__init__(_PARSER)
