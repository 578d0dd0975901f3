"""Every browsing screen, in every state of the gallery, on both panels: nothing cut off or out of reach."""

from __future__ import annotations

from typing import Any

import pytest

from tests.gallery.window import step

SETTLING_FRAMES = 5
SCREENS = [
    "home",
    "home-offline",
    "home-refused",
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
    "class-songs",
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
    from tests.gallery.reach import all_can_be_read_and_reached

    all_can_be_read_and_reached(size)
