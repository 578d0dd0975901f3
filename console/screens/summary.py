"""What a ride came to."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import numpy as np
from kivy.app import App
from kivy.properties import StringProperty
from kivy.uix.screenmanager import Screen

from console import theme as T
from console.curves import curve, round_seconds, seconds_in_zones, smooth
from console.recap import (
    FRESH_S,
    Comparison,
    asks_how_hard,
    asks_to_keep,
    compare,
    cool_down,
    headline,
    picture_words,
    rank_words,
    sync_state,
    tiles,
)
from console.screens.parts import Parts
from console.screens.summary_layout import places
from console.suggestions import for_you
from console.threshold import threshold_w
from console.widgets import (  # noqa: F401 - the rules use them
    button,
    curve_card,
    heading,
    next_card,
    pause_overlay,
    rating_card,
    stat_tile,
    zone_bars,
)
from console.widgets.kv import load_rules
from console.widgets.plot import Line, Picture, Tick
from console.wording import clock, minutes, number, ride_title, short_date
from console.words import _
from sync.records import FitnessClass, Point
from sync.ride_table import RideSummary
from sync.riders import GUEST_ID

REFRESH_S = 1.0
MOST_TICKS = 7
STATE_COLOURS = {"good": T.OK, "plain": T.SOFT, "warn": T.WARN}


class SummaryScreen(Screen):
    """``show(ride_id)``; where the ride is kept, and its rank, stay up to date while it is shown."""

    ride_id = StringProperty("")

    def on_kv_post(self, _base: Any) -> None:
        """Take the parts apart."""
        self._parts = Parts(self)
        self._refreshed_at_s = float("-inf")

    def show(self, ride_id: str, **_params: Any) -> None:
        """Read a ride from the cache."""
        app, now, self.ride_id = App.get_running_app(), time.time(), ride_id
        summary, points = app.cache.ride(ride_id), app.cache.points(ride_id)
        one = app.cache.fitness_class(summary.header.class_id) if summary.header.class_id else None
        against = compare(app.cache, summary)
        parts = self._parts
        threshold = threshold_w(app.cache, app.rider, summary.header.started_at)
        self._fresh = now - (summary.header.finished_at or now) < FRESH_S
        title, second = headline(summary, one, points, now)
        picture = picture_words(app.cache.quality(ride_id))
        if picture and T.theme.compact:  # the tiles have the length; there is no room for all
            second = ride_title(summary)
        parts["heading"].title, parts["heading"].second = title, " · ".join(filter(None, (second, picture)))
        self._show_tiles(summary, against)
        self._show_curves(summary, points, against, threshold)
        self._show_next(one)
        self.refresh()
        self._asks = self._fresh and asks_how_hard(summary, app.cache.quality(ride_id))
        if asks_to_keep(summary, now):
            parts.show(("question",), places(T.theme.compact, False))
        else:
            self._arrange()
        parts["question"].words = _("It lasted {length}.").format(length=clock(summary.totals.seconds))

    def _arrange(self) -> None:
        """A fresh ride of a class is asked how hard it was, in the place of what comes next."""
        table = places(T.theme.compact, self._asks)
        self._parts.show(tuple(table), table)

    def rate(self, answer: int) -> None:
        """The rider's word on the class, 1 to 5; kept as 2 to 10."""
        app, self._asks = App.get_running_app(), False
        if app.cache.has_ride(self.ride_id):
            app.cache.rate(self.ride_id, 2 * answer)
            app.uplink.poke()
        self._arrange()

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop: what may have changed since is read once a second."""
        if now_s - self._refreshed_at_s >= REFRESH_S:
            self._refreshed_at_s = now_s
            self.refresh()

    def refresh(self) -> None:
        """Say where the ride is kept, and where it stands."""
        app, parts = App.get_running_app(), self._parts
        if not app.cache.has_ride(self.ride_id):
            return
        summary = app.cache.ride(self.ride_id)
        state = sync_state(summary, app.uplink.status)
        parts["state"].icon, parts["state"].words = state.icon, state.words
        parts["state"].colour = STATE_COLOURS[state.kind]
        standings = app.cache.standings(self.ride_id) if summary.header.class_id else None
        ranks = rank_words(standings)
        length = _("in {length}").format(length=clock(summary.totals.seconds))
        parts["total"].ranks = ranks if ranks[0] else (length, length)

    def _show_tiles(self, summary: RideSummary, against: Comparison) -> None:
        app, total = App.get_running_app(), self._parts["total"]
        total.value = number(summary.totals.kj) if summary.totals.power_w.average is not None else "–"
        total.headline, total.compared = against.headline, (against.words, against.brief)
        if T.theme.compact and against.best:
            total.headline, total.compared = against.brief, ("", "")  # the trophy says that it is a best
        total.show(against.best, moves=self._fresh and not app.settings.less_motion)
        for index, figure in enumerate(tiles(summary, app.settings.units)):
            tile = self._parts[f"tile{index}"]
            tile.label, tile.value = figure.label, figure.value
            tile.unit, tile.second = figure.unit, figure.second

    def _show_curves(self, summary: RideSummary, points: list[Point], against: Comparison, threshold_w: float) -> None:
        parts, totals = self._parts, summary.totals
        power = curve(points, "power_w")
        best = self._best_line(points, against)
        peaks = [float(np.nanmax(values)) for values in (power, best) if len(values) and not np.isnan(values).all()]
        top_w = 1.08 * max(threshold_w, *peaks, 1.0)
        lines = (Line(smooth(best, 5), 0.0, top_w, T.TEXT, dashed=True),) if len(best) else ()
        picture = Picture(power, threshold_w, top_w, lines=lines, ticks=_ticks(len(points)))
        other = against.other
        day = short_date(datetime.fromtimestamp(other.header.started_at).date()) if other else ""
        name = _("Your best, {day}").format(day=day) if len(best) else ""
        parts["output"].show(picture, name, "" if peaks else _("Nobody measured the output"))
        parts["zones"].show(seconds_in_zones(power, threshold_w))
        missing = _("not measured")
        parts["cadence"].show(curve(points, "cadence_rpm"), totals.cadence_rpm.average, 10, 40, missing)
        parts["resistance"].show(curve(points, "resistance_pct"), totals.resistance_pct.average, 10, 30, missing)
        parts["heart"].show(curve(points, "heart_rate_bpm"), totals.heart_rate_bpm.average, 10, 40, missing)

    def _best_line(self, points: list[Point], against: Comparison) -> Any:
        """The best ride's output at the same seconds of the class."""
        if against.other is None or not points:
            return np.array([])
        theirs = App.get_running_app().cache.points(against.other.header.id)
        by_second = {int(point.class_s): point.power_w for point in theirs if point.class_s is not None}
        values = [by_second.get(int(point.class_s)) if point.class_s is not None else None for point in points]
        known = np.array([np.nan if value is None else value for value in values], dtype=float)
        return np.array([]) if np.isnan(known).all() else known

    def _show_next(self, ridden: FitnessClass | None) -> None:
        app, card = App.get_running_app(), self._parts["next"]
        classes = app.cache.classes()
        easy = cool_down(classes, ridden) if self._fresh else None
        offered = for_you(classes, app.cache.rides(app.rider.id) if app.rider else [])
        one = easy or next((one for one in offered if ridden is None or one.id != ridden.id), None)
        if one is None:
            card.title, card.second, card.action = _("Just ride"), _("No class, your own pace"), _("Just ride")
            card.motif, card.palette, self._go_on = "lines", 1, app.start_just_ride
            return
        card.title, card.motif, card.palette = one.title, one.motif, one.palette
        card.second = " · ".join(part for part in (minutes(one.duration_s), one.coach) if part)
        card.action = _("Cool down") if easy else _("Look at it")
        self._go_on = (lambda: app.start_class(one.id)) if easy else (lambda: app.go("class", class_id=one.id))

    def go_on(self) -> None:
        """The rider takes what comes next."""
        self._forget_guest()
        self._go_on()

    def done(self) -> None:
        """Away from here: home after a ride, else where the rider came from."""
        app = App.get_running_app()
        self._forget_guest()
        if self._fresh:
            app.go("home")
        else:
            app.back()

    def _forget_guest(self) -> None:
        cache = App.get_running_app().cache
        if cache.has_ride(self.ride_id) and cache.ride(self.ride_id).header.rider_id == GUEST_ID:
            cache.discard_ride(self.ride_id)

    def keep(self, keep: bool) -> None:
        """The rider's word on a very short ride. A guest's stays until its summary is left."""
        app = App.get_running_app()
        if keep:
            self._arrange()
        else:
            app.cache.discard_ride(self.ride_id)
            app.go("home")


def _ticks(seconds: int) -> tuple[Tick, ...]:
    if seconds < 2:
        return ()
    step = round_seconds(seconds, MOST_TICKS)
    marks = [mark for mark in range(0, seconds, step) if seconds - mark > step / 2]
    return (*(Tick(mark / seconds, clock(mark)) for mark in marks), Tick(1.0, clock(seconds)))


load_rules(__file__)
