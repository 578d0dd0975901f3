"""Who is riding: picking, the PIN and its lock, new riders, the guest."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from typing import Any

import pytest

from console.pin import hash_pin
from sync.riders import Rider
from tests.gallery import seed
from tests.gallery.window import step, step_until


@pytest.fixture
def picker(stage: Any) -> Any:
    stage.cache.save_rider(replace(seed.MARTA, pin_hash=hash_pin("1234")))
    stage.rider = None
    screen = stage.go("profiles")
    step(4)
    return screen


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def type_pin(finger: Any, digits: str) -> None:
    for digit in digits:
        finger.tap(find(digit))


def waiting_s() -> int | None:
    """The seconds of waiting that are shown, if any are."""
    told = [re.fullmatch(r"Three wrong tries\. Wait (\d+) s\.", line) for line in words()]
    return next((int(match[1]) for match in told if match), None)


def test_a_rider_without_a_pin_rides_after_one_tap(stage: Any, picker: Any, finger: Any) -> None:
    finger.tap(find("Jonas"))
    assert stage.rider == seed.JONAS and stage.navigation.here == "home"


def test_the_right_pin_opens(stage: Any, picker: Any, finger: Any) -> None:
    finger.tap(find("Marta"))
    step(2)
    assert "PIN for Marta" in words() and stage.rider is None
    type_pin(finger, "1234")
    assert stage.rider is not None and stage.rider.id == seed.MARTA.id


def test_a_wrong_pin_does_not_and_can_be_taken_back(stage: Any, picker: Any, finger: Any) -> None:
    finger.tap(find("Marta"))
    type_pin(finger, "12")
    assert picker.ids.panel.children[0].ids.pad.typed == "12"
    from tests.gallery.sight import targets

    finger.tap(next(key for key in targets() if getattr(key, "icon", "") == "backspace"))
    type_pin(finger, "999")
    assert stage.rider is None and "Wrong PIN. 2 more tries." in words()
    type_pin(finger, "1234")
    assert stage.rider is not None


def test_three_wrong_tries_wait_and_show_the_seconds(stage: Any, picker: Any, finger: Any) -> None:
    finger.tap(find("Marta"))
    for _ in range(3):
        type_pin(finger, "9999")
    first = waiting_s()
    assert first is not None and 20 <= first <= 30
    type_pin(finger, "1234")
    assert stage.rider is None, "the right PIN was taken during the wait"
    step_until(lambda: (waiting_s() or 99) < first, within_s=10)


def test_the_wait_outlives_a_restart_and_ends(stage: Any, picker: Any, finger: Any) -> None:
    stage.cache.set_setting(f"console.pin.{seed.MARTA.id}", [0, time.time() + 3])
    finger.tap(find("Marta"))
    assert waiting_s() is not None
    step_until(lambda: waiting_s() is None, within_s=10)
    type_pin(finger, "1234")
    assert stage.rider is not None


def test_real_keys_type_a_pin_too(stage: Any, picker: Any, finger: Any) -> None:
    from kivy.core.window import Window

    finger.tap(find("Marta"))
    for digit in "1234":
        Window.dispatch("on_key_down", ord(digit), 0, digit, [])
    assert stage.rider is not None


def test_a_new_rider_needs_a_name(stage: Any, picker: Any, finger: Any) -> None:
    finger.tap(find("Add rider"))
    step(2)
    field = picker.ids.panel.children[0].ids.name
    picker.ids.panel.children[0].add()
    assert len(stage.cache.riders()) == 5
    for letter in "Bo":
        field.write(letter)
    step(2)
    picker.ids.panel.children[0].add()
    assert stage.rider.name == "Bo" and stage.cache.riders()[-1].name == "Bo"
    assert stage.navigation.here == "home" and not field.focused


def test_there_is_room_for_eight(stage: Any) -> None:
    for n in range(3):
        stage.cache.save_rider(Rider(f"{n}" * 32, f"Rider {n}", n, created_at=9.0 + n))
    stage.go("profiles")
    step(4)
    assert "Add rider" not in words() and "Guest" in words()


def test_the_guest_rides_at_once(stage: Any, picker: Any, finger: Any) -> None:
    finger.tap(find("Guest"))
    assert stage.rider.is_guest and stage.navigation.here == "home"
