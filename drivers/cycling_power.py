"""Cycling Power Measurement 0x2A63 of the Cycling Power service 0x1818 (CPS v1.1, 3.2). No I/O.

Flags u16, power s16 in W, then what the flags announce, in the order of their bits. Bits 1, 3 and 12 announce nothing.
"""

from __future__ import annotations

import struct
from functools import lru_cache

from drivers.errors import BadFrame
from drivers.plausible import POWER_W, SPEED_KMH
from drivers.revolutions import crank, wheel
from drivers.speed_cadence import WHEEL_M

_WHEEL, _CRANK, _ANGLES = 1 << 4, 1 << 5, 1 << 8
# (flag, struct codes, (name, divisor) of each value)
_TABLE: tuple[tuple[int, str, tuple[tuple[str, float], ...]], ...] = (
    (1 << 0, "B", (("balance_pct", 2),)),
    (1 << 2, "H", (("accumulated_torque_nm", 32),)),
    (_WHEEL, "IH", (("wheel_revs", 1), ("wheel_ticks", 1))),
    (_CRANK, "HH", (("crank_revs", 1), ("crank_ticks", 1))),
    (1 << 6, "hh", (("max_force_n", 1), ("min_force_n", 1))),
    (1 << 7, "hh", (("max_torque_nm", 32), ("min_torque_nm", 32))),
    (_ANGLES, "3s", (("angles", 1),)),
    (1 << 9, "H", (("top_dead_spot_deg", 1),)),
    (1 << 10, "H", (("bottom_dead_spot_deg", 1),)),
    (1 << 11, "H", (("energy_kj", 1),)),
)
_KNOWN = sum(flag for flag, *_ in _TABLE)
_MIN_W, _MAX_W = POWER_W


@lru_cache(256)
def _layout(flags: int) -> struct.Struct:
    return struct.Struct("<2xh" + "".join(codes for flag, codes, _ in _TABLE if flags & flag))


@lru_cache(256)
def _glance(flags: int) -> struct.Struct:
    """Only power, wheel and crank, yet as long as all that the flags announce."""
    codes = (codes if flag in (_WHEEL, _CRANK) else f"{struct.calcsize('<' + codes)}x" for flag, codes, _ in _TABLE)
    return struct.Struct("<2xh" + "".join(code for code, (flag, *_) in zip(codes, _TABLE, strict=True) if flags & flag))


def parse_cycling_power(data: bytes) -> dict[str, float]:
    """Every field of one frame as sent, units in the names; ticks of the wheel are 1/2048 s, of the crank 1/1024 s.

    Power is signed. The two angles of the extremes are in degrees. Raises :class:`BadFrame`.
    """
    try:
        flags = data[0] | data[1] << 8
        power, *raw = _layout(flags & _KNOWN).unpack_from(data)
    except (IndexError, struct.error):
        raise BadFrame(f"{len(data)} bytes are too short for a Cycling Power Measurement") from None
    fields = {"power_w": float(power)}
    names = (name for flag, _, names in _TABLE if flags & flag for name in names)
    for (name, divisor), value in zip(names, raw, strict=True):
        if name == "angles":
            both = int.from_bytes(value, "little")
            fields |= {"max_angle_deg": float(both & 0xFFF), "min_angle_deg": float(both >> 12)}
        else:
            fields[name] = value / divisor
    return fields


class CyclingPowerDecoder:
    """Cycling Power Measurement. Says W, rpm, and km/h with a wheel of ``wheel_m`` metres around.

    A negative power (pedalling backwards, an offset that drifted) is not said: no work goes into the ride.
    """

    def __init__(self, wheel_m: float = WHEEL_M) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self._kmh_per_rpm = wheel_m * 0.06
        self._crank = crank()
        self._wheel = wheel(2048, wheel_m, SPEED_KMH[1])

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        try:
            flags = (data[0] | data[1] << 8) & _KNOWN
            raw = _glance(flags).unpack_from(data)
        except (IndexError, struct.error):
            self.frames_bad += 1
            return {}
        self.frames_ok += 1
        reading = {}
        if _MIN_W <= raw[0] <= _MAX_W:
            reading["power_w"] = float(raw[0])
        if flags & _CRANK and (rpm := self._crank.feed(raw[-2], raw[-1], at_s)) is not None:
            reading["cadence_rpm"] = rpm
        if flags & _WHEEL and (rpm := self._wheel.feed(raw[1], raw[2], at_s)) is not None:
            reading["speed_kmh"] = rpm * self._kmh_per_rpm
        return reading

    def reset(self) -> None:
        """The link has gone: forget the counters."""
        self._crank.reset()
        self._wheel.reset()
