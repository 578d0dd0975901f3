"""The places of the ride screen: in the window, apart from each other, and the coach has room."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.screens import just_ride_layout, summary_layout
from console.screens.ride_layout import COMPACT, COMPACT_FOLDED, WIDE, WIDE_FOLDED, WIDE_WITHOUT_HEART, Place, places

OVER_THE_REST = {
    "toast",
    "menu",
    "spoken",
    "stall",
    "totals",
    "wake",
    "brake_menu",
}  # shown for a while, or in another's place
WIDES = [WIDE, WIDE_WITHOUT_HEART, WIDE_FOLDED, just_ride_layout.WIDE, summary_layout.WIDE]
WIDES += [places(False, False, brake_rows=4), just_ride_layout.places(False, brake_rows=3)]
COMPACTS = [COMPACT, COMPACT_FOLDED, just_ride_layout.COMPACT, summary_layout.COMPACT]
COMPACTS += [places(True, False, brake_rows=4), just_ride_layout.places(True, brake_rows=3)]


def boxes(table, unit, across, along):
    return {name: place.box(unit, across, along) for name, place in table.items()}


def touching(one, other):
    (x, y, width, height), (x2, y2, width2, height2) = one, other
    return min(x + width, x2 + width2) > max(x, x2) + 2 and min(y + height, y2 + height2) > max(y, y2) + 2


@pytest.mark.parametrize("table", WIDES)
@given(st.floats(1.0, 1.4))
def test_on_wide_panels_of_any_shape_everything_has_its_own_place(table, stretch):
    shown = boxes(table, 1.0, 1920 * stretch, 1080)
    for x, y, width, height in shown.values():
        assert x >= 0 and y >= 0 and x + width <= 1920 * stretch and y + height <= 1080
    for one, other in combinations([name for name in shown if name not in OVER_THE_REST | {"cadence", "output"}], 2):
        assert not touching(shown[one], shown[other]), f"{one} lies on {other}"


@pytest.mark.parametrize("table", COMPACTS)
def test_on_small_panels_everything_has_its_own_place(table):
    shown = boxes(table, 1.0, 1280, 800)
    for x, y, width, height in shown.values():
        assert x >= 0 and y >= 0 and x + width <= 1280 and y + height <= 800
    for one, other in combinations([name for name in shown if name not in OVER_THE_REST], 2):
        assert not touching(shown[one], shown[other]), f"{one} lies on {other}"


def test_the_middle_stays_free_for_the_coach():
    coach = (335, 416, 1150, 500)
    lasting = {name: box for name, box in boxes(WIDE, 1.0, 1920, 1080).items() if name not in OVER_THE_REST}
    assert not [name for name, box in lasting.items() if touching(box, coach)]


def test_a_wider_panel_widens_only_the_middle():
    usual, wide = boxes(WIDE, 1.0, 1920, 1080), boxes(WIDE, 1.0, 2520, 1080)
    assert usual["board"][2:] == wide["board"][2:] and usual["heart"] == wide["heart"]
    assert wide["board"][0] - usual["board"][0] == 600


def test_the_same_places_scale_with_the_panel():
    assert Place(100, 50, right=10, top=20).box(2.0, 1000, 800) == (780, 660, 200, 100)
    assert Place(0, 50, left=10, right=10, bottom=0).box(1.0, 300, 200) == (10, 0, 280, 50)
    assert Place(100, 50, top=0).box(1.0, 300, 200) == (100, 150, 100, 50)
