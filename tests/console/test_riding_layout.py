"""Every riding screen in every state of the gallery, on both panels: nothing cut off, hidden or out of reach."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from tests.gallery.window import step

SCREENS = [
    "ride",
    "ride-bright",
    "ride-song",
    "ride-folded",
    "ride-menu",
    "ride-under-over",
    "ride-stale",
    "ride-sensor-lost",
    "ride-no-bike",
    "ride-alone",
    "ride-high-five",
    "ride-no-picture",
    "ride-no-player",
    "ride-stalled",
    "ride-sound-only",
    "ride-paused",
    "ride-leaving",
    "just-ride",
    "just-ride-run",
    "just-ride-idle",
    "just-ride-no-sensor",
    "just-ride-first-minute",
    "just-ride-goals",
    "just-ride-lost",
    "just-ride-paused",
    "summary",
    "summary-first",
    "summary-plain",
    "summary-free",
    "summary-stalled",
    "summary-unmeasured",
    "summary-short",
    "summary-guest",
    "summary-old",
    "brake-by-hand",
    "brake-menu",
    "brake-follows",
    "brake-choosing",
    "brake-taken",
    "brake-power",
    "brake-power-choosing",
    "brake-slow-legs",
    "brake-no-cadence",
]
COVERED = {  # something lies over the rest
    *("just-ride-goals", "just-ride-no-sensor", "just-ride-lost", "ride-menu"),
    *("brake-menu", "brake-choosing", "brake-power-choosing", "brake-slow-legs", "brake-no-cadence"),
}
MAY_BE_CUT = {"summary"}  # second lines; never numbers


def scenes() -> list[Any]:
    from tests.gallery import braking, riding

    return riding.SCENES + braking.SCENES


@pytest.fixture
def shown(stage: Any, request: pytest.FixtureRequest) -> Any:
    next(scene for scene in scenes() if scene.name == request.param).arrange(stage)
    step()
    return stage


def test_every_scene_of_the_gallery_is_looked_at(window: Any) -> None:
    assert [scene.name for scene in scenes()] == SCREENS


@pytest.mark.parametrize("shown", SCREENS, indirect=True)
def test_all_words_can_be_read_and_all_targets_reached(
    size: tuple[int, int], shown: Any, request: pytest.FixtureRequest
) -> None:
    from console.widgets.digits import Digits, Phrase
    from tests.gallery.sight import targets
    from tests.gallery.writing import box, cut_short, inside_window, overlap, writings

    name = request.node.callspec.params["shown"]
    screen = shown.navigation.screen
    written = [one for one in writings(screen) if isinstance(one, Digits | Phrase)]
    assert written, "an empty screen"
    for one in written:
        assert one.pixels >= 20, f"{one.text!r} is too small"
        assert inside_window(one), f"{one.text!r} leaves the window at {box(one)}"
        if name.split("-")[0] not in MAY_BE_CUT:
            assert not cut_short(one), f"{one.text!r} ends in an ellipsis"
    if name not in COVERED:
        for one, other in combinations(written, 2):
            assert not overlap(one, other), f"{one.text!r} lies on {other.text!r}"
    for target in targets(screen):
        if target.width > size[0] / 2:
            continue  # the picture itself
        left, foot, right, top = box(target)
        assert right - left + 2 * max((64 - target.width) / 2, 0) >= 64 - 0.5, f"{target} is narrower than 64 px"
        assert max(top - foot, 64) >= 64 and target.within(*target.center), f"{target} is out of reach"


@pytest.mark.parametrize("shown", ["summary", "summary-first", "summary-plain"], indirect=True)
def test_what_a_ride_came_to_is_never_cut(size: tuple[int, int], shown: Any) -> None:
    from tests.gallery.writing import cut_short, writings

    said = writings(shown.navigation.screen._parts["total"])
    assert len(said) >= 4, "output, unit, rank and what it is compared with"
    assert not [one.text for one in said if cut_short(one)]


@pytest.mark.parametrize("shown", ["ride", "ride-folded", "just-ride", "brake-choosing"], indirect=True)
def test_while_riding_targets_are_drawn_at_least_64_px_large(size: tuple[int, int], shown: Any) -> None:
    from tests.gallery.sight import targets

    for target in targets(shown.navigation.screen):
        assert min(target.size) >= 64 - 0.5, f"{target} measures {target.size}"
