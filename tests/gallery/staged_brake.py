"""A brake for pictures: it does what it is told at once."""

from __future__ import annotations

from typing import Any

from console.brake import RideBrake
from drivers.control import Goal
from drivers.errors import DriverError
from drivers.ftms import Range
from tests.gallery.staged_ride import StagedRide

RANGES = {"resistance_pct": Range(0, 100, 1), "power_w": Range(25, 800, 1)}


class StagedControl:
    """As :class:`drivers.control.Control`, with no bike behind it."""

    def __init__(self, *metrics: str) -> None:
        self.name, self.metrics = "Bike", frozenset(metrics or RANGES)
        self.goal: Goal | None = None
        self.trouble: DriverError | None = None

    def limits(self, metric: str) -> Range:
        """What a goal may be."""
        return RANGES[metric]

    def keep(self, metric: str, value: float) -> None:
        """Keep a goal."""
        self.goal = Goal(metric, value)

    turned = keep

    def let_go(self) -> None:
        """Keep nothing."""
        self.goal = None


def with_brake(stage: Any, ride: StagedRide, *metrics: str) -> StagedControl:
    """Give the ride's bike a brake that can be set; returns it."""
    control: Any = StagedControl(*metrics)
    one = ride.session.fitness_class
    segments = one.segments if one is not None else ()
    threshold_w = stage.rider.ftp_w if stage.rider else 200.0
    brake = RideBrake(lambda: control, stage.settings, threshold_w=threshold_w, segments=segments)
    ride.session.brake = brake
    stage.navigation.screen.show()
    staged: StagedControl = control
    return staged
