"""Live classes on the screens: what is on, the door into it, its lobby, and how late its picture is."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

from console.live.live_words import start_time
from console.player import PlayerState
from tests.gallery import seed
from tests.gallery.live import MINUTE_S, service_live
from tests.gallery.staged_live import StagedLivePlayer, ride_live, schedule
from tests.gallery.window import step, step_until


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def let_pass(stage: Any, seconds: float) -> None:
    """The cloud's clock goes on, and the screen looks at it."""
    stage.cloud_clock = SimpleNamespace(now=lambda: time.time() + seconds)
    stage.navigation.screen.draw(time.monotonic() + seconds)
    step(2)


def test_home_shows_what_is_on_and_what_comes_and_leads_to_it(stage: Any, finger: Any, size: Any) -> None:
    live = schedule(stage, -4 * MINUTE_S, 5 * MINUTE_S)
    stage.go("home")
    step(4)
    begins = live[1].live
    assert begins is not None
    stage.catalogue.here[live[0].id] = 318
    let_pass(stage, 1)
    assert "LIVE · 318" in words()
    stage.catalogue.here.clear()
    let_pass(stage, 3)
    assert {"Live", "LIVE", start_time(begins.starts_at, time.time())} <= set(words())
    assert "Latest rides" not in words() and "Continue" in words()
    finger.tap(find("LIVE"))
    assert stage.navigation.here == "class" and stage.navigation.screen.class_id == live[0].id
    step(20)
    finger.tap(find("Join"))
    assert stage.done == [("start_class", live[0].id, 0)]


def test_see_all_leads_to_the_schedule_by_start_and_the_chip_back_to_all_classes(
    stage: Any, finger: Any, size: Any
) -> None:
    live = schedule(stage, 70 * MINUTE_S, -4 * MINUTE_S, 26 * 60 * MINUTE_S)
    stage.go("home")
    step(4)
    finger.tap(find("See all"))
    step(4)
    grid = stage.navigation.screen.ids.grid
    assert [row["class_id"] for row in grid.data] == [live[1].id, live[0].id, live[2].id]
    assert {"LIVE", "3 classes", "Earliest"} <= set(words()) and "Not taken" not in words()
    stage.catalogue.here[live[1].id] = 2
    let_pass(stage, 1)
    finger.tap(find("LIVE · 2"))
    step(4)
    assert "2 riders here" in words()
    assert stage.navigation.screen.class_id == live[1].id
    stage.navigation.back()
    step(4)
    assert "3 classes" in words(), "the schedule is still what is looked at"
    finger.tap(find("Live"))
    step(4)
    assert len(grid.data) == len(seed.catalogue()) and "Newest" in words()


def test_a_schedule_that_has_run_out_says_so_and_leads_back(stage: Any, finger: Any) -> None:
    stage.go("library")
    stage.navigation.screen.show_schedule()
    step(4)
    finger.tap(find("Show all classes"))
    step(4)
    assert "Live" not in words() and stage.navigation.screen.ids.grid.data


def test_without_live_classes_home_is_as_ever(stage: Any) -> None:
    stage.go("home")
    step(3)
    assert "Live" not in words() and "Latest rides" in words()


def test_who_left_nothing_off_is_offered_what_is_live(stage: Any, finger: Any) -> None:
    stage.rider = seed.NEW
    live = schedule(stage, -4 * MINUTE_S)
    stage.go("home")
    step(3)
    assert any(line.startswith("Live since ") for line in words())
    finger.tap(find("Join"))
    assert stage.done == [("start_class", live[0].id, 0)]


def test_a_live_class_is_not_offered_on_demand_before_it_is_recorded(stage: Any) -> None:
    live = schedule(stage, 40 * MINUTE_S)[0]
    stage.rider = seed.NEW
    screen = stage.go("home")
    step(3)
    assert live.id not in [getattr(card, "class_id", "") for card in screen.ids.classes.children]
    stage.go("library")
    step(3)
    assert f"{len(seed.catalogue())} classes" in words()


def test_home_follows_the_clock(stage: Any) -> None:
    schedule(stage, 5 * MINUTE_S)
    stage.go("home")
    step(3)
    assert "LIVE" not in words()
    let_pass(stage, 6 * MINUTE_S)
    step_until(lambda: "LIVE" in words(), within_s=15)
    let_pass(stage, 60 * MINUTE_S)
    step_until(lambda: "Live" not in words(), within_s=15)


def test_the_door_of_a_class_opens_with_its_lobby(stage: Any, finger: Any, size: Any) -> None:
    live = schedule(stage, 11 * MINUTE_S)[0]
    assert live.live is not None
    stage.go("class", class_id=live.id)
    step(20)
    shut = f"Starts at {start_time(live.live.starts_at, time.time())}"
    finger.tap(find(shut))
    assert stage.done == []
    let_pass(stage, 2 * MINUTE_S)
    finger.tap(find("Join the lobby"))
    assert stage.done == [("start_class", live.id, 0)]
    let_pass(stage, 12 * MINUTE_S)
    assert "Join" in words()
    let_pass(stage, 60 * MINUTE_S)
    assert "It is over; the recording comes soon" in words()


def test_the_lobby_counts_down_to_the_class(stage: Any, see: Any) -> None:
    ride = ride_live(stage, -20.0).go(3)
    said = see(ride)
    assert "The class begins soon" in said and any(line.startswith("then Warm up") for line in said)
    assert not ride.session.points
    said = see(ride.go(18))
    assert "Warm up" in said and "The class begins soon" not in said


def test_in_the_lobby_nobody_misses_the_picture(stage: Any, see: Any) -> None:
    player = StagedLivePlayer()
    player.state = PlayerState.BROKEN
    ride = ride_live(stage, -10.0, player).go(3)
    assert not [line for line in see(ride) if "picture" in line.lower()]
    assert [line for line in see(ride.go(12)) if "picture" in line.lower()]


def test_who_comes_late_counts_the_own_time(stage: Any, see: Any) -> None:
    ride = ride_live(stage, 600.0, StagedLivePlayer()).go(60)
    points = ride.session.points
    assert 58 <= len(points) <= 60 and points[0].second == 0
    assert points[-1].class_s is not None and abs(points[-1].class_s - 659.6) < 1.5
    assert {"0:59", "1:00"} & see(ride)


def test_the_service_screen_tells_way_and_delay(stage: Any) -> None:
    service_live(stage)
    assert any("Picture: SRT, 0.4 s behind" in line for line in words())
