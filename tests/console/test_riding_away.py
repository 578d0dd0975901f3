"""Away from a ride that goes on: wherever the rider goes, one tap leads back, and no tap loses it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gallery.window import step


@pytest.fixture
def ride(stage: Any, see: Any) -> Any:
    """A free ride of 20 s, left for the sensors as by the toast's button."""
    from tests.gallery.staged_ride import StagedRide

    ride = StagedRide(stage, None)
    stage.go("just-ride")
    ride.go(20)
    see(ride)
    stage.go("sensors")
    see(ride)
    return ride


def target(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def test_the_foot_of_the_rail_leads_back_from_everywhere(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    from tests.gallery.sight import texts

    for place in ("Sensors", "Classes", "History", "Settings", "Home"):
        stage.go("sensors")
        step(2)
        finger.tap(target(place))
        step(2)
        assert "Just ride" not in {label.text for label in texts(stage.navigation.rail)}
        finger.tap(next(label for label in texts(stage.navigation.rail) if label.text == "Back to the ride"))
        assert stage.navigation.here == "just-ride" and "0:20" in see(ride)
    assert stage.session is ride.session and not stage.done


def test_home_offers_the_ride_that_is_on(stage: Any, finger: Any, ride: Any) -> None:
    stage.go("home")
    step(3)
    assert {"Your ride is on", "JUST RIDE"} <= set(words())
    hero = stage.navigation.screen.ids.hero
    from tests.gallery.sight import find

    finger.tap(find("Back to the ride", hero))
    assert stage.navigation.here == "just-ride"


def test_nobody_else_can_begin_to_ride_meanwhile(stage: Any, finger: Any, ride: Any) -> None:
    finger.tap(target("MK"))
    assert stage.navigation.here == "just-ride", "the sign of the rider leads back, not to the riders"
    stage.go("settings", group="rider")
    step(3)
    assert "Threshold power" in words() and "Remove this rider" not in words()


def test_after_the_ride_the_foot_begins_another(stage: Any, finger: Any, ride: Any) -> None:
    stage.session = None
    stage.go("home")
    step(3)
    finger.tap(target("Just ride"))
    assert stage.done == [("start_just_ride",)]
