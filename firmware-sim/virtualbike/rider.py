"""Riders: what legs and hand do to the bike.

A steady rider holds a cadence and a resistance exactly. A scripted rider follows the legs of a script as people do: a
little late, never quite at the target, a little different each time.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Protocol

from virtualbike.bike import RPM_PER_RAD_S, STEP_S, Bike
from virtualbike.script import Script

MAX_LEGS_NM = 140.0
MAX_HOLD_BACK_NM = 25.0  # on a fixed gear the legs can also slow the crank
STIFFNESS_NM_S = 18.0  # how hard the legs correct a cadence that is off
CADENCE_CHANGE_RPM_PER_S = 8.0
DROP_AFTER_S = 5.0  # a bike nobody asked for this long was asleep: the time is not caught up


class Rider(Protocol):
    """Says what is wanted at a moment: (cadence rpm, resistance %)."""

    def target(self, dt_s: float) -> tuple[float, float]: ...


@dataclass(frozen=True, slots=True)
class SteadyRider:
    """Holds one cadence and one resistance, without noise."""

    cadence_rpm: float
    resistance_pct: float

    def target(self, dt_s: float) -> tuple[float, float]:
        """The same at any moment."""
        return self.cadence_rpm, self.resistance_pct


class ScriptedRider:
    """Rides a script with a human's noise: a wobble of a few seconds, a slow drift, a knob never set twice alike."""

    def __init__(self, script: Script, *, seed: int = 1) -> None:
        self._script = script
        self._random = random.Random(f"{seed} rider")
        self._second = 0.0
        self._cadence = script.at(0.0)[0]
        self._wobble = _Wander(self._random, size=0.9, tau_s=2.5)
        self._drift = _Wander(self._random, size=1.3, tau_s=25.0)
        self._knob_target = math.nan
        self._knob_error = 0.0

    def target(self, dt_s: float) -> tuple[float, float]:
        """What the rider does ``dt_s`` seconds after the last call."""
        self._second += dt_s
        cadence, resistance = self._script.at(self._second)
        reach = CADENCE_CHANGE_RPM_PER_S * dt_s
        self._cadence += min(max(cadence - self._cadence, -reach), reach)
        noise = self._wobble.step(dt_s) + self._drift.step(dt_s)
        if cadence <= 0.0:
            return 0.0, self._knob(resistance)
        return max(0.0, self._cadence + noise), self._knob(resistance)

    def _knob(self, resistance: float) -> float:
        """The knob stays where it was put until the target moves by half a percent, and then lands a bit off."""
        if not abs(resistance - self._knob_target) < 0.5:
            self._knob_target = resistance
            self._knob_error = self._random.gauss(0.0, 0.4)
        return min(max(self._knob_target + self._knob_error, 0.0), 100.0)


class _Wander:
    """A random value that wanders around 0 (Ornstein-Uhlenbeck) with a typical size and time."""

    def __init__(self, source: random.Random, *, size: float, tau_s: float) -> None:
        self._random, self._size, self._tau_s = source, size, tau_s
        self._value = 0.0

    def step(self, dt_s: float) -> float:
        keep = math.exp(-dt_s / self._tau_s)
        self._value = self._value * keep + self._random.gauss(0.0, self._size) * math.sqrt(1.0 - keep * keep)
        return self._value


class Ridden:
    """A bike with its rider: moves both on to the moment it is asked about."""

    def __init__(self, bike: Bike, rider: Rider) -> None:
        self.bike = bike
        self._rider = rider
        self._now_s: float | None = None

    def advance(self, now_s: float) -> Bike:
        """Let time pass until ``now_s`` (seconds on any clock that does not go back)."""
        if self._now_s is None or now_s - self._now_s > DROP_AFTER_S:
            self._now_s = now_s
        while now_s - self._now_s >= STEP_S:
            self._now_s += STEP_S
            cadence, knob = self._rider.target(STEP_S)
            self.bike.step(STEP_S, self._legs_nm(cadence), knob)
        return self.bike

    def _legs_nm(self, cadence_rpm: float) -> float:
        off = (cadence_rpm - self.bike.cadence_rpm) / RPM_PER_RAD_S
        push = STIFFNESS_NM_S * off
        if cadence_rpm > 0.0:
            push += self.bike.drag_nm()
        return min(max(push, -MAX_HOLD_BACK_NM), MAX_LEGS_NM)
