"""Settings: every switch is kept at once and has its effect."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from console.settings import Settings
from tests.gallery import seed
from tests.gallery.window import step, step_until


def find(words: str) -> Any:
    from tests.gallery.sight import find

    return find(words)


def words() -> list[str]:
    from tests.gallery.sight import words

    return words()


def control(name: str) -> Any:
    """What changes the setting called ``name``."""
    row = find(name)
    while not hasattr(row, "meaning"):
        row = row.parent
    return row.children[0]


@pytest.mark.parametrize(
    ("group", "words_on_row", "name"),
    [
        ("ride", "Pause by itself", "auto_pause"),
        ("ride", "Leaderboard", "leaderboard"),
        ("ride", "Your best", "own_best"),
        ("seeing", "Less motion", "less_motion"),
        ("seeing", "Captions", "captions"),
    ],
)
def test_a_switch_is_kept_the_moment_it_is_turned(
    stage: Any, finger: Any, group: str, words_on_row: str, name: str
) -> None:
    stage.go("settings", group=group)
    step(4)
    before = getattr(stage.settings, name)
    finger.tap(control(words_on_row))
    assert getattr(Settings(stage.cache), name) is not before
    finger.tap(control(words_on_row))
    assert getattr(Settings(stage.cache), name) is before


def test_the_volume_is_set_by_steps_and_stops_at_its_ends(stage: Any, finger: Any) -> None:
    stage.settings.volume = 80
    stage.go("settings", group="sound")
    step(4)
    stepper = control("Volume")
    for _ in range(4):
        finger.tap(stepper.children[0])
    assert Settings(stage.cache).volume == 100
    finger.tap(stepper.children[2])
    assert stage.settings.volume == 90


def test_another_set_of_colours_is_seen_at_once(stage: Any, finger: Any) -> None:
    from console import theme

    stage.go("settings", group="seeing")
    step(4)
    lime = list(theme.ACCENT)
    finger.tap(find("Blue–yellow"))
    step(6)
    assert list(theme.ACCENT) != lime
    card = stage.navigation.screen.ids.rows.children[0].ids.cadence
    assert list(card.edge) == list(theme.ACCENT), "the preview keeps its old colours"
    lit = next(item for item in stage.navigation.rail.ids.places.children if item.here)
    assert list(lit.children[0].color) == list(theme.ACCENT), "the rail keeps its old colours"
    finger.tap(find("Standard"))
    step(6)
    assert list(theme.ACCENT) == lime


def test_less_motion_shows_screens_without_fading(stage: Any) -> None:
    stage.settings.less_motion = True
    assert stage.go("home").opacity == 1
    stage.settings.less_motion = False
    assert stage.go("history").opacity < 1


def test_what_the_rider_changes_is_kept(stage: Any, finger: Any) -> None:
    stage.go("settings", group="rider")
    step(4)
    finger.tap(control("Goal").children[0])
    finger.tap(control("Weight").children[2])
    finger.tap(control("Colour").children[0])
    kept = next(rider for rider in stage.cache.riders() if rider.id == seed.MARTA.id)
    assert (kept.weekly_goal, kept.weight_kg, kept.colour) == (5, 63.0, 5)
    assert stage.rider == kept


def test_a_pin_is_set_only_when_typed_twice_the_same(stage: Any, finger: Any) -> None:
    from console.pin import is_pin

    stage.go("settings", group="rider")
    step(4)
    finger.tap(find("Set a PIN"))
    for pin in ("1111", "2222"):
        for digit in pin:
            finger.tap(find(digit))
    assert "The two were not the same. Once more." in words() and stage.rider.pin_hash is None
    for digit in "24682468":
        finger.tap(find(digit))
    assert is_pin("2468", stage.rider.pin_hash) and "2468" not in stage.rider.pin_hash
    step(4)
    finger.tap(find("Remove PIN"))
    assert stage.rider.pin_hash is None


def test_a_rider_is_removed_only_after_a_question(stage: Any, finger: Any) -> None:
    stage.rider = seed.PER
    screen = stage.go("settings", group="rider")
    step(4)
    screen.ids.scroll.scroll_y = 0
    step(4)
    finger.tap(find("Remove"))
    assert "Remove Per?" in words()
    finger.tap(find("Keep Per"))
    assert stage.rider == seed.PER
    finger.tap(find("Remove"))
    step(2)
    from tests.gallery.sight import targets

    finger.tap(next(target for target in targets() if getattr(target, "text", "") == "Remove"))
    assert stage.navigation.here == "profiles" and seed.PER not in stage.cache.riders()


def test_a_guest_is_told_that_nothing_is_kept(stage: Any, finger: Any) -> None:
    from sync.riders import GUEST

    stage.rider = GUEST
    stage.go("settings", group="rider")
    step(4)
    finger.tap(find("Choose a rider"))
    assert stage.navigation.here == "profiles"


def test_sync_can_be_hurried(stage: Any, finger: Any) -> None:
    stage.go("settings", group="sync")
    step(4)
    finger.tap(find("Send now"))
    finger.tap(find("Fetch anew"))
    assert stage.done == [("hurry",), ("wake",)]


async def test_a_tablet_is_enrolled_with_a_real_cloud(stage: Any, finger: Any, cloud: Any) -> None:
    stage.cache.set_setting("sync.enrolment", None)
    stage.set_network("NOT_ENROLLED")
    screen = stage.go("settings", group="network")
    step(4)

    def form() -> Any:
        return screen.ids.rows.children[0].children[0]

    form().ids.address.text, form().ids.code.text = cloud.url, "WRONG-CODE"
    finger.tap(find("Enrol"))
    await turn_until(lambda: form().trouble)
    assert stage.cache.enrolment() is None
    form().ids.code.text = cloud.new_code()
    finger.tap(find("Enrol"))
    await turn_until(lambda: stage.cache.enrolment())
    assert stage.cache.enrolment()[0] == cloud.url
    await turn_until(lambda: cloud.url in " ".join(words()))
    assert ("poke",) in stage.done and ("wake",) in stage.done


async def turn_until(true: Any, within_s: float = 20.0) -> None:
    """Let both loops turn until ``true()``."""
    async with asyncio.timeout(within_s):
        while not true():
            step()
            await asyncio.sleep(0.01)
    step_until(true, 1)
