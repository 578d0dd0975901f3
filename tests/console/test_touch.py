"""What counts as a tap."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def button(stage: Any) -> Any:
    from console.widgets.button import PushButton
    from tests.gallery.window import step

    taps: list[int] = []
    button = PushButton(text="Start", pos=(400, 400))
    button.bind(on_tap=lambda _button: taps.append(1))
    button.taps = taps
    stage.show(button)
    step(4)
    yield button
    stage.show(stage.navigation)


@pytest.mark.parametrize(("past", "counts"), [(-4, True), (11, True), (14, False)])
def test_a_finger_may_slide_twelve_pixels_past_the_edge(button: Any, finger: Any, past: int, counts: bool) -> None:
    touch = finger.press(button)
    assert button.pressed
    finger.slide(touch, button.right + past, button.center_y)
    finger.lift(touch)
    assert bool(button.taps) is counts and not button.pressed


def test_sliding_away_and_back_counts(button: Any, finger: Any) -> None:
    touch = finger.press(button)
    finger.slide(touch, button.right + 200, button.center_y)
    assert not button.pressed
    finger.slide(touch, *button.center)
    finger.lift(touch)
    assert button.taps


def test_nothing_happens_before_the_finger_leaves(button: Any, finger: Any) -> None:
    touch = finger.press(button)
    assert not button.taps
    finger.lift(touch)
    assert len(button.taps) == 1


@pytest.mark.parametrize("state", ["disabled", "busy"])
def test_off_and_busy_buttons_take_no_taps(button: Any, finger: Any, state: str) -> None:
    setattr(button, state, True)
    finger.tap(button)
    assert not button.taps


def test_a_button_without_words_is_not_there(button: Any, finger: Any) -> None:
    x, y = button.center
    button.text = ""
    finger.tap((x, y))
    assert not button.taps and button.opacity == 0


def test_small_targets_reach_out_to_64_pixels(stage: Any, finger: Any) -> None:
    from console.widgets.badge import Avatar
    from tests.gallery.window import step

    taps: list[int] = []
    avatar = Avatar(text="MK", px=30, pos=(600, 500))
    avatar.bind(on_tap=lambda _avatar: taps.append(1))
    stage.show(avatar)
    step(3)
    finger.tap((avatar.center_x + 30, avatar.center_y - 30))
    finger.tap((avatar.center_x + 34, avatar.center_y))
    stage.show(stage.navigation)
    assert len(taps) == 1
