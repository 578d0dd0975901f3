"""Scenes of live classes."""

from __future__ import annotations

from typing import Any

from sync.records import Board, Standings, StandingsRow
from tests.gallery import seed
from tests.gallery.riding import draw
from tests.gallery.scene import Scene
from tests.gallery.staged_live import StagedLivePlayer, ride_live, schedule
from tests.gallery.staged_ride import BIKE
from tests.gallery.window import step

MINUTE_S = 60.0


def home_live(stage: Any) -> None:
    """One is on, others come."""
    live = schedule(stage, -4 * MINUTE_S, 6 * MINUTE_S, 40 * MINUTE_S, 70 * MINUTE_S)
    stage.catalogue.here[live[0].id] = 318
    stage.go("home")


def home_live_first(stage: Any) -> None:
    """A rider who left nothing off: what is on is the one thing to do."""
    stage.rider = seed.NEW
    schedule(stage, -4 * MINUTE_S, 6 * MINUTE_S)
    stage.go("home")


def library_live(stage: Any) -> None:
    """The schedule, from home's row of live classes."""
    live = schedule(stage, -4 * MINUTE_S, 6 * MINUTE_S, 40 * MINUTE_S, 70 * MINUTE_S, 26 * 60 * MINUTE_S)
    stage.catalogue.here[live[0].id] = 318
    stage.go("library")
    stage.navigation.screen.show_schedule()


def library_beside_live(stage: Any) -> None:
    """What is on demand, while live classes are to come."""
    schedule(stage, -4 * MINUTE_S)
    stage.go("library")


def library_none_live(stage: Any) -> None:
    """None is scheduled any more."""
    stage.go("library")
    stage.navigation.screen.show_schedule()


def class_on(stage: Any) -> None:
    """A class that has begun."""
    one = schedule(stage, -4 * MINUTE_S)[0]
    stage.catalogue.here[one.id] = 318
    stage.go("class", class_id=one.id)


def class_lobby(stage: Any) -> None:
    """Its lobby is open."""
    stage.go("class", class_id=schedule(stage, 4 * MINUTE_S)[0].id)


def class_to_come(stage: Any) -> None:
    """It begins later."""
    stage.go("class", class_id=schedule(stage, 40 * MINUTE_S)[0].id)


def ride_lobby(stage: Any) -> None:
    """Four minutes before the class, two others are there."""
    ride = ride_live(stage, -246.0).go(3)
    rows = (StandingsRow(1, "alp_anna", 0.0), StandingsRow(1, "Marta", 0.0, True), StandingsRow(1, "tempo_tom", 0.0))
    header, board = ride.session.header, Board(3, 1, rows)
    ride.session.take_standings(Standings(header.class_id or "", header.id, 0.0, 0.0, board, Board(0, None, ())))
    draw(stage, ride)


def ride_joined_late(stage: Any) -> None:
    """Ten minutes into a class that was joined a minute ago."""
    ride = ride_live(stage, 600.0, StagedLivePlayer()).go(60)
    draw(stage, ride.stand())


def service_live(stage: Any) -> None:
    """A technician looks while a live class is ridden."""
    ride = ride_live(stage, 600.0, StagedLivePlayer()).go(20)
    stage.go("service", url=BIKE)
    stage.navigation.screen.draw(ride.now_s + 0.3)
    step(4)


SCENES = [
    Scene("live-home", home_live),
    Scene("live-home-first", home_live_first),
    Scene("live-library", library_live),
    Scene("live-library-beside", library_beside_live),
    Scene("live-library-none", library_none_live),
    Scene("live-class", class_on),
    Scene("live-class-lobby", class_lobby),
    Scene("live-class-to-come", class_to_come),
    Scene("live-lobby", ride_lobby),
    Scene("live-joined-late", ride_joined_late),
    Scene("live-service", service_live),
]
