"""Home: what it offers first, and that each offer does what it says."""

from __future__ import annotations

from typing import Any

from tests.gallery import seed
from tests.gallery.window import step, step_until


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def test_a_class_left_off_is_offered_first_and_continues_where_it_ended(stage: Any, finger: Any) -> None:
    stage.go("home")
    step(3)
    assert "DISCO SPRINTS" in words() and any(line.startswith("Left off at 17:20") for line in words())
    finger.tap(find("Continue"))
    assert stage.done == [("start_class", "disco-sprints", 1040.0)]


def test_starting_over_starts_at_the_beginning(stage: Any, finger: Any) -> None:
    stage.go("home")
    step(3)
    finger.tap(find("Start over"))
    assert stage.done == [("start_class", "disco-sprints", 0)]


def test_a_new_rider_is_offered_a_gentle_first_ride_and_asked_for_a_goal(stage: Any, finger: Any) -> None:
    stage.rider = seed.NEW
    stage.go("home")
    step(3)
    assert {"A first ride", "FIRST TEN", "Set a goal"} <= set(words())
    assert "Latest rides" not in words()
    finger.tap(find("This week"))
    assert stage.navigation.here == "settings" and stage.navigation.screen.group == "rider"


def test_without_any_class_there_is_just_ride(stage: Any, finger: Any) -> None:
    stage.rider = seed.NEW
    stage.cache.put_classes([])
    stage.go("home")
    step(3)
    assert "JUST RIDE" in words()
    finger.tap(find("Start"))
    assert stage.done == [("start_just_ride",)]


def test_home_says_what_is_known_of_classes_to_come(stage: Any) -> None:
    stage.cache.put_classes([])
    stage.go("home")
    step(3)
    assert "Fetching the classes" in words()
    stage.catalogue.fresh = True
    stage.navigation.refresh()
    assert "The cloud has no classes yet. They appear here by themselves." in words()
    stage.cache.put_classes(seed.catalogue()[:2])
    stage.navigation.refresh()
    step(3)
    assert {"For you", "New ones appear here by themselves"} <= set(words())
    stage.cache.put_classes(seed.catalogue())
    stage.navigation.refresh()
    step(3)
    assert "New ones appear here by themselves" not in words()


def test_without_the_network_home_says_so_and_leads_to_its_settings(stage: Any, finger: Any) -> None:
    stage.set_network("OFFLINE", waiting=2)
    stage.go("home")
    step(3)
    assert {"Offline", "2 rides waiting", "By plan, without the picture", "Needs network"} <= set(words())
    finger.tap(find("Network settings"))
    assert stage.navigation.here == "settings" and stage.navigation.screen.group == "network"


def test_a_refused_token_is_no_lost_network(stage: Any, finger: Any) -> None:
    stage.set_network("REFUSED", waiting=1)
    stage.go("home")
    step(3)
    assert any(said.startswith("The cloud refuses this tablet.") for said in words())
    assert not any(said.startswith("No network") for said in words())
    finger.tap(find("Enrol again"))
    assert stage.navigation.here == "settings" and stage.navigation.screen.group == "network"


def test_a_start_tells_of_no_trouble_before_the_cloud_was_asked(stage: Any) -> None:
    stage.set_network("CONNECTING")
    stage.go("home")
    step(3)
    assert {"Connecting", "For you"} <= set(words()) and "Needs network" not in words()


def test_the_week_shows_what_was_ridden_against_the_goal(stage: Any) -> None:
    from console.diary import week_of

    stage.go("home")
    step(3)
    import datetime

    rides = stage.cache.rides(seed.MARTA.id)
    this = week_of(rides, datetime.date.today())
    assert str(this.sums.rides) in words() and "of 4 rides" in words()
    assert sum(bool(share) for share in stage.navigation.screen.ids.week.shares) == sum(kj > 0 for kj in this.days_kj)


def test_a_suggested_class_opens_and_back_returns(stage: Any, finger: Any) -> None:
    stage.go("home")
    step(3)
    finger.tap(find("Blue Hour"))
    assert stage.navigation.here == "class" and "BLUE HOUR" in words()
    step(20)
    from tests.gallery.sight import targets

    finger.tap(next(target for target in targets() if getattr(target, "icon", "") == "arrow-left"))
    assert stage.navigation.here == "home"


def test_the_rail_leads_everywhere_and_lights_where_the_rider_is(stage: Any, finger: Any) -> None:
    stage.go("home")
    step(3)
    for words_on_rail, place in (("Classes", "library"), ("History", "history"), ("Settings", "settings")):
        finger.tap(find(words_on_rail))
        assert stage.navigation.here == place
        lit = [item.place for item in stage.navigation.rail.ids.places.children if item.here]
        assert lit == [place]
    finger.tap(find("Just ride"))
    assert stage.done == [("start_just_ride",)]


def test_the_status_bar_changes_while_one_looks_at_it(stage: Any) -> None:
    stage.go("home")
    step(3)
    assert "Online" in words()
    stage.set_network("REFUSED", waiting=1)
    step_until(lambda: {"Refused", "1 ride waiting"} <= set(words()), within_s=15)


def test_the_signs_of_the_status_bar_lead_to_what_mends_them(stage: Any, finger: Any) -> None:
    stage.go("home")
    step(3)
    finger.tap(find("Synced"))
    assert stage.navigation.here == "settings" and stage.navigation.screen.group == "sync"
    finger.tap(find("MK"))
    assert stage.navigation.here == "profiles"


def test_another_size_of_panel_lays_home_out_anew(stage: Any) -> None:
    from tests.gallery.window import resize

    stage.go("home")
    step(3)
    assert "Latest rides" in words()
    resize(1280, 800)
    step_until(lambda: "Latest rides" not in words(), within_s=15)
    resize(1600, 900)
    step_until(lambda: "Latest rides" in words(), within_s=15)


def test_home_at_rest_draws_nothing(stage: Any) -> None:
    from kivy.core.window import Window

    stage.go("home")
    step(30)
    step_until(lambda: stage.navigation.screen.opacity == 1)
    drawn: list[int] = []
    Window.bind(on_draw=lambda _window: drawn.append(1))
    for _ in range(30):
        step()
    assert len(drawn) <= 1, "a screen at rest is drawn again and again"
