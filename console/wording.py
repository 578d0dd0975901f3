"""How numbers, lengths of time and dates read on the screens. No Kivy; the clock is passed in."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from console.effort import METRES_PER_MILE
from console.words import _, n_
from sync.ride_table import RideSummary

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAY_LETTERS = ("M", "T", "W", "T", "F", "S", "S")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def number(value: float) -> str:
    """A whole number with thousands set apart: ``1,071``."""
    return f"{round(value):,}"


def speed(kmh: float | None, units: str) -> tuple[str, str]:
    """A speed and its unit: ``("31.4", "km/h")``; a dash when it is not known."""
    unit = _("mph") if units == "imperial" else _("km/h")
    if kmh is None:
        return "–", unit
    return f"{kmh * 1000 / METRES_PER_MILE if units == 'imperial' else kmh:.1f}", unit


def clock(seconds: float) -> str:
    """A length of time as riders read it: ``0:24``, ``12:40``, ``1:02:03``."""
    whole = max(int(seconds), 0)
    hours, rest = divmod(whole, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def spent(seconds: float) -> tuple[str, str]:
    """A sum of time and its unit: ``("1:12", "h")``, under an hour ``("23", "min")``; what was ridden is never 0."""
    minutes = max(int(seconds) // 60, int(seconds > 0))
    return (f"{minutes // 60}:{minutes % 60:02}", _("h")) if minutes >= 60 else (str(minutes), _("min"))


def minutes(seconds: float) -> str:
    """The length of a class: ``28 min``."""
    return n_("{n} min", "{n} min", max(round(seconds / 60), 1))


def distance(metres: float, units: str) -> tuple[str, str]:
    """A distance and its unit: ``("14.6", "km")``; from 100 on without a tenth."""
    value = metres / (METRES_PER_MILE if units == "imperial" else 1000)
    return (number(value) if value >= 99.95 else f"{value:.1f}"), _("mi") if units == "imperial" else _("km")


def megabytes(size: float) -> str:
    """A size on disk: ``412 MB``, ``2.1 GB``."""
    return f"{size / 1e9:.1f} GB" if size >= 999.5e6 else f"{max(size / 1e6, 0.1):.0f} MB"


def short_date(day: date) -> str:
    """``3 Oct``."""
    return f"{day.day} {_(MONTHS[day.month - 1])[:3]}"


def day_word(day: date, today: date) -> str:
    """``Today``, ``Yesterday``, ``Wed 18 Nov``; another year's with the year."""
    if day == today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_(WEEKDAYS[day.weekday()])} {short_date(day)}{year}"


def when(at: float, now: float) -> str:
    """A moment, nearer ones with the time of day: ``Today 18:10``, ``Yesterday``, ``Wed 18 Nov``."""
    moment, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now).date()
    word = day_word(moment.date(), today)
    return f"{word} {moment:%H:%M}" if moment.date() == today else word


def when_in_sentence(at: float, now: float) -> str:
    """The same inside a sentence: ``today 18:10``, ``yesterday``, ``Wed 18 Nov``."""
    words = when(at, now)
    near = words.startswith((_("Today"), _("Yesterday")))
    return words[:1].lower() + words[1:] if near else words


def greeting(now: float, name: str) -> str:
    """``Good evening, Marta``."""
    hour = datetime.fromtimestamp(now).hour
    times = ((5, _("Hello")), (12, _("Good morning")), (18, _("Good afternoon")), (24, _("Good evening")))
    words = next(words for until, words in times if hour < until)
    return f"{words}, {name.split()[0]}" if name.strip() else words


def ride_title(ride: RideSummary) -> str:
    """What a ride is called: its class's title, or Just ride."""
    if ride.header.class_id is None:
        return _("Just ride")
    return ride.title or _("A former class")
