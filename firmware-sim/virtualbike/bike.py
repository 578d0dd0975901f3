"""The bike's physics: crank, belt, flywheel, eddy-current brake, resistance knob.

Power at the crank follows a fit to thousands of samples of real bikes (median error 3 %):

    P = e^-10.091 · c^1.4857 · r^2.2410        P watts, c cadence rpm, r resistance %

It is chosen over the well-known rule 24·(c-35)·(r/100)^2.5 because it needs no clamp below 35 rpm and reads as
physics: the brake's torque is k(r)·c^0.4857, it vanishes with speed and rises with the knob. Power is clamped to
0 .. 2500 W, resistance to 0 .. 100 %. The bearings take a little torque of their own, which the bike, as real ones
do, does not report. The crank drives the flywheel through a fixed belt: there is no freewheel.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from virtualbike.calibration import BIKE_A, raw_counts

MAX_POWER_W = 2500.0
MAX_CADENCE_RPM = 220.0

FLYWHEEL_KG_M2 = 0.42  # 17 kg at 0.22 m, most of it in the rim
BELT_RATIO = 4.0
INERTIA_KG_M2 = FLYWHEEL_KG_M2 * BELT_RATIO**2  # as felt at the crank
BEARINGS_NM = 0.6
KNOB_PCT_PER_S = 30.0  # how fast a hand turns the knob
STEP_S = 0.01
RPM_PER_RAD_S = 60.0 / math.tau


def power_w(cadence_rpm: float, resistance_pct: float) -> float:
    """Power at the crank in watts, 0 .. 2500, at a cadence (rpm) and resistance (%)."""
    if cadence_rpm <= 0.0 or resistance_pct <= 0.0:
        return 0.0
    resistance_pct = min(resistance_pct, 100.0)
    watts = math.exp(-10.091 + 1.4857 * math.log(cadence_rpm) + 2.2410 * math.log(resistance_pct))
    return min(watts, MAX_POWER_W)


def resistance_pct(watts: float, cadence_rpm: float) -> float:
    """The resistance in %, 0 .. 100, at which a cadence (rpm) costs this power: the inverse of :func:`power_w`."""
    if watts <= 0.0 or cadence_rpm <= 0.0:
        return 0.0
    return min(math.exp((math.log(watts) + 10.091 - 1.4857 * math.log(cadence_rpm)) / 2.2410), 100.0)


class Bike:
    """A bike that turns; legs and a hand act on it, sensors read it. It has no clock: time is passed in."""

    def __init__(
        self,
        calibration: Sequence[int] = BIKE_A,
        *,
        seed: int = 1,
        cadence_rpm: float = 0.0,
        resistance_pct: float = 0.0,
    ) -> None:
        self.calibration = calibration
        self.resistance_pct = resistance_pct
        self.crank_revolutions = 0.0
        self.work_j = 0.0
        self._speed_rad_s = cadence_rpm / RPM_PER_RAD_S
        self._jitter = random.Random(f"{seed} resistance sensor")

    @property
    def cadence_rpm(self) -> float:
        """How fast the crank turns, in revolutions a minute."""
        return self._speed_rad_s * RPM_PER_RAD_S

    @property
    def power_w(self) -> float:
        """What the brake takes now, in watts, as the bike reports it."""
        return power_w(self.cadence_rpm, self.resistance_pct)

    def raw_resistance(self) -> int:
        """One reading of the resistance sensor, in counts: it jitters by one count."""
        return max(0, round(raw_counts(self.calibration, self.resistance_pct)) + self._jitter.choice((-1, 0, 0, 0, 1)))

    def drag_nm(self) -> float:
        """The torque that slows the crank now: brake and bearings, in newton metres."""
        if self._speed_rad_s <= 0.0:
            return 0.0
        return self.power_w / self._speed_rad_s + BEARINGS_NM

    def step(self, dt_s: float, legs_nm: float, knob_pct: float) -> None:
        """Let ``dt_s`` seconds pass: the legs push with ``legs_nm``, a hand turns the knob towards ``knob_pct``."""
        reach = KNOB_PCT_PER_S * dt_s
        self.resistance_pct += min(max(knob_pct - self.resistance_pct, -reach), reach)
        speed = self._speed_rad_s + (legs_nm - self.drag_nm()) / INERTIA_KG_M2 * dt_s
        self._speed_rad_s = min(max(speed, 0.0), MAX_CADENCE_RPM / RPM_PER_RAD_S)
        self.crank_revolutions += self._speed_rad_s * dt_s / math.tau
        self.work_j += self.power_w * dt_s
