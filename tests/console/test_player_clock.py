"""The position of a film from its pictures and libVLC's late reports, with invented times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.media_clock import AHEAD_S, FRAME_S, MediaClock

EARLY_S = 0.06  # libVLC shows the first picture so much before its time


def play(clock: MediaClock, start_s: float, at_s: float, count: int, jitter: float = 0.0) -> float:
    """``count`` pictures from ``start_s`` on, the second one at ``at_s``; returns when the next one is due."""
    clock.frame(at_s - FRAME_S - EARLY_S)
    for number in range(1, count):
        clock.frame(at_s + (number - 1) * FRAME_S + (jitter if number % 3 == 1 else 0.0))
    return at_s + (count - 1) * FRAME_S


def report(clock: MediaClock, start_s: float, at_s: float, seconds: float, bias_s: float = 0.05) -> None:
    """Pictures and reports for some seconds; reports move once a second."""
    for tick in range(int(seconds * 30)):
        now_s = at_s + tick * FRAME_S
        clock.frame(now_s)
        if tick % 8 == 0:
            clock.report(now_s, start_s + (tick // 30) + bias_s)


def test_stands_until_the_second_picture():
    clock = MediaClock()
    clock.anchor(12.0)
    assert clock.position(5.0) == 12.0
    clock.frame(5.0)
    assert clock.position(5.05) == 12.0
    clock.frame(5.1)
    assert clock.position(5.1) == pytest.approx(12.0 + FRAME_S)


@pytest.mark.parametrize("pace_s", [1 / 60, 1 / 30, 1 / 25])
def test_counts_from_the_anchor_at_any_pace_and_through_late_pictures(pace_s):
    clock = MediaClock()
    clock.anchor(3.0)
    clock.frame(99.9)
    for number in range(1, 40):
        clock.frame(100.0 + (number - 1) * pace_s + (0.006 if number % 4 == 1 else 0.0))
    assert clock.position(100.0 + 39 * pace_s) == pytest.approx(3.0 + 40 * pace_s, abs=0.002)


def test_an_old_picture_flashing_by_is_not_counted():
    clock = MediaClock()
    clock.anchor(3.0)
    clock.frame(9.990)
    clock.frame(10.0)
    for number in range(1, 20):
        clock.frame(10.0 + number * FRAME_S)
    assert clock.position(10.0 + 19 * FRAME_S) == pytest.approx(3.0 + 19 * FRAME_S, abs=0.002)


def test_stands_soon_after_the_last_picture():
    clock = MediaClock()
    clock.anchor(0.0)
    next_s = play(clock, 0.0, 10.0, 30)
    assert clock.position(next_s + 60) == pytest.approx(29 * FRAME_S + AHEAD_S, abs=0.002)


def test_a_pause_of_any_length_changes_nothing():
    clock = MediaClock()
    clock.anchor(0.0)
    next_s = play(clock, 0.0, 10.0, 30)
    clock.pause(next_s)
    assert clock.position(next_s + 500) == clock.position(next_s)
    clock.resume(next_s + 600)
    clock.frame(next_s + 600)
    assert clock.position(next_s + 600) == pytest.approx(30 * FRAME_S, abs=0.002)


def test_after_a_stall_the_reports_tell_what_was_left_out():
    clock = MediaClock()
    clock.anchor(0.0)
    clock.frame(9.9)
    report(clock, 0.0, 10.0, 6.0)
    stalled = clock.position(30.0)
    assert stalled == pytest.approx(6.0 + AHEAD_S, abs=0.05)
    report(clock, 7.0, 30.0, 4.0)  # libVLC goes on a second further
    assert clock.position(34.0) == pytest.approx(11.0, abs=0.12)


def test_reports_that_are_a_second_late_do_not_move_the_clock():
    clock = MediaClock()
    clock.anchor(0.0)
    clock.frame(9.9)
    report(clock, 0.0, 10.0, 10.0, bias_s=-0.4)
    assert clock.position(20.0) == pytest.approx(10.0, abs=0.05)


@given(
    st.lists(st.tuples(st.sampled_from("fffffrpu"), st.floats(0, 2), st.floats(0, 30)), max_size=60),
    st.floats(0, 100),
)
def test_never_runs_backwards_between_anchors(steps, start_s):
    clock = MediaClock()
    clock.anchor(start_s)
    now_s, last_s = 0.0, start_s
    for kind, passed_s, reported_s in steps:
        now_s += passed_s
        if kind == "f":
            clock.frame(now_s)
        elif kind == "r":
            clock.report(now_s, reported_s)
        elif kind == "p":
            clock.pause(now_s)
        else:
            clock.resume(now_s)
        position_s = clock.position(now_s)
        assert position_s >= last_s - 1e-9
        last_s = position_s


def test_a_change_of_size_lets_the_film_go_on_though_no_picture_comes():
    clock = MediaClock()
    clock.anchor(0.0)
    next_s = play(clock, 0.0, 100.0, 60)
    before = clock.position(next_s)
    clock.change(next_s)
    assert clock.position(next_s + 0.9) == pytest.approx(before + 0.9, abs=0.01)
    clock.frame(next_s + 0.9)
    assert clock.position(next_s + 1.0) == pytest.approx(before + 1.0, abs=0.01)


def test_a_change_of_size_right_after_a_seek_changes_nothing():
    clock = MediaClock()
    clock.anchor(0.0)
    next_s = play(clock, 0.0, 100.0, 20)
    clock.anchor(6.0)
    clock.change(next_s)
    next_s = play(clock, 6.0, next_s + 0.2, 30)
    assert clock.position(next_s) == pytest.approx(6.0 + 30 * FRAME_S, abs=0.1)
