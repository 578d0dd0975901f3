"""A number between two pictures is drawn alone, and nothing else is lost by it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gallery.window import part, step


def pixels(widget: Any) -> bytes:
    """What the window shows where a widget is."""
    from kivy.graphics.opengl import GL_RGBA, GL_UNSIGNED_BYTE, glReadPixels

    x, y = widget.to_window(*widget.pos)
    return bytes(glReadPixels(int(x), int(y), int(widget.width), int(widget.height), GL_RGBA, GL_UNSIGNED_BYTE))


@pytest.fixture
def ride(stage: Any) -> Any:
    """A class with a picture that has just been drawn."""
    from tests.gallery.riding import ride_to
    from tests.gallery.staged_picture import StagedPlayer

    ride = ride_to(stage, 40.0, player=StagedPlayer())
    assert stage.patches.able, "tests draw by software"
    ride.session.player.show(180)
    step()
    stage.navigation.screen.draw(ride.screen_s + 0.1)
    step()
    return ride


def test_a_number_between_two_pictures_is_on_the_screen_and_nothing_else_is_touched(stage: Any, ride: Any) -> None:
    card, title = part(stage, "cadence"), part(stage, "title")
    number, words = pixels(card), pixels(title)
    ride.go(0.3, cadence_rpm=77.0)
    title.title = "Another Name"
    stage.navigation.screen.draw(ride.screen_s + 0.12)
    step()
    assert pixels(card) != number
    assert pixels(title) == words, "drawn with the next picture"
    ride.session.player.show(180)
    step()
    assert pixels(title) != words


def test_what_changed_beside_a_number_is_drawn_soon_even_if_no_picture_comes(stage: Any, ride: Any) -> None:
    title = part(stage, "title")
    words = pixels(title)
    ride.go(0.3, cadence_rpm=77.0)
    title.title = "Another Name"
    stage.navigation.screen.draw(ride.screen_s + 0.12)
    step()
    stage.navigation.screen.draw(ride.screen_s + 0.2)
    step()
    assert pixels(title) != words


def test_a_frame_with_a_picture_is_whole(stage: Any, ride: Any) -> None:
    title = part(stage, "title")
    words = pixels(title)
    ride.go(0.3, cadence_rpm=77.0)
    title.title = "Another Name"
    stage.navigation.screen.draw(ride.screen_s + 0.12)
    ride.session.player.show(180)  # comes in the same turn
    step()
    assert pixels(title) != words


def test_with_a_graphics_chip_every_frame_is_whole(stage: Any, ride: Any) -> None:
    title = part(stage, "title")
    words = pixels(title)
    stage.patches.able = False
    try:
        ride.go(0.3, cadence_rpm=77.0)
        title.title = "Another Name"
        stage.navigation.screen.draw(ride.screen_s + 0.12)
        step()
    finally:
        stage.patches.able = True
    assert pixels(title) != words


def test_another_screen_is_drawn_whole_also_after_a_number_in_the_same_turn(stage: Any, ride: Any) -> None:
    status = stage.navigation.status
    words = pixels(status)
    ride.go(0.3, cadence_rpm=77.0)
    stage.navigation.screen.draw(ride.screen_s + 0.12)
    stage.go("home")
    step()
    assert pixels(status) != words, "far from the numbers"
