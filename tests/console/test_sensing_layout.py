"""The sensors and the service screen in every state of the gallery, on both panels: legible, nothing on another."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from tests.gallery.window import step

SCREENS = [
    "sensors",
    "sensors-looking",
    "sensors-nothing",
    "sensors-found",
    "sensors-no-bluetooth",
    "sensors-forbidden",
    "sensors-not-there",
    "sensors-odd",
    "sensors-strap-alone",
    "sensors-no-power",
    "sensors-reckoned",
    "sensors-riding",
    "service",
    "service-air",
    "service-power",
    "service-power-minute",
    "service-power-done",
    "service-power-refused",
    "service-trouble",
    "service-new",
    "service-riding",
]


@pytest.fixture
def shown(stage: Any, request: pytest.FixtureRequest) -> Any:
    from tests.gallery.sensing import SCENES

    next(scene for scene in SCENES if scene.name == request.param).arrange(stage)
    step(3)
    return stage


def test_every_scene_of_the_gallery_is_looked_at(window: Any) -> None:
    from tests.gallery.sensing import SCENES

    assert [scene.name for scene in SCENES] == SCREENS


def scrolls(widget: Any) -> bool:
    from kivy.uix.scrollview import ScrollView
    from kivy.uix.widget import Widget

    while isinstance(widget, Widget) and widget.parent is not widget:
        if isinstance(widget, ScrollView):
            return True
        widget = widget.parent
    return False


@pytest.mark.parametrize("shown", SCREENS, indirect=True)
def test_all_words_can_be_read_and_all_targets_reached(size: tuple[int, int], shown: Any) -> None:
    from kivy.core.window import Window

    from console.widgets.overlay import Overlay
    from console.widgets.sensor_row import SensorRow
    from tests.gallery.sight import targets
    from tests.gallery.writing import box, cut_short, inside_window, overlap, writings

    screen = next((one for one in Window.children if isinstance(one, Overlay)), shown.navigation.screen)
    written = writings(screen)
    assert written, "an empty screen"
    for one in written:
        assert one.font_size >= 20 - 0.5 or one.pixels >= 20, f"{one.text!r} is too small"
        assert scrolls(one) or inside_window(one), f"{one.text!r} leaves the window at {box(one)}"
    for one, other in combinations([one for one in written if not scrolls(one)], 2):
        assert not overlap(one, other), f"{one.text!r} lies on {other.text!r}"
    for row in [one for one in targets(screen) if isinstance(one, SensorRow)]:
        for one, other in combinations(writings(row), 2):
            assert not overlap(one, other), f"{one.text!r} lies on {other.text!r}"
        states = [one for one in writings(row) if one.text in (row.state, *row.captions, row.bytes_seen)]
        assert not [one.text for one in states if cut_short(one)], "the state is never cut"
        assert row.height >= 64
    for target in targets(screen):
        assert target.within(*target.center), f"{target} is out of reach"
