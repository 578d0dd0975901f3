"""What can be true: readings beyond these limits are taken as not said.

Sensors mark "not available" with all bits set (0xFFFF, 0x7FFF), and firmware with a slip shows absurd numbers; both
lie outside. So does a negative power, which is no work of the rider's, and a heart rate of 0, which is no contact.
"""

from __future__ import annotations

CADENCE_RPM = (0, 250)
POWER_W = (0, 2500)
HEART_RATE_BPM = (1, 250)
SPEED_KMH = (0, 200)
INCLINE_PCT = (-60, 60)
DISTANCE_M = (0, 0xFFFFFE)  # the largest that 24 bits hold, below "not available"
RESISTANCE_PCT = (0, 100)

LIMITS = {
    "cadence_rpm": CADENCE_RPM,
    "power_w": POWER_W,
    "heart_rate_bpm": HEART_RATE_BPM,
    "speed_kmh": SPEED_KMH,
    "incline_pct": INCLINE_PCT,
    "distance_m": DISTANCE_M,
    "resistance_pct": RESISTANCE_PCT,
}


def plausible(reading: dict[str, float]) -> dict[str, float]:
    """The fields of a reading (names of Sample's) whose values can be true."""
    return {name: value for name, value in reading.items() if LIMITS[name][0] <= value <= LIMITS[name][1]}
