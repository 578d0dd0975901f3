"""Cadence from counters: whatever a sensor's counter and clock do, the rate is true or not said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.revolutions import Revolutions, crank


def ride(*frames, counter=None):
    """What is said for frames of (revolutions, ticks, at_s)."""
    counter = counter or crank()
    return [counter.feed(*frame) for frame in frames]


def test_real_pedals():
    assert ride((1, 0x0B00, 0.0), (2, 0x12B8, 2.0)) == [None, pytest.approx(31.093, abs=0.001)]


def test_counter_and_time_wrap():
    assert ride((0xFFFF, 0xFFFF, 0.0), (0, 0x07B7, 2.0)) == [None, pytest.approx(31.093, abs=0.001)]


def test_the_last_rate_holds_for_two_seconds_without_a_revolution_then_it_is_zero():
    said = ride((1, 0, 0.0), (2, 1024, 1.0), (2, 1024, 1.5), (2, 1024, 2.9), (2, 1024, 3.0), (2, 1024, 500.0))
    assert said == [None, 60, 60, 60, 0, 0]


def test_a_first_revolution_after_a_standstill_is_no_slow_cadence():
    said = ride((1, 0, 0.0), (2, 1024, 1.0), (2, 1024, 11.0), (3, 11264, 11.5), (4, 12288, 12.5))
    assert said == [None, 60, 0, None, 60]


def test_twenty_turns_a_minute_are_seen():
    said = ride((1, 0, 0.0), (2, 3072, 3.0), (2, 3072, 5.5), (3, 6144, 6.0))
    assert said == [None, 20, 0, 20]


def test_a_standstill_longer_than_the_sensors_clock_goes_round():
    """66 s later the event time says 2 s: one turn in 2 s would be 30 rpm."""
    assert ride((1, 0, 0.0), (2, 1024, 1.0), (3, 1024 + 2048, 67.0)) == [None, 60, None]


def test_revolutions_in_no_time_keep_the_rate_but_are_never_a_standstill():
    said = ride((1, 0, 0.0), (2, 1024, 1.0), (3, 1024, 2.0), (4, 1024, 3.5), (5, 5 * 1024 - 1024, 4.0))
    assert said == [None, 60, 60, None, 60]


@pytest.mark.parametrize("jump", [(500, 3072), (0, 3072), (40_000, 2100)])
def test_a_counter_that_jumps_or_begins_anew_is_dropped_and_the_next_frame_counts(jump):
    revs, ticks = jump
    said = ride((100, 0, 0.0), (101, 1024, 1.0), (revs, ticks, 2.0), (revs + 1, ticks + 1024, 3.0))
    assert said == [None, 60, None, 60]


def test_a_sensors_clock_that_runs_backwards_gives_no_cadence():
    """Ticks 1000 before the last look like 63 s: one turn would be 1 rpm."""
    assert ride((1, 5000, 0.0), (2, 6024, 1.0), (3, 5024, 2.0), (4, 6048, 3.0)) == [None, 60, None, 60]


def test_our_clock_running_backwards_begins_anew():
    assert ride((1, 0, 100.0), (2, 1024, 99.0), (3, 2048, 100.0)) == [None, None, 60]


def test_a_lost_link_forgets():
    counter = crank()
    ride((1, 0, 0.0), (2, 1024, 1.0), counter=counter)
    counter.reset()
    assert ride((2, 1024, 2.0), (3, 2048, 3.0), counter=counter) == [None, 60]


@given(
    rpm=st.floats(20, 240),
    every_s=st.floats(0.25, 2.0),
    revs=st.integers(0, 0xFFFF),
    ticks=st.integers(0, 0xFFFF),
    delays=st.lists(st.floats(0, 0.2), min_size=30, max_size=30),
)
def test_a_steady_crank_reads_steady_whenever_the_frames_come(rpm, every_s, revs, ticks, delays):
    """The event time is the last whole revolution's, rounded to a tick; frames arrive late."""
    counter, turn_s = crank(), 60 / rpm
    for number, delay_s in enumerate(delays):
        now_s = number * every_s
        turned = int(now_s / turn_s)
        at_ticks = round(turned * turn_s * 1024)
        said = counter.feed(revs + turned & 0xFFFF, ticks + at_ticks & 0xFFFF, now_s + delay_s)
        if said:
            assert said == pytest.approx(rpm, rel=2 / (turn_s * 1024), abs=0.01)
        assert said != 0 or turn_s > 2 - 0.2


@given(st.lists(st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 0xFFFF), st.floats(0, 1e6)), max_size=30))
def test_whatever_comes_the_rate_can_be_true(frames):
    for bits, ticks_per_s in ((16, 1024), (32, 2048)):
        for rpm in ride(*frames, counter=Revolutions(bits=bits, ticks_per_s=ticks_per_s)):
            assert rpm is None or 0 <= rpm <= 250
