"""The brake in a ride, as a rider meets it: chosen, moved, in trouble and not there; with real touches."""

from __future__ import annotations

from typing import Any

import pytest

from drivers.control import BrakeTaken, Goal
from tests.gallery.window import part

SMALL = (1280, 800)


@pytest.fixture
def ride(stage: Any) -> Any:
    """Sunset Climb at 38-44 % and zone 3, on a bike without a brake that can be set."""
    from tests.gallery.braking import BUILD_S
    from tests.gallery.riding import ride_to

    return ride_to(stage, BUILD_S)


@pytest.fixture
def free_ride(stage: Any) -> Any:
    """A free ride of two minutes on such a bike."""
    from tests.gallery.riding import free_ride

    return free_ride(stage, 120.0)


@pytest.fixture
def control(stage: Any, ride: Any) -> Any:
    """The bike of ``ride`` has a brake."""
    from tests.gallery.staged_brake import with_brake

    return with_brake(stage, ride)


@pytest.fixture
def free_control(stage: Any, free_ride: Any) -> Any:
    """The bike of ``free_ride`` has a brake."""
    from tests.gallery.staged_brake import with_brake

    return with_brake(stage, free_ride)


@pytest.fixture
def touch(stage: Any, finger: Any) -> Any:
    """Tap words on the screen, or the brake's own buttons."""
    from tests.gallery.writing import target

    def tap(*what: str) -> None:
        for one in what:
            if one in ("+", "-"):
                amount = part(stage, "brake_menu").amount
                finger.tap(amount.ids.more if one == "+" else amount.ids.less)
            else:
                finger.tap(part(stage, one) if one in ("brake", "fold", "picture") else target(one))

    return tap


@pytest.fixture
def open_menu(stage: Any, touch: Any, see: Any) -> Any:
    """Find the way to the brake's menu, on either panel."""
    from console.theme import theme

    def find(ride: Any) -> set[str]:
        see(ride)
        if theme.compact and stage.navigation.here == "ride":
            touch("fold")
            see(ride)
            touch("Resistance")
        else:
            touch("brake")
        return set(see(ride))

    return find


