"""The library: words, chips and order really choose; what is chosen can be undone; all classes can be reached."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gallery import seed
from tests.gallery.window import step


@pytest.fixture
def library(stage: Any) -> Any:
    screen = stage.go("library")
    step(6)
    return screen


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def shown(screen: Any) -> list[str]:
    return [card["title"] for card in screen.ids.grid.data]


def test_a_chip_filters_and_a_second_tap_clears_it(library: Any, finger: Any) -> None:
    assert "18 classes" in words()
    finger.tap(find("Coach"))
    finger.tap(find("Ines Aragón"))
    assert "3 classes" in words()
    assert shown(library) == ["Sunset Climb", "Under Over", "Evening Tempo"]
    finger.tap(find("Ines Aragón"))
    assert "18 classes" in words()


def test_filters_narrow_each_other(library: Any, finger: Any) -> None:
    finger.tap(find("Effort"))
    finger.tap(find("Easy"))
    finger.tap(find("Length"))
    finger.tap(find("Up to 15 min"))
    assert shown(library) == ["First Ten"]


def test_a_menu_offers_only_what_exists_and_closes_beside_it(library: Any, finger: Any) -> None:
    finger.tap(find("Length"))
    offered = set(words())
    assert {"Up to 15 min", "20–30 min", "35–45 min", "60 min and more"} <= offered
    finger.tap((1000.0, 60.0))
    assert "20–30 min" not in words() and library.parent is not None
    assert "18 classes" in words()


def test_not_taken_leaves_out_what_was_ridden(stage: Any, library: Any, finger: Any) -> None:
    taken = {ride.header.class_id for ride in stage.cache.rides(seed.MARTA.id)}
    finger.tap(find("Not taken"))
    assert len(shown(library)) == sum(one.id not in taken for one in seed.catalogue())
    assert "Sunset Climb" not in shown(library)


def test_the_order_can_be_chosen(library: Any, finger: Any) -> None:
    finger.tap(find("Newest"))
    finger.tap(find("Shortest"))
    assert shown(library)[0] == "First Ten"


def test_words_typed_on_the_glass_search(library: Any, finger: Any) -> None:
    finger.tap(find("Class, coach or music"))
    step(2)
    for letter in "BEAT":
        finger.tap(find(letter if letter == "B" else letter.lower()))
    assert library.ids.search.text == "Beat" and shown(library) == ["Green Beat"]
    from tests.gallery.sight import targets

    finger.tap(next(key for key in targets() if getattr(key, "icon", "") == "check" and key.main))
    assert not library.ids.search.focused and "q" not in words()


def test_a_real_keyboard_searches_too(library: Any, finger: Any) -> None:
    from kivy.core.window import Window

    finger.tap(find("Class, coach or music"))
    for letter in "coach":
        Window.dispatch("on_textinput", letter)
    Window.dispatch("on_key_down", 8, 42, None, [])
    step(2)
    assert library.ids.search.text == "coac"
    Window.dispatch("on_key_down", 13, 40, None, [])
    assert not library.ids.search.focused


def test_nothing_found_offers_the_least_change(library: Any, finger: Any) -> None:
    library.ids.search.text = "tango"
    finger.tap(find("Coach"))
    finger.tap(find("Ines Aragón"))
    assert {"0 classes", "NOTHING MATCHES YET", "No class has “tango” with Ines Aragón."} <= set(words())
    finger.tap(find("Show 3 without the search filter"))
    assert shown(library) == ["Sunset Climb", "Under Over", "Evening Tempo"] and library.ids.search.text == ""


def test_all_classes_are_reached_by_scrolling_and_a_tap_opens_one(stage: Any, library: Any, finger: Any) -> None:
    while "Kilometre Zero" not in words() and library.ids.grid.scroll_y > 0.01:
        finger.swipe((1000.0, 80.0), (1000.0, 860.0), steps=5)
        step(4)
    assert "Kilometre Zero" in words()
    finger.tap(find("Kilometre Zero"))
    assert stage.navigation.here == "class" and "KILOMETRE ZERO" in words()


def test_scrolling_opens_nothing(stage: Any, library: Any, finger: Any) -> None:
    finger.swipe((400.0, 300.0), (400.0, 700.0))
    assert stage.navigation.here == "library"


def test_filters_are_still_there_after_looking_at_a_class(stage: Any, library: Any, finger: Any) -> None:
    finger.tap(find("Coach"))
    finger.tap(find("Dee Okoro"))
    finger.tap(find("Night Sprints"))
    stage.back()
    step(3)
    assert "3 classes" in words()


def test_a_tablet_without_classes_says_how_to_get_them(stage: Any, finger: Any) -> None:
    stage.cache.put_classes([])
    stage.cache.set_setting("sync.enrolment", None)
    stage.set_network("NOT_ENROLLED")
    stage.go("library")
    step(6)
    finger.tap(find("Enrol this tablet"))
    assert stage.navigation.here == "settings" and stage.navigation.screen.group == "network"


def test_classes_that_arrive_are_shown_by_themselves(stage: Any) -> None:
    from tests.gallery.window import step_until

    stage.cache.put_classes([])
    stage.go("library")
    step(6)
    assert "Fetching the classes" in words()
    stage.catalogue.fresh = True
    stage.navigation.refresh()
    assert "The cloud has no classes yet. They appear here by themselves." in words()
    stage.cache.put_classes(seed.catalogue())
    step_until(lambda: "18 classes" in words(), within_s=15)
    assert "New classes appear here by themselves" not in words()
    stage.cache.put_classes(seed.catalogue()[:1])
    stage.navigation.refresh()
    assert "New classes appear here by themselves" in words()


def test_every_picture_in_sight_is_painted(library: Any, finger: Any) -> None:
    from console.widgets.cover import Cover, painter
    from tests.gallery.sight import visible

    finger.swipe((1000.0, 200.0), (1000.0, 500.0))
    step(30)
    covers = [widget for widget in visible() if isinstance(widget, Cover)]
    assert len(covers) >= 8
    assert all(painter.kept(cover.visible_picture) for cover in covers)
