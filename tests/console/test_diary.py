"""What rides come to by day, week and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.diary import (
    bests,
    change_pct,
    kj_to_date,
    month_kj,
    streak_weeks,
    sums_of,
    week_of,
    weekly_best_power,
    weekly_kj,
)
from sync.records import Figures, RideHeader, Totals
from sync.ride_table import RideSummary

THURSDAY = date(2026, 11, 19)


def ride(day: date, kj: float = 200.0, power: float | None = 150.0) -> RideSummary:
    at = datetime(day.year, day.month, day.day, 18).timestamp()
    totals = Totals(1200, kj, 9000.0, 210.0, power_w=Figures(power, power))
    return RideSummary(RideHeader("r" * 32, "m", "Marta", at), totals, None, False, False)


def days_ago(*days: int) -> list[RideSummary]:
    return [ride(THURSDAY - timedelta(days=one)) for one in days]


def test_a_week_runs_from_monday_to_sunday() -> None:
    week = week_of([ride(date(2026, 11, 16)), ride(date(2026, 11, 22)), ride(date(2026, 11, 15))], THURSDAY)
    assert week.monday == date(2026, 11, 16)
    assert week.days_kj == (200, 0, 0, 0, 0, 0, 200)
    assert week.sums.rides == 2 and week.sums.seconds == 2400


def test_a_streak_counts_weeks_and_an_empty_running_week_does_not_end_it() -> None:
    assert streak_weeks(days_ago(0, 7, 14), THURSDAY) == 3
    assert streak_weeks(days_ago(7, 14), THURSDAY) == 2
    assert streak_weeks(days_ago(0, 14), THURSDAY) == 1
    assert streak_weeks(days_ago(14), THURSDAY) == 0
    assert streak_weeks([], THURSDAY) == 0


def test_an_only_ride_of_a_class_is_no_best() -> None:
    def of_class(ride_id: str, class_id: str | None, kj: float, is_best: bool) -> RideSummary:
        given = ride(THURSDAY, kj)
        header = replace(given.header, id=ride_id, class_id=class_id)
        return replace(given, header=header, is_best=is_best)

    rides = [of_class("a", "climb", 200, True), of_class("b", "climb", 150, False), of_class("c", "beat", 90, True)]
    assert bests(rides) == {"a"}
    unmeasured = of_class("d", "beat", 0, False)
    assert bests([*rides, unmeasured, of_class("e", None, 300, False)]) == {"a"}, "without output nothing to beat"


def test_a_month_adds_up_each_day() -> None:
    rides = [ride(date(2026, 11, 2), 100), ride(date(2026, 11, 2), 50), ride(date(2026, 10, 31), 999)]
    assert month_kj(rides, 2026, 11) == {2: 150}


def test_twelve_weeks_end_with_this_one() -> None:
    sums = weekly_kj(days_ago(0, 1, 7, 12 * 7), THURSDAY)
    assert len(sums) == 12 and sums[-1] == 400 and sums[-2] == 200 and sum(sums) == 600


def test_the_best_average_of_a_week_ignores_rides_without_power() -> None:
    rides = [ride(THURSDAY, power=None), ride(THURSDAY, power=180), ride(THURSDAY, power=170)]
    assert weekly_best_power(rides, THURSDAY)[-1] == 180


def test_a_running_week_is_compared_with_the_same_days_of_the_last() -> None:
    rides = [ride(date(2026, 11, 19), 300), ride(date(2026, 11, 11), 100), ride(date(2026, 11, 14), 5000)]
    assert kj_to_date(rides, THURSDAY) == (100, 300)
    assert change_pct(100, 300) == 200
    assert change_pct(0, 300) is None and change_pct(100, 0) is None


@given(st.lists(st.integers(0, 300), max_size=40))
def test_no_ride_is_lost_between_weeks(days: list[int]) -> None:
    rides = days_ago(*days)
    weeks = {week_of(rides, THURSDAY - timedelta(days=one)) for one in days}
    assert sum(week.sums.rides for week in weeks) == len(rides)
    assert abs(sum(week.sums.kj for week in weeks) - sums_of(rides).kj) < 1e-6
