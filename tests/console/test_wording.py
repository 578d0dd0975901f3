"""How numbers, times and dates read."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from console import wording

NOW = datetime(2026, 11, 21, 18, 42).timestamp()


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (24.9, "0:24"), (760, "12:40"), (3723, "1:02:03"), (-3, "0:00")]
)
def test_clock(seconds: float, words: str) -> None:
    assert wording.clock(seconds) == words


def test_minutes_and_numbers() -> None:
    assert wording.minutes(1680) == "28 min"
    assert wording.minutes(20) == "1 min"
    assert wording.number(1070.6) == "1,071"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ("0", "min")),
        (23, ("1", "min")),
        (200, ("3", "min")),
        (3599, ("59", "min")),
        (3600, ("1:00", "h")),
        (4350, ("1:12", "h")),
    ],
)
def test_time_spent_is_minutes_until_it_is_an_hour(seconds: float, words: tuple[str, str]) -> None:
    assert wording.spent(seconds) == words


@pytest.mark.parametrize(
    ("metres", "units", "words"),
    [
        (14_600, "metric", ("14.6", "km")),
        (14_600, "imperial", ("9.1", "mi")),
        (136_200, "metric", ("136", "km")),
        (99_960, "metric", ("100", "km")),
        (0, "metric", ("0.0", "km")),
    ],
)
def test_distance(metres: float, units: str, words: tuple[str, str]) -> None:
    assert wording.distance(metres, units) == words


def test_dates_near_are_words_and_those_of_other_years_say_so() -> None:
    assert wording.when(NOW - 1800, NOW) == "Today 18:12"
    assert wording.when(NOW - 86_400, NOW) == "Yesterday"
    assert wording.when(datetime(2026, 11, 18, 7).timestamp(), NOW) == "Wed 18 Nov"
    assert wording.day_word(date(2025, 10, 3), date(2026, 11, 21)) == "Fri 3 Oct 2025"
    assert wording.when_in_sentence(NOW - 86_400, NOW) == "yesterday"
    assert wording.when_in_sentence(datetime(2026, 11, 18, 7).timestamp(), NOW) == "Wed 18 Nov"
    assert wording.short_date(date(2026, 10, 3)) == "3 Oct"


@pytest.mark.parametrize(
    ("hour", "words"), [(2, "Hello"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening")]
)
def test_the_greeting_knows_the_hour_and_the_first_name(hour: int, words: str) -> None:
    now = datetime(2026, 11, 21, hour).timestamp()
    assert wording.greeting(now, "Marta Kovač") == f"{words}, Marta"
    assert wording.greeting(now, "") == words


def test_sizes() -> None:
    assert wording.megabytes(412e6) == "412 MB"
    assert wording.megabytes(2.13e9) == "2.1 GB"
    assert wording.megabytes(10) == "0 MB"
