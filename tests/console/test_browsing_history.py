"""History: the month, the trend and the list tell the same rides."""

from __future__ import annotations

import datetime
from typing import Any

from tests.gallery import seed
from tests.gallery.window import step


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def test_the_month_comes_to_what_was_ridden_in_it(stage: Any) -> None:
    stage.go("history")
    step(4)
    today = datetime.date.today()
    mine = [
        ride
        for ride in stage.cache.rides(seed.MARTA.id)
        if datetime.date.fromtimestamp(ride.header.started_at).replace(day=1) == today.replace(day=1)
    ]
    assert str(len(mine)) in words()
    assert f"{round(sum(ride.totals.kj for ride in mine)):,}" in words()
    assert any(line.endswith("weeks in a row") for line in words())


def test_a_tap_on_a_day_shows_its_rides_and_another_shows_all(stage: Any, finger: Any) -> None:
    screen = stage.go("history")
    screen.turn_month(-1)
    step(4)
    grid = screen.ids.month
    day, all_rides = max(grid.kj), len(screen.ids.rides.data)
    finger.tap(grid.to_window(*grid.centre_of(day)))
    assert 1 <= len(screen.ids.rides.data) < 4
    finger.tap(grid.to_window(*grid.centre_of(day)))
    assert len(screen.ids.rides.data) == all_rides


def test_a_day_without_rides_does_nothing(stage: Any, finger: Any) -> None:
    screen = stage.go("history")
    screen.turn_month(-1)
    step(4)
    grid = screen.ids.month
    free = next(day for day in range(1, 29) if day not in grid.kj)
    before = list(screen.ids.rides.data)
    finger.tap(grid.to_window(*grid.centre_of(free)))
    assert screen.ids.rides.data == before and grid.chosen == 0


def test_months_can_be_turned_only_to_where_rides_are(stage: Any, finger: Any) -> None:
    screen = stage.go("history")
    step(4)
    now = datetime.date.today().strftime("%B")
    assert now in words() and not screen.later and screen.earlier
    screen.turn_month(-1)
    step(3)
    assert now not in words() and screen.later
    for _ in range(12):
        if screen.earlier:
            screen.turn_month(-1)
    assert not screen.earlier


def test_waiting_and_best_rides_are_marked(stage: Any) -> None:
    stage.go("history")
    step(6)
    assert {"Best", "Waiting", "Tempo Blocks", "Just ride"} <= set(words())


def test_miles_are_shown_to_those_who_want_them(stage: Any) -> None:
    stage.go("history")
    step(4)
    assert "km" in words()
    stage.settings.units = "imperial"
    stage.go("history")
    step(4)
    assert "mi" in words() and "km" not in words()


def test_no_rides_yet_leads_to_the_first(stage: Any, finger: Any) -> None:
    stage.rider = seed.NEW
    stage.go("history")
    step(4)
    assert {"NO RIDES YET", "Your first ride will be here."} <= set(words())
    from tests.gallery.sight import targets

    button = next(target for target in targets() if getattr(target, "kind", "") == "main")
    finger.tap(button)
    assert stage.done == [("start_just_ride",)]
