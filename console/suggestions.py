"""Which classes to suggest to a rider, and why. No Kivy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median

from sync.records import FitnessClass
from sync.ride_table import RideSummary

FIRST_RIDE_S = 600


def taken_ids(rides: Iterable[RideSummary]) -> set[str]:
    """The classes that occur in some rides (RideSummaries)."""
    return {ride.header.class_id for ride in rides if ride.header.class_id}


def for_you(classes: Sequence[FitnessClass], rides: Sequence[RideSummary]) -> list[FitnessClass]:
    """All classes, the likeliest first: not taken before taken, then about as long as the rider's usual class,
    then the newest."""
    taken = taken_ids(rides)
    lengths = {one.id: one.duration_s for one in classes}
    ridden = [lengths[ride.header.class_id] for ride in rides if ride.header.class_id in lengths]
    usual = median(ridden) if ridden else 0

    def likelihood(one: FitnessClass) -> tuple[bool, int, float]:
        return one.id in taken, round(abs(one.duration_s - usual) / 300) if usual else 0, -one.published_at

    return sorted(classes, key=likelihood)


def first_ride(classes: Iterable[FitnessClass]) -> FitnessClass | None:
    """The gentlest class nearest to ten minutes, for someone who has never ridden."""
    return min(classes, key=lambda one: (one.effort, abs(one.duration_s - FIRST_RIDE_S)), default=None)
