"""A rider on a bike, as its sensors show it: the one model behind every wire."""

from __future__ import annotations

from virtualbike.bike import Bike
from virtualbike.faults import Faults
from virtualbike.heart import Heart
from virtualbike.readings import GEAR, Readings, Revolutions, read
from virtualbike.rider import Ridden, Rider
from virtualbike.trainer import Trainer


class Riding:
    """Moves rider, bike, knob motor and heart on together, and distorts what the sensors show as ``faults`` want it."""

    def __init__(self, rider: Rider, bike: Bike, faults: Faults | None = None) -> None:
        self.bike, self.faults = bike, faults or Faults()
        self.trainer = Trainer(rider, bike)
        self.heart, self.wheel, self.crank = Heart(), Revolutions(), Revolutions()
        self.readings = Readings()
        self._ridden = Ridden(bike, self.trainer)
        self._woke_s: float | None = None

    def advance(self, now_s: float) -> Readings:
        """Ride on until ``now_s`` (seconds on any clock that does not go back); what the sensors show then."""
        if self._woke_s is None:
            self._woke_s = now_s
        at_s = now_s - self._woke_s
        self._ridden.advance(now_s)
        self.heart.step(max(at_s - self.readings.at_s, 0.0), self.bike.power_w)
        true = read(self.bike, at_s=at_s, heart_rate_bpm=self.heart.bpm, wheel_m=self.trainer.wheel_m)
        self.readings = now = self.faults.distort(true)
        self.crank.turn(now.crank_revolutions, now.cadence_rpm, at_s)
        self.wheel.turn(now.wheel_revolutions, now.cadence_rpm * GEAR, at_s)
        return now
