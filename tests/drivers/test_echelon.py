"""Echelon: messages as observed, levels, and power that never falls when the brake is turned up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.echelon import (
    INIT,
    EchelonDecoder,
    estimated_power_w,
    keep_alive,
    level_of,
    message,
    pct_of,
    set_level,
)


def ride(cadence, distance_hm=0):
    return message(0xD1, bytes([0, 0, 0, 0]) + distance_hm.to_bytes(2, "big") + bytes([0, cadence, 0]))


def test_what_wakes_the_bike_and_keeps_it_awake():
    hello = "f0a10091"
    assert [part.hex() for part in INIT] == [hello] * 4 + ["f0a30093", hello, "f0b00101a2"]
    assert keep_alive(1).hex() == "f0a0010192"
    assert keep_alive(256 + 5) == keep_alive(5)
    assert set_level(16).hex() == "f0b10110b2"
    for level in (0, 33):
        with pytest.raises(ValueError):
            set_level(level)


def test_a_ride():
    decoder = EchelonDecoder()
    assert decoder.feed(ride(80, 123), 0.0) == {"cadence_rpm": 80, "distance_m": 1230}, "the level is not known yet"
    assert decoder.feed(message(0xD2, b"\x10"), 0.5) == {"resistance_pct": pytest.approx(15 / 31 * 100)}
    said = decoder.feed(ride(80, 124), 1.0)
    assert said == {
        **{"cadence_rpm": 80, "distance_m": 1240, "resistance_pct": pytest.approx(15 / 31 * 100)},
        "power_w": pytest.approx(93, rel=0.129),  # the riders' table has 93.0 W at level 16
    }
    assert decoder.feed(ride(0, 124), 2.0)["power_w"] == 0
    decoder.reset()
    assert "power_w" not in decoder.feed(ride(80), 3.0)


def test_other_messages_say_nothing_and_are_no_damage():
    decoder = EchelonDecoder()
    assert decoder.feed(message(0xA1, b"\x01\x02"), 0.0) == {}
    assert (decoder.frames_ok, decoder.frames_bad) == (1, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xf0\xd1",
        ride(80)[:-1],
        ride(80)[:-1] + b"\0",
        b"\xf1" + ride(80)[1:],
        message(0xD1, b"\0\0\0"),
        message(0xD2),
        message(0xD2, b"\x21"),
    ],
)
def test_damage_is_dropped_and_counted(data):
    decoder = EchelonDecoder()
    assert decoder.feed(data, 0.0) == {}
    assert (decoder.frames_ok, decoder.frames_bad) == (0, 1)


def test_an_impossible_cadence_takes_the_whole_message_with_it():
    assert EchelonDecoder().feed(ride(251), 0.0) == {}


@pytest.mark.parametrize(
    ("level", "cadence", "power_w"), [(1, 60, 16.7), (8, 80, 47.6), (16, 90, 114.8), (24, 70, 166.0), (32, 100, 625.0)]
)
def test_the_estimate_meets_the_riders_table(level, cadence, power_w):
    assert estimated_power_w(cadence, level) == pytest.approx(power_w, rel=0.17)


@given(st.integers(0, 31), st.floats(0, 249))
def test_more_brake_or_more_cadence_is_never_less_power(level, cadence):
    here = estimated_power_w(cadence, level)
    assert estimated_power_w(cadence, level + 1) >= here
    assert estimated_power_w(cadence + 1, level) >= here >= 0


@given(st.integers(1, 32))
def test_a_level_survives_the_way_through_percent(level):
    assert level_of(pct_of(level)) == level
    assert 0 <= pct_of(level) <= 100
    assert (level_of(-5), level_of(200), pct_of(0)) == (1, 32, 0)