def test_a_rider_lets_the_brake_follow_the_class(
    size: tuple[int, int], ride: Any, control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    assert {"By hand", "Follow the class", "Keep a power"} <= open_menu(ride) and control.goal is None
    touch("Follow the class")
    ride.go(4)
    words = see(ride)
    assert control.goal == Goal("resistance_pct", 41) and {"Follows", "38–44", "41", "%"} <= words


def test_plus_and_minus_move_what_the_class_asks_for(
    size: tuple[int, int], ride: Any, control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    open_menu(ride)
    touch("Follow the class")
    ride.go(4)
    see(ride)
    touch("+", "+", "+")
    ride.go(0.3)
    assert "Follows +3" in see(ride) and control.goal == Goal("resistance_pct", 44)
    touch("-", "-", "-", "-", "-")
    ride.go(0.3)
    words = see(ride)
    assert "Follows −2" in words and "39" in words and control.goal == Goal("resistance_pct", 39)


def test_a_power_is_kept_until_the_rider_rides_by_hand_again(
    stage: Any, ride: Any, control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    open_menu(ride)
    touch("Keep a power")
    ride.go(4)
    assert "173 W kept" in see(ride), "the middle of zone 3 at a threshold of 210 W"
    assert control.goal.metric == "power_w" and part(stage, "brake").on
    touch("By hand")
    ride.go(0.3)
    words = see(ride)
    assert control.goal is None and "173 W kept" not in words and "Target" in words
    assert not part(stage, "brake").on


def test_before_it_acts_and_where_nothing_is_asked_it_says_so(
    ride: Any, control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    open_menu(ride)
    touch("Follow the class")
    ride.go(1)
    assert "Waits" in see(ride) and control.goal is None
    ride.go(3)
    see(ride)
    ride.session.pause()
    ride.go(1)
    see(ride)
    assert control.goal is None, "nobody rides"


def test_trouble_is_told_with_its_remedy_and_leaves_when_it_is_over(
    size: tuple[int, int], ride: Any, control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    open_menu(ride)
    touch("Follow the class")
    ride.go(4)
    control.trouble = BrakeTaken("KICKR 4F2A")
    ride.go(0.3)
    assert {"KICKR 4F2A took its brake back", "Not set"} <= see(ride)
    assert any("Close other programs" in line for line in see(ride))
    control.trouble = None
    ride.go(0.3)
    words = see(ride)
    assert "Follows" in words and "KICKR 4F2A took its brake back" not in words


def test_without_a_brake_that_can_be_set_there_is_no_button(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, see: Any
) -> None:
    see(ride)
    assert part(stage, "brake").parent is None
    if size == SMALL:
        finger.tap(part(stage, "fold"))
        words = see(ride)
        assert "More picture" in words and len([line for line in words if line == "Resistance"]) == 1
        assert part(stage, "menu").ids.brake.parent is None


def test_a_bike_that_takes_no_power_offers_nothing_in_a_free_ride(stage: Any, free_ride: Any, see: Any) -> None:
    from tests.gallery.staged_brake import with_brake

    with_brake(stage, free_ride, "resistance_pct")
    see(free_ride)
    assert part(stage, "brake").parent is None


def test_a_small_panel_has_it_in_its_menu_and_the_corner_closes_it(
    stage: Any, finger: Any, ride: Any, control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    from tests.gallery.window import resize

    resize(*SMALL)
    assert "Follow the class" in open_menu(ride) and "More picture" not in see(ride)
    touch("fold")
    assert not {"Follow the class", "More picture"} & see(ride)


def test_a_tap_beside_the_menu_closes_it_and_folds_nothing(
    size: tuple[int, int], stage: Any, finger: Any, ride: Any, control: Any, open_menu: Any, see: Any
) -> None:
    open_menu(ride)
    finger.tap((size[0] * 0.45, size[1] * 0.45))
    words = see(ride)
    assert "Follow the class" not in words and "You" in words
    finger.tap((size[0] * 0.45, size[1] * 0.45))
    assert "You" not in see(ride)


def test_the_menu_goes_with_the_bike_and_does_not_come_back_by_itself(
    stage: Any, ride: Any, control: Any, open_menu: Any, see: Any
) -> None:
    open_menu(ride)
    metrics, control.metrics = control.metrics, frozenset()
    assert "By hand" not in see(ride) and part(stage, "brake").parent is None
    control.metrics = metrics
    assert "By hand" not in see(ride) and part(stage, "brake").parent is not None


def test_in_a_free_ride_the_rider_says_how_much(
    size: tuple[int, int], stage: Any, free_ride: Any, free_control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    words = open_menu(free_ride)
    assert {"By hand", "Keep a power"} <= words and "Follow the class" not in words
    touch("Keep a power")
    see(free_ride)
    touch("+", "+", "-")
    free_ride.go(4)
    assert {"105", "W", "105 W kept"} <= see(free_ride) and free_control.goal == Goal("power_w", 105)
    touch("brake")
    assert "Keep a power" not in see(free_ride) and "105 W kept" in see(free_ride)


def test_slow_legs_are_let_go_and_told_how_to_go_on(
    free_ride: Any, free_control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    open_menu(free_ride)
    touch("Keep a power")
    free_ride.go(4)
    free_ride.go(1, cadence_rpm=34.0)
    assert {"Let go", "The power is let go", "Turn faster than 60 rpm and it is kept again."} <= see(free_ride)
    assert free_control.goal is None
    free_ride.go(1, cadence_rpm=75.0)
    assert "100 W kept" in see(free_ride) and "The power is let go" not in see(free_ride)


def test_a_power_without_a_cadence_names_the_sensor_that_is_missing(
    size: tuple[int, int], free_ride: Any, free_control: Any, open_menu: Any, touch: Any, see: Any
) -> None:
    open_menu(free_ride)
    touch("Keep a power")
    free_ride.go(5, cadence_rpm=None)
    words = {"The power is let go", "Pair a cadence sensor and it is kept.", "Sensors"}
    assert words <= see(free_ride) and free_control.goal is None
