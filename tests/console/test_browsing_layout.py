"""Every browsing screen, in every state of the gallery, on both panels: nothing cut off or out of reach."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gallery.window import step

SETTLING_FRAMES = 5
SCREENS = [
    "home",
    "home-offline",
    "home-new",
    "home-few",
    "home-first-start",
    "library",
    "library-offline",
    "library-filtered",
    "library-menu",
    "library-search",
    "library-empty",
    "library-none",
    "library-fetching",
    "library-few",
    "library-to-come",
    "class",
    "class-left-off",
    "class-first",
    "class-gone",
    "history",
    "history-last-month",
    "history-empty",
    "settings-rider",
    "settings-ride",
    "settings-sound",
    "settings-seeing",
    "settings-network",
    "settings-sync",
    "settings-apps",
    "settings-apps-on",
    "settings-not-enrolled",
    "settings-blue-yellow",
    "settings-high-contrast",
    "profiles",
    "profiles-pin",
    "profiles-locked",
    "profiles-new",
    "profiles-full",
]


@pytest.fixture
def shown(stage: Any, request: pytest.FixtureRequest) -> Any:
    from tests.gallery.browsing import SCENES

    next(scene for scene in SCENES if scene.name == request.param).arrange(stage)
    step(SETTLING_FRAMES)
    return stage


def test_every_scene_of_the_gallery_is_looked_at(window: Any) -> None:
    from tests.gallery.browsing import SCENES

    assert {scene.name for scene in SCENES} == set(SCREENS)


@pytest.mark.parametrize("shown", SCREENS, indirect=True)
def test_all_words_can_be_read_and_all_targets_reached(size: tuple[int, int], shown: Any) -> None:
    from tests.gallery.sight import targets, texts

    assert texts(), "an empty screen"
    for label in texts():
        assert label.font_size >= 20, f"{label.text!r} is too small"
        assert label.texture_size[0] <= label.width + 1 and label.texture_size[1] <= label.height + 8, label.text
        if not label.hug and label.lines == 1:
            assert label.natural_width(label.font_size) <= label.width + 1, f"{label.text!r} ends in an ellipsis"
    for target in targets():
        x, y = target.to_window(*target.center)
        if not (0 <= x <= size[0] and 0 <= y <= size[1]):
            continue  # to be scrolled to
        inside = target.to_widget(x, y)
        for across, along in ((31, 0), (-31, 0), (0, 31), (0, -31)):
            assert target.within(inside[0] + across, inside[1] + along), f"{target} is smaller than 64 px"
