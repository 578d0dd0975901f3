"""CSC Measurement 0x2A5B of the Cycling Speed and Cadence service 0x1816 (CSCS v1.0, 3.1). No I/O."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from drivers.errors import BadFrame
from drivers.plausible import SPEED_KMH
from drivers.revolutions import crank, wheel

WHEEL_M = 2.105  # a 700x25C tyre
_UNPACK = tuple(struct.Struct(form).unpack_from for form in ("<x", "<xIH", "<xHH", "<xIHHH"))


@dataclass(frozen=True, slots=True)
class CscMeasurement:
    """Revolutions in all, and when the last ended, in 1/1024 s; ``None`` where the sensor has no such counter."""

    wheel_revs: int | None = None
    wheel_ticks: int | None = None
    crank_revs: int | None = None
    crank_ticks: int | None = None


def parse_csc(data: bytes) -> CscMeasurement:
    """One frame as sent. Raises :class:`BadFrame`."""
    try:
        present = data[0] & 3
        raw = _UNPACK[present](data)
    except (IndexError, struct.error):
        raise BadFrame(f"{len(data)} bytes are too short for a CSC Measurement") from None
    return CscMeasurement(None, None, *raw) if present == 2 else CscMeasurement(*raw)


class SpeedCadenceDecoder:
    """CSC Measurement. Says rpm, and km/h with a wheel of ``wheel_m`` metres around. Reserved flags are ignored."""

    def __init__(self, wheel_m: float = WHEEL_M) -> None:
        self.frames_ok = 0
        self.frames_bad = 0
        self._kmh_per_rpm = wheel_m * 0.06
        self._crank = crank()
        self._wheel = wheel(1024, wheel_m, SPEED_KMH[1])

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds)."""
        try:
            present = data[0] & 3
            raw = _UNPACK[present](data)
        except (IndexError, struct.error):
            self.frames_bad += 1
            return {}
        self.frames_ok += 1
        reading = {}
        if present & 2 and (rpm := self._crank.feed(raw[-2], raw[-1], at_s)) is not None:
            reading["cadence_rpm"] = rpm
        if present & 1 and (rpm := self._wheel.feed(raw[0], raw[1], at_s)) is not None:
            reading["speed_kmh"] = rpm * self._kmh_per_rpm
        return reading

    def reset(self) -> None:
        """The link has gone: forget the counters."""
        self._crank.reset()
        self._wheel.reset()
