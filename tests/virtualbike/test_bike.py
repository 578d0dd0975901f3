"""The virtual bike's physics: what a rider would feel and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtualbike.bike import MAX_POWER_W, Bike, power_w
from virtualbike.calibration import BIKE_A, BIKE_B, raw_counts
from virtualbike.rider import Ridden, SteadyRider


def test_power_matches_what_real_bikes_show_at_80_rpm_and_40_percent():
    assert 96 <= power_w(80, 40) <= 121


@given(st.floats(-50, 400), st.floats(-20, 150))
def test_power_is_never_negative_and_never_absurd(cadence, resistance):
    assert 0.0 <= power_w(cadence, resistance) <= MAX_POWER_W


@given(st.floats(1, 200), st.floats(1, 99))
def test_more_resistance_or_cadence_never_means_less_power(cadence, resistance):
    assert power_w(cadence, resistance + 1) >= power_w(cadence, resistance)
    assert power_w(cadence + 1, resistance) >= power_w(cadence, resistance)


def ride(bike, legs_nm, knob_pct, seconds):
    for _ in range(round(seconds / 0.01)):
        bike.step(0.01, legs_nm, knob_pct)


def test_the_flywheel_coasts_and_then_stands():
    bike = Bike(cadence_rpm=90, resistance_pct=30)
    ride(bike, 0.0, 30, 1.0)
    assert 40 < bike.cadence_rpm < 90
    ride(bike, 0.0, 30, 60.0)
    assert bike.cadence_rpm == 0.0
    assert bike.power_w == 0.0


def test_a_heavier_knob_stops_the_flywheel_sooner():
    light, heavy = Bike(cadence_rpm=90, resistance_pct=20), Bike(cadence_rpm=90, resistance_pct=60)
    ride(light, 0.0, 20, 1.0)
    ride(heavy, 0.0, 60, 1.0)
    assert heavy.cadence_rpm < light.cadence_rpm - 10


def test_the_knob_takes_time_to_turn():
    bike = Bike(resistance_pct=20)
    ride(bike, 0.0, 80, 1.0)
    assert bike.resistance_pct == pytest.approx(50)
    ride(bike, 0.0, 80, 2.0)
    assert bike.resistance_pct == pytest.approx(80)


def test_a_steady_rider_holds_cadence_resistance_and_so_power():
    ridden = Ridden(Bike(cadence_rpm=80, resistance_pct=40), SteadyRider(80, 40))
    for second in range(30):
        bike = ridden.advance(second * 1.0)
    assert bike.cadence_rpm == pytest.approx(80, abs=0.2)
    assert bike.power_w == pytest.approx(power_w(80, 40), rel=0.01)
    assert bike.crank_revolutions == pytest.approx(80 * 29 / 60, rel=0.02)


def test_a_rider_starts_a_standing_bike_within_some_seconds():
    ridden = Ridden(Bike(resistance_pct=40), SteadyRider(80, 40))
    ridden.advance(0.0)
    assert ridden.advance(0.2).cadence_rpm < 60
    assert ridden.advance(5.0).cadence_rpm == pytest.approx(80, abs=1)


def test_a_bike_nobody_asked_for_an_hour_does_not_catch_up():
    ridden = Ridden(Bike(cadence_rpm=80, resistance_pct=40), SteadyRider(80, 40))
    ridden.advance(0.0)
    assert ridden.advance(3600.0).crank_revolutions == 0.0


@pytest.mark.parametrize("table", [BIKE_A, BIKE_B])
def test_the_sensor_reads_the_table_at_both_ends_and_between(table):
    assert raw_counts(table, 0) == table[0]
    assert raw_counts(table, 10) == table[3]
    assert raw_counts(table, 50) == table[15]
    assert raw_counts(table, 90) == pytest.approx(table[27])
    assert raw_counts(table, 100) == table[30]
    assert raw_counts(table, 5) == pytest.approx((table[0] + table[3]) / 2)


def test_the_sensor_jitters_by_one_count_and_alike_for_one_seed():
    readings = [Bike(seed=7, resistance_pct=50).raw_resistance() for _ in range(3)]
    assert len(set(readings)) == 1
    bike = Bike(seed=7, resistance_pct=50)
    assert {bike.raw_resistance() for _ in range(200)} == {802, 803, 804}
