"""Power where a bike gives none: near public rides' figures, never falling, learnt from a meter, kept as JSON."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.isotonic import rising, rising_grid
from drivers.power_learning import PowerLearner
from drivers.power_rule import rule_w
from drivers.power_table import Cell, PowerTable

cadences, resistances = st.floats(0, 250), st.floats(0, 100)
cells = st.lists(
    st.builds(Cell, st.floats(0, 200), st.floats(0, 100), st.floats(0, 2500), st.integers(1, 100)), max_size=30
).map(tuple)


def ride(learner, cadence, resistance, watts, at_s, seconds=10, every_s=0.5):
    for i in range(int(seconds / every_s)):
        learner.hear(cadence, resistance, watts, at_s + i * every_s)
    return at_s + seconds


def test_the_rule_is_within_what_real_bikes_differ_by():
    # 80 rpm at 40 %: 96 to 121 W on real bikes; riders' own rule for others.
    assert 96 < PowerTable().power_w(80, 40) < 121
    for cadence, resistance in [(75, 35), (80, 40), (90, 45), (100, 50)]:
        riders = (cadence - 35) * (resistance / 100) ** 2.5 * 24
        assert rule_w(cadence, resistance) == pytest.approx(riders, rel=0.12)


def test_who_does_not_pedal_or_has_no_brake_gives_no_power():
    assert PowerTable().power_w(0, 50) == PowerTable().power_w(80, 0) == 0


def test_a_gain_of_the_bike_holds_everywhere():
    assert PowerTable(gain=2.5).power_w(60, 30) == pytest.approx(2.5 * rule_w(60, 30))


@settings(max_examples=60, deadline=None)
@given(cells, st.floats(0.2, 5), st.lists(st.tuples(cadences, resistances, cadences, resistances), max_size=20))
def test_power_never_falls_when_resistance_or_cadence_rises(cells, gain, pairs):
    table = PowerTable(gain, "meter", None, cells)
    for one, two, three, four in pairs:
        slow, fast, low, high = *sorted((one, three)), *sorted((two, four))
        least, most = table.power_w(slow, low), table.power_w(fast, high)
        assert 0 <= least <= most + 1e-9 and most <= 2500


@settings(max_examples=100)
@given(st.lists(st.tuples(st.floats(-100, 100), st.floats(0.1, 100)), min_size=1, max_size=12))
def test_the_fit_to_a_row_is_the_least_squares_one(points):
    values, weights = np.array(points).T
    fit = rising(values, weights)

    def mean(j, k):
        return np.average(values[j : k + 1], weights=weights[j : k + 1])

    n = len(values)
    exact = [max(min(mean(j, k) for k in range(i, n)) for j in range(i + 1)) for i in range(n)]
    assert fit == pytest.approx(exact, abs=1e-6)


def test_the_fit_to_a_grid_leaves_what_rises_alone_and_shares_a_fall_by_weight():
    grid = np.add.outer(np.arange(5.0), np.arange(4.0))
    assert rising_grid(grid, np.ones_like(grid)) == pytest.approx(grid)
    fall = np.array([[0.0, 4.0], [4.0, 1.0]])
    fit = rising_grid(fall, np.array([[1.0, 1.0], [1.0, 2.0]]))
    assert fit == pytest.approx(np.array([[0.0, 2.5], [2.5, 2.5]]), abs=0.1)


def test_what_was_learnt_at_a_resistance_holds_there_and_the_rule_elsewhere():
    learner = PowerLearner()
    ride(learner, 85, 40, 150, 0.0)
    table = PowerTable(1.0, "meter", None, learner.cells())
    assert table.power_w(85, 40) == pytest.approx(150, abs=0.5)
    assert table.power_w(85, 80) == pytest.approx(rule_w(85, 80), rel=0.01)


def test_a_second_after_the_knob_was_turned_nothing_is_learnt():
    learner = PowerLearner()
    at_s = ride(learner, 85, 40, 150, 0.0, seconds=20)
    heard = [learner.hear(85, 60, 150, at_s + i / 10) for i in range(20)]
    assert heard[:10] == [None] * 10 and None not in heard[10:]


def test_jitter_of_the_knob_is_no_turn():
    learner = PowerLearner()
    heard = [learner.hear(85, 40 + 0.6 * (i % 2), 150, i * 0.3) for i in range(20)]
    assert None not in heard


def test_a_cell_needs_ten_readings_takes_the_middle_one_and_forgets_what_is_old():
    learner = PowerLearner()
    for i in range(9):
        learner.hear(80, 40, 120, float(i))
    assert learner.cells() == ()
    learner.hear(80, 40, 900, 9.0)  # a spike
    assert learner.cells() == (Cell(80, 40, 120, 10),)
    for i in range(300):
        learner.hear(80, 40, 140, 10.0 + i)
    assert learner.cells() == (Cell(80, 40, 140, 100),)


def test_readings_beside_a_point_speak_for_the_point():
    learner = PowerLearner()
    for i in range(40):
        cadence, resistance = 80 + (i % 5 - 2), 40 + 0.2 * (i % 3)
        learner.hear(cadence, resistance, 1.3 * rule_w(cadence, resistance), float(i))
    ((*_, watts, _),) = learner.cells()
    assert watts == pytest.approx(1.3 * rule_w(80, 40), abs=0.1)


@settings(max_examples=60, deadline=None)
@given(cells, st.floats(0.2, 5), st.none() | st.floats(0, 100))
def test_a_table_survives_its_json(cells, gain, spread):
    table = PowerTable(gain, "meter", spread, cells)
    assert PowerTable.from_json(table.to_json()) == table


@pytest.mark.parametrize(
    "change",
    [
        {"breakaway-power-table": 2},
        {"gain": 0},
        {"gain": float("nan")},
        {"gain": "much"},
        {"basis": "guess"},
        {"spread_pct": float("inf")},
        {"cells": [[80, 40, -5, 10]]},
        {"cells": [[80, 400, 5, 10]]},
        {"cells": [[80, 40, math.inf, 10]]},
        {"cells": [[80, 40]]},
        {"cells": None},
    ],
)
def test_a_damaged_table_is_refused(change):
    fields = json.loads(PowerTable(1.2, "feel").to_json()) | change
    with pytest.raises(ValueError, match=r"."):
        PowerTable.from_json(json.dumps(fields))


@given(st.binary(max_size=100))
def test_any_bytes_are_a_table_or_refused(text):
    with pytest.raises(ValueError, match=r"."):
        PowerTable.from_json(text)
