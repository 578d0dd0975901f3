"""A minute beside a meter, or by feel, makes a table; too little or contradictory riding is refused in a sentence."""

import random

import pytest

from drivers import Sample
from drivers.calibrating import FeelCalibration, MeterCalibration
from drivers.errors import CalibrationRefused
from drivers.estimated import PowerEstimator
from drivers.power_rule import rule_w
from drivers.power_table import PowerTable

KNOB = (25, 35, 45, 30, 50, 40)  # % of resistance, ten seconds each


def minute(calibration, true_w, *, seconds=60, noise=0.03, seed=1):
    """A rider on a bike that takes ``true_w(rpm, %)``, with a meter that is read once a second."""
    draw = random.Random(seed)
    for tick in range(seconds * 10):
        at_s = 100 + tick / 10
        cadence, resistance = 80 + draw.gauss(0, 2), KNOB[tick // 100 % 6] + draw.uniform(-0.3, 0.3)
        if tick % 3 == 0:
            calibration.hear_bike(Sample(at_s, "bike", cadence_rpm=cadence))
        elif tick % 3 == 1:
            calibration.hear_bike(Sample(at_s, "bike", resistance_pct=resistance))
        if tick % 5 == 0 and isinstance(calibration, MeterCalibration):
            watts = true_w(cadence, resistance) * draw.gauss(1, noise)
            calibration.hear_meter(Sample(at_s, "meter", power_w=watts))
    return calibration


def test_a_bike_that_takes_more_than_others_is_known_after_a_minute():
    calibration = minute(MeterCalibration(), lambda c, r: 1.6 * rule_w(c, r))
    table = calibration.table()
    assert calibration.seconds > 45
    assert table.basis == "meter" and table.spread_pct < 6
    for cadence, resistance in [(80, 25), (80, 50), (95, 60), (60, 30)]:
        assert table.power_w(cadence, resistance) == pytest.approx(1.6 * rule_w(cadence, resistance), rel=0.06)


def test_a_bike_with_another_curve_is_met_where_it_was_ridden():
    def true_w(cadence, resistance):
        return 0.045 * cadence * resistance

    table = minute(MeterCalibration(), true_w).table()
    errors = [abs(table.power_w(80, r) / true_w(80, r) - 1) for r in KNOB]
    gain_only = [abs(table.gain * rule_w(80, r) / true_w(80, r) - 1) for r in KNOB]
    assert max(errors) < 0.12 < max(gain_only)


@pytest.mark.parametrize(
    ("calibration", "why"),
    [
        (lambda: MeterCalibration(), "only 0 usable seconds"),
        (lambda: minute(MeterCalibration(), rule_w, seconds=20), r"only \d+ usable seconds"),
        (lambda: minute(MeterCalibration(), lambda c, r: 0 if r > 35 else 300), "contradict"),
        (lambda: minute(MeterCalibration(), lambda c, r: 0), "contradict"),
        (lambda: minute(MeterCalibration(), lambda c, r: 150), "contradict"),
        (lambda: minute(MeterCalibration(), rule_w, noise=0.6), "contradict"),
        (lambda: minute(MeterCalibration(), lambda c, r: 0.02 * rule_w(c, r)), "0.02 times"),
        (lambda: minute(FeelCalibration(150), None, seconds=20), r"only \d+ usable seconds"),
        (lambda: minute(FeelCalibration(150), None), "effort changed"),
    ],
)
def test_what_tells_nothing_is_refused_with_what_to_do(calibration, why):
    with pytest.raises(CalibrationRefused, match=why) as refused:
        calibration().table()
    assert refused.value.remedy


def test_a_meter_that_only_estimates_is_none():
    calibration = MeterCalibration()
    for second in range(60):
        calibration.hear_bike(Sample(float(second), "bike", cadence_rpm=80, resistance_pct=40))
        calibration.hear_meter(Sample(float(second), "echelon", power_w=100, estimated=frozenset({"power_w"})))
    assert calibration.seconds == 0


@pytest.mark.parametrize("watts", [5, 3000, float("nan")])
def test_a_feeling_beyond_what_people_hold_is_refused(watts):
    with pytest.raises(CalibrationRefused):
        FeelCalibration(watts)


def test_by_feel_the_held_effort_becomes_the_figure_that_was_said():
    calibration = FeelCalibration(180)
    for second in range(60):
        calibration.hear_bike(Sample(float(second), "bike", cadence_rpm=85, resistance_pct=40))
    table = calibration.table()
    assert table.basis == "feel" and table.spread_pct is None
    assert table.power_w(85, 40) == pytest.approx(180, abs=0.5)


def bike(at_s, **said):
    return Sample(at_s, "bike", **said)


def test_power_is_estimated_once_cadence_and_resistance_are_known_and_says_so():
    estimator = PowerEstimator(PowerTable(gain=1.5))
    assert estimator.add(bike(0.0, cadence_rpm=80)) == bike(0.0, cadence_rpm=80)
    told = estimator.add(bike(0.3, resistance_pct=40))
    assert told.power_w == pytest.approx(1.5 * rule_w(80, 40), abs=0.1) and told.estimated == {"power_w"}
    assert told.resistance_pct == 40


def test_a_cadence_that_is_no_longer_said_makes_no_power():
    estimator = PowerEstimator(PowerTable())
    estimator.add(bike(0.0, cadence_rpm=80))
    assert estimator.add(bike(10.0, resistance_pct=40)).power_w is None


def test_who_stands_still_gives_no_power_at_any_resistance():
    estimator = PowerEstimator(PowerTable())
    assert estimator.add(bike(0.0, cadence_rpm=0)).power_w is None, "a bike that knows no resistance knows no power"
    estimator.add(bike(0.1, resistance_pct=40))
    assert estimator.add(bike(20.0, cadence_rpm=0)).power_w == 0


def test_a_heart_rate_alone_is_passed_on_as_it_is():
    estimator = PowerEstimator(PowerTable())
    estimator.add(bike(0.0, cadence_rpm=80, resistance_pct=40))
    assert estimator.add(bike(0.5, heart_rate_bpm=140)) == bike(0.5, heart_rate_bpm=140)


def test_what_a_bike_measures_itself_is_left_alone_by_the_rule():
    estimator = PowerEstimator(PowerTable(gain=2.0))
    for sample in (bike(0.0, power_w=133.0), bike(0.1, cadence_rpm=80), bike(0.2, resistance_pct=40)):
        assert estimator.add(sample) == sample


@pytest.mark.parametrize("measured", [True, False])
def test_a_table_made_for_the_bike_is_believed_before_its_own_figure(measured):
    reckoned = frozenset() if measured else frozenset({"power_w"})
    said = Sample(0.0, "bike", cadence_rpm=80, resistance_pct=40, power_w=99, estimated=reckoned)
    left_alone = PowerEstimator(PowerTable()).add(said)
    assert left_alone == said
    told = PowerEstimator(PowerTable(1.5, "meter")).add(said)
    assert told.power_w == pytest.approx(1.5 * rule_w(80, 40), abs=0.1) and told.estimated == {"power_w"}


def test_where_a_made_table_cannot_tell_the_bikes_own_figure_stands():
    estimator = PowerEstimator(PowerTable(1.5, "meter"))
    assert estimator.add(bike(0.0, power_w=133.0)) == bike(0.0, power_w=133.0)
