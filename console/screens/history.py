"""History: the month, what it came to, how the weeks moved, and every ride."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.recycleview import RecycleView
from kivy.uix.recycleview.views import RecycleDataViewBehavior
from kivy.uix.screenmanager import Screen

from console.diary import (
    bests,
    change_pct,
    day_of,
    kj_to_date,
    month_kj,
    streak_weeks,
    sums_of,
    weekly_best_power,
    weekly_kj,
)
from console.theme import theme
from console.widgets import button, chip, month, pagetitle, trend  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.notice import Empty
from console.widgets.riderow import RideRow
from console.wording import MONTHS, clock, distance, number, ride_title, spent, when
from console.words import _, n_
from sync.ride_table import RideSummary


class HistoryRow(RecycleDataViewBehavior, RideRow):
    """A ride; a tap opens its summary."""

    def on_tap(self) -> None:
        """Open the ride."""
        App.get_running_app().go("summary", ride_id=self.ride_id)


class RideList(RecycleView):
    """Rides, of which only those in sight exist as widgets."""


class HistoryScreen(Screen):
    """Reads all rides of the rider when it is shown; the month and the trend are then chosen from them."""

    month_title = StringProperty("")
    month_note = StringProperty("")
    earlier = BooleanProperty(False)
    later = BooleanProperty(False)
    streak = StringProperty("")
    figures = ListProperty([("0", "")] * 4)
    trend = NumericProperty(0)
    trend_value = StringProperty("")
    trend_words = StringProperty("")
    change = StringProperty("")
    change_up = BooleanProperty(True)

    def show(self) -> None:
        """Read the rides anew, and show this month."""
        app = App.get_running_app()
        self._rides: list[RideSummary] = app.cache.rides(app.rider.id) if app.rider else []
        self._bests = bests(self._rides)
        self._now = time.time()
        self._today = datetime.fromtimestamp(self._now).date()
        self._month = self._today.replace(day=1)
        streak = streak_weeks(self._rides, self._today)
        self.streak = n_("{n} week in a row", "{n} weeks in a row", streak) if streak else _("This month")
        self._show_month()
        self.show_trend(self.trend)
        self._show_rides(self._rides)

    def turn_month(self, months: int) -> None:
        """Show the month before (-1) or after (1)."""
        middle = self._month + timedelta(days=15 + 30 * months)
        self._month = middle.replace(day=1)
        self._show_month()
        self._show_rides(self._rides)

    def choose_day(self, day: int) -> None:
        """Show one day's rides; the same day again shows all."""
        grid = self.ids.month
        grid.chosen = 0 if grid.chosen == day else day
        if not grid.chosen:
            self._show_rides(self._rides)
            return
        wanted = self._month.replace(day=day)
        self._show_rides([ride for ride in self._rides if day_of(ride) == wanted])

    def show_trend(self, index: int) -> None:
        """Show one of the trends over twelve weeks."""
        self.trend = index
        values = (weekly_kj, weekly_best_power)[index](self._rides, self._today)
        self.ids.trend.values = values
        self.trend_value = number(values[-1])
        self.trend_words = (_("kJ this week"), _("W this week"))[index]
        change = change_pct(*kj_to_date(self._rides, self._today)) if index == 0 else change_pct(*values[-2:])
        self.change_up = bool(change is None or change >= 0)
        words = _("{n} % up") if self.change_up else _("{n} % down")
        self.change = "" if not change else words.format(n=abs(change))

    def _show_month(self) -> None:
        first, grid = self._month, self.ids.month
        this_month = (first.year, first.month) == (self._today.year, self._today.month)
        year = "" if first.year == self._today.year else f" {first.year}"
        self.month_title = _(MONTHS[first.month - 1]) + year
        self.month_note = _("{month} so far").format(month=self.month_title) if this_month else self.month_title
        self.later = not this_month
        self.earlier = any(day_of(ride) < first for ride in self._rides)
        grid.chosen = 0
        grid.year, grid.month = first.year, first.month
        grid.today = self._today.day if this_month else 0
        grid.last = self._today.day if this_month else 31
        grid.kj = month_kj(self._rides, first.year, first.month)
        self._show_sums(first)

    def _show_sums(self, first: date) -> None:
        mine = [ride for ride in self._rides if day_of(ride).replace(day=1) == first]
        sums = sums_of(mine)
        far, unit = distance(sums.distance_m, App.get_running_app().settings.units)
        self.figures = [
            (str(sums.rides), n_("ride", "rides", sums.rides)),
            (number(sums.kj), "kJ"),
            spent(sums.seconds),
            (far, unit),
        ]

    def _show_rides(self, rides: Sequence[RideSummary]) -> None:
        self.ids.rides.data = [self._row(ride) for ride in rides]
        self.ids.rides.scroll_y = 1
        self.ids.empty.clear_widgets()
        if not self._rides:
            self.ids.empty.add_widget(_no_rides())

    def _row(self, ride: RideSummary) -> dict[str, Any]:
        cache = App.get_running_app().cache
        one = cache.fitness_class(ride.header.class_id) if ride.header.class_id else None
        power, at = ride.totals.power_w.average, when(ride.header.started_at, self._now)
        return {
            "ride_id": ride.header.id,
            "title": ride_title(ride),
            "second": at if theme.compact else f"{at} · {clock(ride.totals.seconds)}",
            "kj": number(ride.totals.kj),
            "power": "" if power is None else number(power),
            "motif": one.motif if one else "lines",
            "palette": one.palette if one else 1,
            "best": ride.header.id in self._bests,
            "waiting": ride.waiting,
        }


def _no_rides() -> Empty:
    empty = Empty(motif="lines", palette=1, title=_("No rides yet"), text=_("Your first ride will be here."))
    empty.action = _("Just ride")
    empty.bind(on_act=lambda _empty: App.get_running_app().start_just_ride())
    return empty


load_rules(__file__)
