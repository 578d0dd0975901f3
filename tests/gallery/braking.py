"""Scenes of rides on a bike whose brake can be set."""

from __future__ import annotations

from typing import Any

from console.brake import Mode
from drivers.control import BrakeTaken
from tests.gallery.riding import draw, free_ride, ride_to
from tests.gallery.scene import Scene
from tests.gallery.staged_brake import with_brake
from tests.gallery.staged_picture import StagedPlayer

BUILD_S = 396.0  # of Sunset Climb: 0:24 of its second segment are left, at 38-44 % and zone 3


def ride_by_hand(stage: Any) -> None:
    """The brake could be set, and is not."""
    ride = ride_to(stage, BUILD_S)
    with_brake(stage, ride)
    draw(stage, ride.go(1))


def ride_menu(stage: Any) -> None:
    """The menu of a small panel has a row more."""
    ride = ride_to(stage, BUILD_S)
    with_brake(stage, ride)
    stage.navigation.screen.menu_open = True
    draw(stage, ride.go(1))


def ride_follows(stage: Any) -> None:
    """The brake follows the class, a little above it, over a bright picture."""
    ride = ride_to(stage, BUILD_S, player=StagedPlayer())
    with_brake(stage, ride)
    ride.session.brake.choose(Mode.CLASS)
    ride.go(4)
    ride.session.brake.nudge(3)
    draw(stage, ride.go(1, resistance_pct=44.0))


def ride_choosing(stage: Any) -> None:
    """The same with its menu open."""
    ride_follows(stage)
    stage.navigation.screen.touch_brake()
    stage.navigation.screen.draw(2e9)


def ride_taken(stage: Any) -> None:
    """Another program has the brake."""
    ride = ride_to(stage, BUILD_S)
    control = with_brake(stage, ride)
    ride.session.brake.choose(Mode.CLASS)
    ride.go(4)
    control.trouble = BrakeTaken("Bike")
    draw(stage, ride.go(1))


def just_ride_choosing(stage: Any) -> None:
    """A power is kept, and the menu is open."""
    ride = free_ride(stage)
    with_brake(stage, ride)
    ride.session.brake.choose(Mode.POWER)
    ride.session.brake.nudge(16)
    ride.go(4)
    stage.navigation.screen.touch_brake()
    draw(stage, ride.go(1, power_w=181.0))


def just_ride_keeps(stage: Any) -> None:
    """A power is kept."""
    just_ride_choosing(stage)
    stage.navigation.screen.touch_brake()
    stage.navigation.screen.draw(2e9)


def just_ride_slow_legs(stage: Any) -> None:
    """A power is let go, for the legs are too slow for it."""
    ride = free_ride(stage)
    with_brake(stage, ride)
    ride.session.brake.choose(Mode.POWER)
    ride.go(4)
    draw(stage, ride.go(1, cadence_rpm=34.0, power_w=62.0))


def just_ride_no_cadence(stage: Any) -> None:
    """A power is not kept, for nobody knows how fast the legs turn."""
    ride = free_ride(stage)
    with_brake(stage, ride)
    ride.session.brake.choose(Mode.POWER)
    draw(stage, ride.go(5, cadence_rpm=None))


SCENES = [
    Scene("brake-by-hand", ride_by_hand),
    Scene("brake-menu", ride_menu),
    Scene("brake-follows", ride_follows),
    Scene("brake-choosing", ride_choosing),
    Scene("brake-taken", ride_taken),
    Scene("brake-power", just_ride_keeps),
    Scene("brake-power-choosing", just_ride_choosing),
    Scene("brake-slow-legs", just_ride_slow_legs),
    Scene("brake-no-cadence", just_ride_no_cadence),
]
