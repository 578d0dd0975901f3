"""The clocks of a live class: of the cloud, of the class, and of a feed's picture."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.class_clock import Picture
from console.live.live_clock import FREE_DELAY_S, LiveClock
from console.live.media_wall import SrtDelay
from sync.cloud_clock import CloudClock

AHEAD_S = 1_700_000_000.0
ways = st.tuples(st.floats(0.0005, 0.4), st.floats(0.0005, 0.4))  # there, back


@given(st.lists(ways, min_size=1, max_size=20))
def test_the_clouds_clock_is_as_wrong_as_half_of_the_best_way_at_most(asks: list[tuple[float, float]]) -> None:
    clock, now_s = CloudClock(lambda: 0.0, lambda: 0.0), 10.0
    for there_s, back_s in asks:
        clock.answered(now_s, AHEAD_S + now_s + there_s, now_s + there_s + back_s)
        now_s += 1.0
    uncertain_s = clock.uncertain_s
    assert uncertain_s is not None
    assert abs(clock.at(now_s) - (AHEAD_S + now_s)) <= uncertain_s + 1e-6
    assert uncertain_s <= min(there_s + back_s for there_s, back_s in asks[-12:]) / 2 + 1e-6


def test_before_the_cloud_answers_the_tablets_own_clock_is_used() -> None:
    clock = CloudClock(lambda: 5.0, lambda: 1000.0)
    assert not clock.known and clock.now() == 1000.0 and clock.at(7.0) == 1002.0
    clock.answered(6.0, 5000.0, 5.0)
    assert not clock.known, "an answer before its question is none"


def test_an_old_answer_gives_way_to_a_worse_new_one() -> None:
    clock = CloudClock(lambda: 0.0, lambda: 0.0)
    clock.answered(0.0, 100.0, 0.001)
    clock.answered(2000.0, 2100.5, 2000.2)
    assert clock.at(2000.0) == pytest.approx(2100.4, abs=0.01)


def moved(clock: LiveClock, now_s: float, seconds: float, picture: Picture, delay_s: float = 0.0) -> float:
    """Let a clock of a class that began at 0 of the cloud's time run for a while, thirty turns a second."""
    for turn in range(1, round(seconds * 30) + 1):
        at_s = now_s + turn / 30
        clock.tell_cloud(at_s)
        clock.advance(at_s, True, picture, at_s - delay_s)
    return now_s + seconds


def test_it_counts_down_to_the_class_and_begins_with_its_picture() -> None:
    clock = LiveClock(600.0, -20.0)
    now_s = moved(clock, -20.0, 10.0, Picture.OPENING)
    assert clock.waiting and clock.position_s == pytest.approx(-10.0, abs=0.1)
    now_s = moved(clock, now_s, 10.2, Picture.MOVING, 0.3)
    assert clock.waiting and clock.position_s < 0, "the picture of the beginning is still on its way"
    moved(clock, now_s, 0.5, Picture.MOVING, 0.3)
    assert not clock.waiting and clock.position_s == pytest.approx(0.4, abs=0.1)


def test_who_comes_late_is_where_the_picture_is() -> None:
    clock = LiveClock(600.0, 90.0)
    assert clock.waiting
    moved(clock, 90.0, 1.0, Picture.MOVING, 4.5)
    assert (
        not clock.waiting and clock.position_s == pytest.approx(86.5, abs=0.1) and clock.delay_s == pytest.approx(4.5)
    )


def test_a_picture_later_than_was_thought_sets_the_clock_before_anything_is_counted() -> None:
    clock = LiveClock(600.0, 90.0)
    moved(clock, 90.0, 0.1, Picture.MOVING, 9.0)
    assert not clock.waiting and clock.position_s == pytest.approx(81.1, abs=0.1)
    lobby = LiveClock(600.0, -20.0)
    now_s = moved(lobby, -20.0, 5.0, Picture.NONE)
    moved(lobby, now_s, 0.1, Picture.MOVING, 6.0)
    assert lobby.waiting and lobby.position_s == pytest.approx(-20.9, abs=0.1)


def test_a_later_way_is_waited_for_and_an_earlier_one_jumped_to() -> None:
    clock = LiveClock(600.0, 0.0)
    now_s = moved(clock, 0.0, 10.0, Picture.MOVING, 0.3)
    now_s = moved(clock, now_s, 2.0, Picture.MOVING, 4.8)
    assert clock.position_s == pytest.approx(9.7, abs=0.1), "it stands until the picture has come there"
    now_s = moved(clock, now_s, 3.0, Picture.MOVING, 4.8)
    assert clock.position_s == pytest.approx(15.0 - 4.8, abs=0.15)
    moved(clock, now_s, 0.2, Picture.MOVING, 0.3)
    assert clock.position_s == pytest.approx(15.2 - 0.3, abs=0.1)


def test_without_a_picture_it_goes_on_by_itself_as_late_as_before() -> None:
    clock = LiveClock(600.0, 0.0)
    now_s = moved(clock, 0.0, 10.0, Picture.MOVING, 1.0)
    moved(clock, now_s, 30.0, Picture.NONE)
    assert clock.position_s == pytest.approx(39.0, abs=0.2)
    alone = LiveClock(600.0, 100.0)
    moved(alone, 100.0, 10.0, Picture.NONE)
    assert not alone.waiting and alone.position_s == pytest.approx(110.0 - FREE_DELAY_S, abs=0.2)


def test_it_ends_with_the_class() -> None:
    clock = LiveClock(60.0, 50.0)
    moved(clock, 50.0, 15.0, Picture.MOVING, 0.3)
    assert clock.over and clock.position_s == 60.0


pictures = st.lists(
    st.tuples(st.sampled_from(list(Picture)), st.floats(0.0, 8.0), st.floats(0.01, 3.0)), min_size=1, max_size=30
)


@given(st.floats(-100.0, 100.0), pictures)
def test_it_never_runs_backwards_nor_ahead_of_the_cloud(begins_s: float, turns: list) -> None:
    clock, now_s = LiveClock(200.0, begins_s), begins_s
    before, counting = clock.position_s, not clock.waiting
    for picture, delay_s, passed_s in turns:
        now_s += passed_s
        clock.tell_cloud(now_s)
        after = clock.advance(now_s, True, picture, now_s - delay_s)
        assert after >= before - 1e-9 or not counting
        assert after <= max(now_s, before) + 1e-6
        before, counting = after, not clock.waiting


def test_a_feeds_picture_is_as_late_as_its_origin_and_the_way_make_it() -> None:
    delay = SrtDelay(lambda monotonic_s: 1000.0 + monotonic_s)
    delay.told(0.08, 120)
    assert delay.wall_s(5.0) == pytest.approx(1005.0 - 0.08 - 0.12 - 0.15, abs=0.06)
    delay.told(None, -1)
    delay.told(99.0, 1e9)
    assert delay.latency_s == 0.12 and delay.feed_delay_s == 0.08, "nonsense changes nothing"
