"""Formulas of effort: zones, speed and calories from power. Pure functions, units in the names."""

from __future__ import annotations

import math

ZONE_NAMES = ("Recovery", "Endurance", "Tempo", "Threshold", "Above", "Hard", "Sprint")
ZONE_TOPS = (0.55, 0.75, 0.90, 1.05, 1.20, 1.50)  # upper ends of zones 1-6, as shares of threshold power
HEART_TOPS = (0.60, 0.70, 0.80, 0.90)  # upper ends of heart zones 1-4, as shares of the highest rate
METRES_PER_MILE = 1609.344


def power_zone(power_w: float, threshold_w: float) -> int:
    """The zone, 1-7, of a power for a rider with this threshold power (Coggan's seven zones)."""
    share = power_w / threshold_w
    return 1 + sum(share >= top for top in ZONE_TOPS)


def zone_position(power_w: float, threshold_w: float) -> float:
    """Where on a ladder of seven equal blocks a power stands, 0-7: the whole part counts the zones below."""
    bounds = (0.0, *ZONE_TOPS, 2.0)
    share = min(max(power_w / threshold_w, 0.0), 2.0)
    zone = min(sum(share >= top for top in ZONE_TOPS), 6)
    return zone + min((share - bounds[zone]) / (bounds[zone + 1] - bounds[zone]), 1.0)


def heart_zone(heart_rate_bpm: float, highest_bpm: float) -> int:
    """The heart zone, 1-5, by shares of the rider's highest rate."""
    return 1 + sum(heart_rate_bpm / highest_bpm >= top for top in HEART_TOPS)


def highest_heart_rate_bpm(birth_year: int | None, year: int) -> float:
    """A rider's expected highest heart rate: 208 - 0.7 x age (Tanaka, Monahan, Seals 2001); age 40 if unknown."""
    age = 40 if birth_year is None else min(max(year - birth_year, 10), 100)
    return 208 - 0.7 * age


def speed_mps(power_w: float) -> float:
    """Speed in m/s shown for a power: the curve of the Peloton v1 bike, as fitted by the PeloMon project.

    Two cubic polynomials in the square root of the power, meeting (with a step of 0.25 mph) at 27 W; 0 W is 0.
    """
    if power_w <= 0:
        return 0.0
    root = math.sqrt(power_w)
    if power_w < 27:
        mph = 0.04660 - 0.14023 * root + 0.74063 * root**2 - 0.07605 * root**3
    else:
        mph = -1.31158 + 2.23594 * root - 0.05685 * root**2 + 0.00087 * root**3
    return max(mph, 0.0) * METRES_PER_MILE / 3600


def kcal_per_second(power_w: float, weight_kg: float) -> float:
    """Calories a second of pedalling at this power costs: ACSM's leg ergometry equation.

    VO2 (ml/kg/min) = 1.8 x work rate (kgf m/min) / body mass + 7, at 5 kcal a litre of oxygen; 1 W = 6.118 kgf m/min.
    Resting costs nothing here: without power the answer is 0.
    """
    if power_w <= 0:
        return 0.0
    litres_per_minute = (1.8 * 6.118 * power_w + 7.0 * weight_kg) / 1000
    return litres_per_minute * 5 / 60
