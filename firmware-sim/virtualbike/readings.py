"""What the bike's sensors show at one moment: the only thing the measurements on any wire are made from."""

from __future__ import annotations

from dataclasses import dataclass

from virtualbike.bike import Bike

GEAR = 2.7  # turns of the wheel the bike pretends to have, for one of the crank
KCAL_PER_KJ = 1 / (4.184 * 0.24)  # a rider turns about 24 % of what is eaten into work


@dataclass(frozen=True, slots=True)
class Readings:
    """One moment. ``at_s`` and ``elapsed_s`` count seconds since the bike woke up; turns are counted from there too."""

    at_s: float = 0.0
    cadence_rpm: float = 0.0
    power_w: float = 0.0
    resistance_pct: float = 0.0
    heart_rate_bpm: float = 0.0
    crank_revolutions: float = 0.0
    work_j: float = 0.0
    wheel_m: float = 2.105

    @property
    def elapsed_s(self) -> float:
        return self.at_s

    @property
    def wheel_revolutions(self) -> float:
        return self.crank_revolutions * GEAR

    @property
    def speed_kmh(self) -> float:
        """How fast the pretended wheel rolls."""
        return self.cadence_rpm * GEAR * self.wheel_m * 60 / 1000

    @property
    def distance_m(self) -> float:
        return self.wheel_revolutions * self.wheel_m

    @property
    def energy_kcal(self) -> float:
        return self.work_j / 1000 * KCAL_PER_KJ

    @property
    def energy_kcal_per_h(self) -> float:
        return self.power_w * 3.6 * KCAL_PER_KJ


def read(bike: Bike, *, at_s: float, heart_rate_bpm: float, wheel_m: float) -> Readings:
    """What the sensors of ``bike`` show now."""
    return Readings(
        at_s,
        bike.cadence_rpm,
        bike.power_w,
        bike.resistance_pct,
        heart_rate_bpm,
        bike.crank_revolutions,
        bike.work_j,
        wheel_m,
    )


class Revolutions:
    """Counts whole turns, and when the last of them was complete, as cumulative counters on the air do."""

    def __init__(self) -> None:
        self.whole = 0
        self.event_s = 0.0

    def turn(self, total: float, per_minute: float, at_s: float) -> None:
        """``total`` turns have been made by ``at_s``, the last part of them at a pace of ``per_minute``."""
        whole = int(total)
        if whole != self.whole:
            self.whole = whole
            self.event_s = at_s - (total - whole) * 60 / per_minute if per_minute > 0 else at_s
