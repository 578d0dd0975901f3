"""What a rider's rides come to by day, week and month. No Kivy; today is passed in. Weeks begin on Monday."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sync.ride_table import RideSummary


@dataclass(frozen=True, slots=True)
class Sums:
    """What some rides come to."""

    rides: int = 0
    kj: float = 0.0
    seconds: int = 0
    distance_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Week:
    """One week: kJ on each day from Monday, and the sums."""

    monday: date
    days_kj: tuple[float, ...]
    sums: Sums


def day_of(ride: RideSummary) -> date:
    """The local day on which a ride (a RideSummary) began."""
    return datetime.fromtimestamp(ride.header.started_at).date()


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def sums_of(rides: Iterable[RideSummary]) -> Sums:
    """Rides added up."""
    given = list(rides)
    return Sums(
        len(given),
        sum(ride.totals.kj for ride in given),
        sum(ride.totals.seconds for ride in given),
        sum(ride.totals.distance_m for ride in given),
    )


def bests(rides: Iterable[RideSummary]) -> set[str]:
    """The ids of a rider's best rides, of classes that were ridden more than once: an only ride is no best."""
    given = list(rides)
    times = Counter(ride.header.class_id for ride in given if ride.totals.kj > 0)
    return {ride.header.id for ride in given if ride.is_best and times[ride.header.class_id] > 1}


def week_of(rides: Iterable[RideSummary], day: date) -> Week:
    """The week that ``day`` lies in."""
    monday = monday_of(day)
    mine = [ride for ride in rides if monday_of(day_of(ride)) == monday]
    days = tuple(sum(ride.totals.kj for ride in mine if day_of(ride).weekday() == index) for index in range(7))
    return Week(monday, days, sums_of(mine))


def streak_weeks(rides: Iterable[RideSummary], today: date) -> int:
    """Weeks in a row with at least one ride, up to this week; this week may still be empty."""
    ridden = {monday_of(day_of(ride)) for ride in rides}
    week = monday_of(today)
    if week not in ridden:
        week -= timedelta(weeks=1)
    count = 0
    while week in ridden:
        count, week = count + 1, week - timedelta(weeks=1)
    return count


def month_kj(rides: Iterable[RideSummary], year: int, month: int) -> dict[int, float]:
    """kJ on each day of a month on which there was a ride."""
    days: dict[int, float] = {}
    for ride in rides:
        day = day_of(ride)
        if (day.year, day.month) == (year, month):
            days[day.day] = days.get(day.day, 0.0) + ride.totals.kj
    return days


def weekly_kj(rides: Iterable[RideSummary], today: date, weeks: int = 12) -> list[float]:
    """kJ of the last ``weeks`` weeks, oldest first; the last is this week."""
    first = monday_of(today) - timedelta(weeks=weeks - 1)
    sums = [0.0] * weeks
    for ride in rides:
        index = (monday_of(day_of(ride)) - first).days // 7
        if 0 <= index < weeks:
            sums[index] += ride.totals.kj
    return sums


def weekly_best_power(rides: Iterable[RideSummary], today: date, weeks: int = 12) -> list[float]:
    """The best ride's average power, in watts, of each of the last ``weeks`` weeks; 0 where nothing was ridden."""
    first = monday_of(today) - timedelta(weeks=weeks - 1)
    best = [0.0] * weeks
    for ride in rides:
        index = (monday_of(day_of(ride)) - first).days // 7
        if 0 <= index < weeks and ride.totals.power_w.average:
            best[index] = max(best[index], ride.totals.power_w.average)
    return best


def kj_to_date(rides: Iterable[RideSummary], today: date) -> tuple[float, float]:
    """kJ of last week up to the same weekday, and of this week: a week that runs is compared with its like."""
    this, sums = monday_of(today), [0.0, 0.0]
    for ride in rides:
        day = day_of(ride)
        if day.weekday() <= today.weekday() and (week := (this - monday_of(day)).days // 7) in (0, 1):
            sums[1 - week] += ride.totals.kj
    return sums[0], sums[1]


def change_pct(before: float, now: float) -> int | None:
    """How a value stands to the one before, in per cent; ``None`` where there is nothing to compare."""
    return round((now / before - 1) * 100) if before and now else None
