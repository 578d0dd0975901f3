"""An old ride keeps the zones in which it was ridden."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.threshold import change, forget, threshold_w
from tests.gallery import seed
from tests.gallery.window import part, step

DAY = 86_400.0


class Store(dict[str, Any]):
    """A cache as far as settings go."""

    def setting(self, key: str, default: Any = None) -> Any:
        return self.get(key, default)

    def set_setting(self, key: str, value: Any) -> None:
        self[key] = value


def test_each_day_has_the_threshold_that_was_in_force() -> None:
    store, rider, now = Store(), seed.MARTA, 100 * DAY
    assert threshold_w(store, rider, now) == rider.ftp_w == 210.0
    change(store, rider, 230.0, now)
    rider = replace(rider, ftp_w=230.0)
    change(store, rider, 250.0, now + 30 * DAY)
    rider = replace(rider, ftp_w=250.0)
    days = (-50, 1, 29, 31)
    assert [threshold_w(store, rider, now + day * DAY) for day in days] == [210.0, 230.0, 230.0, 250.0]
    forget(store, rider.id)
    assert threshold_w(store, rider, now) == 250.0
    assert threshold_w(store, None, now) == 200.0


def test_values_tried_in_a_row_are_one_change() -> None:
    store, rider, now = Store(), seed.MARTA, 100 * DAY
    for taps in range(1, 4):
        change(store, replace(rider, ftp_w=210.0 + 5 * (taps - 1)), 210.0 + 5 * taps, now + taps)
    assert threshold_w(store, rider, now - 1) == 210.0 and threshold_w(store, rider, now + 9) == 225.0
    assert threshold_w(store, rider, now + 2) == 210.0, "values that were passed on the way were never in force"


def zones(stage: Any) -> list[str]:
    """The times in the seven zones, as they are written."""
    return [time.text for time in part(stage, "zones")._times]


def test_the_summary_of_an_old_ride_stays_as_it_was(stage: Any) -> None:
    from tests.gallery.riding import ridden, summarise

    ride_id = ridden(stage)
    summarise(stage, ride_id)
    before = zones(stage)
    screen = stage.go("settings", group="rider")
    step(4)
    stepper = next(one for one in screen.walk() if type(one).__name__ == "Stepper" and one.unit == "W")
    for _tap in range(6):
        stepper.move(1)
    assert stage.rider.ftp_w == 240.0
    summarise(stage, ride_id)
    assert zones(stage) == before
    stage.cache.set_setting(f"console.threshold.{seed.MARTA.id}", None)
    summarise(stage, ride_id)
    assert zones(stage) != before, "the old zones were kept by the rider's changes, not by chance"
