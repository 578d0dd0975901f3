"""IC4: real frames, and a resistance that is a sound guess or not said."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.schwinn import SchwinnDecoder, estimated_resistance_pct

REAL = bytes.fromhex("4402da020201220100")


def test_a_real_frame():
    said = SchwinnDecoder().feed(REAL, 0.0)
    assert (said["power_w"], said["cadence_rpm"]) == (290, 129)
    assert said["resistance_pct"] == pytest.approx(45, abs=3)
    assert "heart_rate_bpm" not in said


@pytest.mark.parametrize(("power_w", "cadence_rpm", "others_pct"), [(100, 80, 38.3), (150, 80, 45.2), (200, 60, 61.4)])
def test_it_says_about_what_another_program_does(power_w, cadence_rpm, others_pct):
    """QZ's formula for this bike, evaluated at these points."""
    assert estimated_resistance_pct(power_w, cadence_rpm) == pytest.approx(others_pct, abs=2.5)


@given(st.floats(40, 140), st.floats(20, 90))
def test_it_inverts_the_curve_of_real_rides(cadence_rpm, resistance_pct):
    power_w = math.exp(-10.091 + 1.4857 * math.log(cadence_rpm) + 2.2410 * math.log(resistance_pct))
    if power_w >= 10:
        assert estimated_resistance_pct(power_w, cadence_rpm) == pytest.approx(resistance_pct)


@pytest.mark.parametrize(("power_w", "cadence_rpm"), [(0, 80), (5, 80), (200, 20), (200, 0)])
def test_without_work_there_is_no_guess(power_w, cadence_rpm):
    assert estimated_resistance_pct(power_w, cadence_rpm) is None


def test_never_beyond_the_range():
    assert estimated_resistance_pct(2500, 40) == 100


def test_damage_is_dropped():
    decoder = SchwinnDecoder()
    assert decoder.feed(REAL[:-1], 0.0) == {}
    assert decoder.frames_bad == 1
