"""A motor on the knob: what a smart bike does when an app, not the rider, sets the resistance.

It stands between the rider and the bike. The rider still chooses the cadence; the motor turns the knob for a fixed
resistance, for a target power (ERG), or for the slope, wind and tyres of a simulated road.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from virtualbike.bike import Bike, resistance_pct
from virtualbike.readings import GEAR
from virtualbike.rider import Rider

SLOWEST_RPM = 40.0  # below this a motor that kept the power up would stall the rider
MASS_KG, GRAVITY = 85.0, 9.81


@dataclass(frozen=True, slots=True)
class Road:
    """A simulated road: wind in m/s (head wind positive), slope in %, rolling resistance, drag in kg/m."""

    wind_m_s: float = 0.0
    grade_pct: float = 0.0
    rolling: float = 0.004
    drag_kg_m: float = 0.51

    def power_w(self, speed_m_s: float) -> float:
        """What rolling at this speed costs; 0 downhill with the wind."""
        air = speed_m_s + self.wind_m_s
        force = MASS_KG * GRAVITY * (self.grade_pct / 100 + self.rolling) + self.drag_kg_m * air * abs(air) / 2
        return max(force * speed_m_s, 0.0)


class Trainer:
    """A rider whose knob a motor may hold. ``hold`` says how, given the bike; None leaves it to the rider."""

    def __init__(self, rider: Rider, bike: Bike) -> None:
        self.wheel_m = 2.105
        self._rider, self._bike = rider, bike
        self._hold: Callable[[float], float] | None = None

    def target(self, dt_s: float) -> tuple[float, float]:
        """The rider's cadence (rpm), and the knob (%) as whoever is in control wants it."""
        cadence, knob = self._rider.target(dt_s)
        return cadence, knob if self._hold is None else self._hold(max(self._bike.cadence_rpm, SLOWEST_RPM))

    def hold_resistance(self, pct: float) -> None:
        """Keep the knob at ``pct``, 0 to 100."""
        self._hold = lambda _: pct

    def hold_power(self, watts: float) -> None:
        """Turn the knob so that the rider's cadence costs ``watts``."""
        self._hold = lambda rpm: resistance_pct(watts, rpm)

    def ride_on(self, road: Road) -> None:
        """Turn the knob so that it feels like ``road``."""
        self._hold = lambda rpm: resistance_pct(road.power_w(rpm / 60 * GEAR * self.wheel_m), rpm)

    def let_go(self) -> None:
        """The knob is the rider's again."""
        self._hold = None
