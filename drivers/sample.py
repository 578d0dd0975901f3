"""One utterance of one sensor."""

from __future__ import annotations

from dataclasses import dataclass

MEASURED: frozenset[str] = frozenset()
"""What a sensor that reckons nothing has estimated."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one sensor said at one moment; a field it did not speak of is ``None``, never 0.

    ``at_s`` is the monotonic clock, in seconds, when the bytes arrived. ``source`` is the sensor's URL.
    ``cadence_rpm`` crank revolutions a minute, ``resistance_pct`` 0-100 % of the bike's own range,
    ``power_w`` watts at the crank, ``heart_rate_bpm`` beats a minute, ``speed_kmh`` km an hour of a bike's wheel or
    a treadmill's belt, ``incline_pct`` the treadmill's slope, ``distance_m`` metres as the device has counted them.
    ``estimated`` names the fields that were reckoned from others, not measured.
    """

    at_s: float
    source: str
    cadence_rpm: float | None = None
    resistance_pct: float | None = None
    power_w: float | None = None
    heart_rate_bpm: float | None = None
    speed_kmh: float | None = None
    incline_pct: float | None = None
    distance_m: float | None = None
    estimated: frozenset[str] = MEASURED
