"""The bytes of the virtual trainer, read back by the drivers' codecs and by pycycling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pycycling.cycling_power_service import _parse_cycling_power_feature, _parse_cycling_power_measurement
from pycycling.fitness_machine_service import _parse_supported_power_range, _parse_supported_resistance_level_range
from pycycling.ftms_parsers import parse_all_features, parse_indoor_bike_data
from pycycling.heart_rate_service import _parse_hr_measurement

from console.trainer import measurements
from console.trainer.measurements import Crank
from drivers import ftms
from drivers.cycling_power import CyclingPowerDecoder
from drivers.ftms import Feature, IndoorBikeDecoder, Range, Target
from drivers.heart_rate import HeartRateDecoder

cadences, powers = st.floats(0, 200), st.floats(0, 2000)


@given(st.floats(0, 80), cadences, st.floats(0, 100), powers, st.floats(30, 230), st.floats(0, 1e6), st.floats(0, 6e4))
def test_a_whole_record_says_the_same_to_everybody(speed, cadence, resistance, power, heart, distance, elapsed):
    data = measurements.indoor_bike_data(
        speed,
        distance,
        elapsed,
        cadence_rpm=cadence,
        resistance_pct=resistance,
        power_w=power,
        heart_rate_bpm=heart,
    )
    assert len(data) == 16, "it fits the smallest MTU"
    ours, theirs = ftms.parse_indoor_bike(data), parse_indoor_bike_data(data)
    for mine, other in (
        (ours["speed_kmh"], theirs.instant_speed),
        (ours["cadence_rpm"], theirs.instant_cadence),
        (ours["distance_m"], theirs.total_distance),
        (ours["resistance_level"], theirs.resistance_level),
        (ours["power_w"], theirs.instant_power),
        (ours["heart_rate_bpm"], theirs.heart_rate),
        (ours["elapsed_s"], theirs.elapsed_time),
    ):
        assert mine == other
    assert ours["speed_kmh"] == pytest.approx(speed, abs=0.006)
    assert ours["cadence_rpm"] == pytest.approx(cadence, abs=0.26)
    assert (ours["power_w"], ours["resistance_level"]) == (round(power), round(resistance))
    assert (ours["distance_m"], ours["elapsed_s"]) == (round(distance), round(elapsed))


@given(st.floats(-1e9, 1e9), st.sampled_from(["cadence_rpm", "resistance_pct", "power_w", "heart_rate_bpm"]))
def test_no_number_breaks_a_record(number, metric):
    data = measurements.indoor_bike_data(number, number, number, **{metric: number})
    assert metric.split("_")[0] in " ".join(ftms.parse_indoor_bike(data))
    measurements.cycling_power(number)
    measurements.heart_rate(number)


def test_what_the_bike_does_not_say_is_not_in_the_record():
    said = ftms.parse_indoor_bike(measurements.indoor_bike_data(0, 0, 0, power_w=150))
    assert set(said) == {"speed_kmh", "distance_m", "power_w", "elapsed_s"}


def test_a_program_with_our_range_reads_per_cent():
    levels = ftms.parse_resistance_range(measurements.resistance_range())
    assert levels == Range(0, 100, 1)
    data = measurements.indoor_bike_data(0, 0, 0, resistance_pct=46)
    assert IndoorBikeDecoder(levels).feed(data, 0.0)["resistance_pct"] == 46
    theirs = _parse_supported_resistance_level_range(bytearray(measurements.resistance_range()))
    assert (theirs.minimum_resistance, theirs.maximum_resistance) == (0, 1000)


def test_features_and_ranges():
    feature = measurements.machine_feature(Target.POWER)
    measured, targets = ftms.parse_feature(feature)
    assert targets == Target.POWER and Feature.POWER | Feature.CADENCE in measured and Feature.ENERGY not in measured
    features, settings = parse_all_features(bytearray(feature))
    assert features.power_measurement_supported and features.cadence_supported
    assert settings.power_target_setting_supported and not settings.resistance_target_setting_supported
    assert ftms.parse_power_range(measurements.power_range(25, 800)) == Range(25, 800, 1)
    assert _parse_supported_power_range(bytearray(measurements.power_range(25, 800))).maximum_power == 800
    cps = measurements.POWER_FEATURES.to_bytes(4, "little")
    assert _parse_cycling_power_feature(bytearray(cps)).crank_rev_supported


@pytest.mark.parametrize(("bpm", "length"), [(0, 2), (150, 2), (255, 2), (256, 3)])
def test_a_heart_rate_is_as_long_as_it_must_be(bpm, length):
    data = measurements.heart_rate(bpm)
    assert len(data) == length and _parse_hr_measurement(data).bpm == bpm
    assert not bpm or HeartRateDecoder().feed(data, 0.0) == {"heart_rate_bpm": bpm} or bpm > 250


@given(st.floats(20, 180), st.lists(st.floats(0.1, 1.5), min_size=30, max_size=60), st.integers(0, 70_000))
def test_the_cadence_of_the_crank_is_the_one_that_was_read(cadence, waits, turns):
    crank, decoder, at_s, heard = Crank(1000.0, turns=turns, turned_s=1000.0), CyclingPowerDecoder(), 1000.0, []
    for wait in waits:
        at_s += wait
        crank.turn(cadence, at_s, 2.0)
        data = measurements.cycling_power(200, crank)
        theirs = _parse_cycling_power_measurement(data)
        assert theirs.cumulative_crank_revs == crank.turns & 0xFFFF and theirs.instantaneous_power == 200
        assert at_s - 60 / cadence - 1e-6 <= crank.turned_s <= at_s, "the last whole turn, not a later one"
        said = decoder.feed(data, at_s)
        if len(heard) > 3 and said.get("cadence_rpm"):
            assert said["cadence_rpm"] == pytest.approx(cadence, rel=0.02)
        heard.append(said)


def test_a_crank_that_stands_says_the_same_turn_again_and_never_runs_backwards():
    crank = Crank(0.0)
    crank.turn(90, 10.0, 20.0)
    said = crank.data
    crank.turn(0, 15.0, 2.0)
    crank.turn(90, 12.0, 2.0)
    assert crank.data == said
    crank.turn(60, 16.0, 2.0)
    assert crank.turns == 16 and 15.0 <= crank.turned_s <= 16.0
    crank.turn(60, 1000.0, 2.0)
    assert crank.turns == 18, "of a sleep of the tablet only the end is counted"
