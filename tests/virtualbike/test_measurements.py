"""What the bike measures, as bytes: read back by pycycling's parsers, byte for byte where the form is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycycling.ftms_parsers import parse_indoor_bike_data

from virtualbike.measurements import cycling_power, heart_rate, indoor_bike_data, speed_cadence
from virtualbike.readings import Readings, Revolutions

RIDING = Readings(
    at_s=125.4,
    cadence_rpm=88.2,
    power_w=162.4,
    resistance_pct=40.3,
    heart_rate_bpm=143.2,
    crank_revolutions=183.3,
    work_j=20_000,
)


def turned(whole, event_s):
    turns = Revolutions()
    turns.whole, turns.event_s = whole, event_s
    return turns


def test_a_whole_record_is_read_as_it_was_meant():
    (record,) = indoor_bike_data(RIDING, 100)
    read = parse_indoor_bike_data(record)
    assert read.instant_cadence == 88
    assert read.instant_speed == pytest.approx(RIDING.speed_kmh, abs=0.01)
    assert read.instant_power == 162
    assert read.resistance_level == 40
    assert read.heart_rate == 143
    assert read.elapsed_time == 125
    assert read.total_distance == round(RIDING.distance_m)
    assert read.total_energy == round(RIDING.energy_kcal)
    assert len(record) == 2 + 2 + 2 + 3 + 2 + 2 + 5 + 1 + 2


def test_the_smallest_packets_get_two_records_with_every_field_once():
    slow, fast = indoor_bike_data(RIDING, 20)
    assert slow[0] & 1 == 1 and fast[0] & 1 == 0
    assert int.from_bytes(slow[:2], "little") & int.from_bytes(fast[:2], "little") == 0
    (whole,) = indoor_bike_data(RIDING, 100)
    assert (slow[0] | fast[0]) & 0xFE | slow[1] << 8 | fast[1] << 8 == int.from_bytes(whole[:2], "little")
    assert len(slow) - 2 + len(fast) - 2 == len(whole) - 2


@given(
    st.builds(
        Readings,
        at_s=st.floats(0, 1e6),
        cadence_rpm=st.floats(0, 300),
        power_w=st.floats(0, 1e5),
        resistance_pct=st.floats(0, 100),
        heart_rate_bpm=st.floats(0, 300),
        crank_revolutions=st.floats(0, 1e8),
        work_j=st.floats(0, 1e9),
    ),
    st.integers(20, 244),
)
def test_no_ride_is_too_long_or_too_hard_for_the_form(readings, room):
    records = indoor_bike_data(readings, room)
    assert all(len(record) <= room for record in records)
    assert [record[0] & 1 for record in records] == [1] * (len(records) - 1) + [0]


def test_power_carries_wheel_in_2048ths_and_crank_in_1024ths_of_a_second():
    data = cycling_power(Readings(power_w=1234), turned(0xFFFFFFFF, 16131 / 2048), turned(2047, 4071 / 1024))
    assert data.hex() == "3000d204ffffffff033fff07e70f"


def test_speed_and_cadence_carry_both_in_1024ths():
    data = speed_cadence(turned(12, 6724 / 1024), turned(2, 7577 / 1024))
    assert data.hex() == "030c000000441a0200991d"


def test_counters_and_times_wrap_as_their_fields_are_wide():
    assert speed_cadence(turned(1 << 32, 64.0), turned(1 << 16, 64.0)).hex() == "03" + "00" * 10


def test_a_heart_is_told_with_its_intervals_and_without():
    assert heart_rate(67, [882 / 1024]).hex() == "16437203"
    assert heart_rate(67, []).hex() == "0643"


def test_the_time_of_a_turn_is_when_it_was_complete():
    turns = Revolutions()
    turns.turn(10.5, 60, 20.0)
    assert (turns.whole, turns.event_s) == (10, 19.5)
    turns.turn(10.9, 60, 20.4)
    assert (turns.whole, turns.event_s) == (10, 19.5)
