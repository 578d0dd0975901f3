"""Raw sensor counts to percent, as the bike's own tablet shows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.resistance import ResistanceTable

BIKE_A = [
    *(164, 169, 186, 222, 297, 369, 440, 497, 558, 609, 653, 687, 726, 757, 783, 803),
    *(827, 845, 861, 874, 889, 901, 911, 921, 930, 938, 944, 952, 958, 963, 967),
]
BIKE_B = [
    *(174, 185, 206, 232, 276, 340, 404, 469, 520, 576, 629, 667, 708, 743, 780, 804),
    *(830, 854, 874, 894, 911, 927, 941, 956, 964, 976, 982, 994, 1002, 1006, 1014),
]
A, B = ResistanceTable(BIKE_A), ResistanceTable(BIKE_B)


@pytest.mark.parametrize(
    ("table", "raw", "percent"),
    [
        (A, 0, 0.0),
        (A, 163, 0.0),
        (A, 164, 0.0),
        (A, 193, 5.0),  # the tablet's straight line; the table itself would say 7.3
        (A, 222, 10.0),
        (A, 297, 100 * 4 / 30),
        (A, 333, 100 * 4.5 / 30),
        (A, 474, 100 * (6 + 34 / 57) / 30),
        (A, 803, 50.0),
        (A, 952, 90.0),
        (A, 958, 94.0),
        (A, 967, 100.0),
        (A, 1023, 100.0),
        (B, 203, 5.0),
        (B, 804, 50.0),
        (B, 994, 90.0),
        (B, 1004, 95.0),
        (B, 1015, 100.0),
    ],
)
def test_counts_become_percent(table, raw, percent):
    assert table.percent(raw) == pytest.approx(percent, abs=0.01)


@pytest.mark.parametrize("table", [A, B])
def test_turning_the_knob_up_never_shows_less(table):
    shown = [table.percent(raw / 4) for raw in range(4 * 1023)]
    assert shown == sorted(shown)


rising = st.lists(st.integers(0, 1023), min_size=31, max_size=31, unique=True).map(sorted)


@given(rising, st.integers(0, 1023))
def test_any_rising_table_gives_a_percentage(counts, raw):
    assert 0.0 <= ResistanceTable(counts).percent(raw) <= 100.0


@given(rising, st.integers(0, 29))
def test_a_table_that_does_not_rise_is_refused(counts, at):
    counts[at + 1] = counts[at]
    with pytest.raises(ValueError, match="must rise"):
        ResistanceTable(counts)


@pytest.mark.parametrize("length", [0, 30, 32])
def test_a_table_of_another_length_is_refused(length):
    with pytest.raises(ValueError, match="31 entries"):
        ResistanceTable(range(length))
