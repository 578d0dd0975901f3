"""Lone spikes are never told; real changes are, one reading late at most."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import gatt, profiles
from drivers.gatt_hearing import GattHearing
from drivers.sensor import SensorStatus
from drivers.spikes import Spikes


def told(readings, near=1.5):
    spikes = Spikes(near)
    return [spikes.judge(reading) for reading in readings]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([40, 40.3, 40.1], [None, 40.3, 40.1]),  # steady, with jitter
        ([40, 40, 90, 40, 40], [None, 40, None, 40, 40]),  # a spike
        ([40, 40, 0, 40, 90, 40], [None, 40, None, 40, None, 40]),  # one after the other
        ([90, 40, 40], [None, None, 40]),  # the first reading is the spike
        ([40, 40, 60, 60, 60], [None, 40, None, 60, 60]),  # a quick turn of the knob
        ([40, 40, 45, 50, 55, 55], [None, 40, None, 45, 50, 55]),  # a steady one
        ([40, 40, 41, 42, 43], [None, 40, 41, 42, 43]),  # a slow one is not delayed
        ([40, 45, 50], [None, None, 45]),  # connected while it is turned
        ([40, 40, 45, 90, 55, 60], [None, 40, None, 45, 55, None]),  # a spike while it is turned
    ],
)
def test_what_is_told(readings, expected):
    assert told(readings) == expected


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=40), st.data())
def test_lone_spikes_are_never_told(jitter, draw):
    steady = [50 + 0.7 * one for one in jitter]
    spiked = list(steady)
    for at in range(0, len(steady), 3):
        spiked[at] += draw.draw(st.sampled_from([0, 0, 50, -50, 5, -5]))
    assert all(abs(one - 50) <= 0.71 for one in told(spiked) if one is not None)


@given(st.lists(st.floats(0, 12), min_size=1, max_size=20), st.sampled_from([1, -1]))
def test_a_turn_is_told_one_reading_late_at_most(steps, sign):
    """Turning one way, by whatever steps: what is told never lies behind the reading before the newest."""
    knob = [50.0, 50.0]
    for step in steps:
        knob.append(knob[-1] + sign * step)
    for before, now, one in zip(knob, knob[1:], told(knob)[1:], strict=False):
        if one is None:
            assert abs(now - before) > 1.5 or abs(before - knob[0]) > 1.5, "nothing told although nothing happened"
        else:
            assert min(before, now) - 1.5 <= one <= max(before, now) + 1.5
    spikes = Spikes(1.5)
    for reading in knob:
        spikes.judge(reading)
    assert spikes.judge(knob[-1]) == pytest.approx(knob[-1], abs=1.5)


@given(st.lists(st.floats(0, 100), min_size=3, max_size=50))
def test_nothing_is_told_that_was_not_read(readings):
    assert {one for one in told(readings) if one is not None} <= set(readings)


def test_a_trusted_reading_is_the_new_ground():
    spikes = Spikes(5)
    assert spikes.trust(90) == 90
    assert spikes.judge(0) is None
    assert spikes.judge(91) == 91
    assert spikes.trust(30) == 30
    assert spikes.judge(29) == 29


@pytest.mark.parametrize(
    ("ridden", "expected"),  # rpm and W, a message a second
    [
        ([(88, 150), (88, 0), (88, 150)], [(88, 150), (88, None), (88, 150)]),  # a bike that loses its power
        ([(88, 150), (0, 150), (88, 150)], [(88, 150), (None, 150), (88, 150)]),  # or its cadence
        ([(88, 150), (0, 0)], [(88, 150), (0, 0)]),  # the rider stops
        ([(88, 150), (88, 0), (88, 0)], [(88, 150), (88, None), (88, 0)]),  # no brake any more: one message late
        ([(88, 0), (90, 0)], [(88, 0), (90, 0)]),  # a bike that never had any power
        ([(88, 150), (88, 0), (88, 150), (88, 0)], [(88, 150), (88, None), (88, 150), (88, None)]),
    ],
)
def test_a_lone_zero_between_good_readings_is_not_told_of_a_bike_on_the_air(ridden, expected):
    hearing = GattHearing(SensorStatus("ble://x", "x"), profiles.decoders({"": (gatt.INDOOR_BIKE_DATA,)}))
    told = []
    for second, (rpm, watts) in enumerate(ridden):
        frame = bytes.fromhex("4400ca0c") + (2 * rpm).to_bytes(2, "little") + watts.to_bytes(2, "little")
        sample = hearing.hear(gatt.INDOOR_BIKE_DATA, frame, float(second))
        told.append((sample.cadence_rpm, sample.power_w))
    assert told == expected
