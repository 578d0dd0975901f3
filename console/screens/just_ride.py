"""A ride without a class: three dials, the clock, a goal, laps, and the last ten minutes."""

from __future__ import annotations

import time
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.screenmanager import Screen

from console.alerts import Alert, bike_alert, bike_is_back, not_kept
from console.effort import highest_heart_rate_bpm
from console.goal import Goal, goal_line
from console.ride import Now, Pause, RideState
from console.screens import just_ride_layout
from console.screens.brake_part import BrakePart
from console.screens.parts import Parts
from console.theme import theme
from console.widgets import (  # noqa: F401 - the rules use them
    brake_menu,
    button,
    chip,
    dial,
    free_ride,
    goal_menu,
    heart_card,
    pause_overlay,
    toast,
    totals_card,
    veil,
)
from console.widgets.kv import load_rules
from console.wording import clock
from console.words import _

NEEDLE_S = 1 / 30
SLOWLY_S = 0.25
LAP_S = 3.0
GOAL_KEY = "just_ride.goal"


class JustRideScreen(Screen):
    """``show`` when a ride begins; ``draw`` once a turn of the loop."""

    asking = BooleanProperty(False)
    menu_open = BooleanProperty(False)
    brake_open = BooleanProperty(False)
    goal_words = StringProperty("")

    def on_kv_post(self, _base: Any) -> None:
        """Take the parts apart: each state shows some of them."""
        self._parts = Parts(self)
        self.session: Any = None

    def show(self, **_params: Any) -> None:
        """Bring the screen to the ride that is on."""
        app = App.get_running_app()
        self.session, rider = app.session, app.rider
        if self.session is None:
            return
        self._threshold_w = rider.ftp_w if rider else 200.0
        self._highest_bpm = highest_heart_rate_bpm(rider.birth_year if rider else None, time.localtime().tm_year)
        self.goal = Goal.from_key(app.cache.setting(GOAL_KEY, ""))
        self.brake = BrakePart(self.session.brake, self._parts)
        self.asking = self.menu_open = self.brake_open = False
        self._alert: Alert | None = None
        self._said: Alert | None = None
        self._said_until_s: float | None = None
        self._bike_lost = False
        self._slow_at_s = self._needles_at_s = float("-inf")
        self._plotted = (-1, -1)

    def draw(self, now_s: float) -> None:
        """Show what is true at ``now_s``; only what changed is drawn again."""
        if self.session is None:
            return
        app, now, parts = App.get_running_app(), self.session.now(), self._parts
        totals = now.totals
        parts["cadence"].show(now.cadence_rpm, totals.cadence_rpm, now_s)
        if now.power_w.source is None and now.speed_kmh is not None:
            parts["output"].show_speed(now.speed_kmh, totals, app.settings.units, now_s)
        else:
            parts["output"].show_power(now.power_w, totals.power_w, self._threshold_w, now_s)
        parts["resistance"].show(now.resistance_pct, totals.resistance_pct, now_s)
        parts["heart"].show(now.heart_rate_bpm, self._highest_bpm, now_s)
        parts["clock"].text = clock(now.elapsed_s)
        if now_s - self._needles_at_s >= NEEDLE_S:
            self._needles_at_s = now_s
            for name in ("cadence", "output", "resistance"):
                parts[name].step(now_s)
        if now_s - self._slow_at_s >= SLOWLY_S:
            self._slow_at_s = now_s
            self._draw_slowly(now, now_s)
        parts["toast"].show(self._alert, now_s)
        self._arrange(now)

    def _draw_slowly(self, now: Now, now_s: float) -> None:
        app, parts, session = App.get_running_app(), self._parts, self.session
        self.brake.show()
        parts["totals"].show(now, app.settings.units, len(session.laps))
        parts["goal"].text = goal_line(self.goal, now, app.settings.units)
        parts["goal"].on = self.goal.kind != "none" and self.goal.done(now) >= self.goal.amount
        parts["paused"].clock = clock(now.elapsed_s)
        parts["paused"].reason = _why_paused(now)
        self._alert = self._judge(now, now_s)
        if now.state is RideState.IDLE:
            parts["wake"].show(app.sensing.sensors)
        elif (len(session.points), len(session.laps)) != self._plotted:
            self._plotted = (len(session.points), len(session.laps))
            parts["history"].show(session.points, session.laps, self._threshold_w)

    def _judge(self, now: Now, now_s: float) -> Alert | None:
        if now.state is RideState.IDLE:
            return None
        if self.session.trouble is not None:
            return not_kept()
        silent = bike_alert(now, App.get_running_app().sensing.sensors, in_class=False)
        if silent is not None:
            self._bike_lost = self._bike_lost or silent.lasts_s is None
            return silent
        if self._bike_lost:
            self._bike_lost = False
            self._said, self._said_until_s = bike_is_back(), None
        if self._said is not None and self._said_until_s is None:
            self._said_until_s = now_s + (self._said.lasts_s or 0.0)
        said = self._said if now_s < (self._said_until_s or 0.0) else None
        return said or self.brake.alert

    def _arrange(self, now: Now) -> None:
        rows = self.brake.rows
        self.brake_open = self.brake_open and rows > 0
        table = just_ride_layout.places(theme.compact, rows)
        idle = now.state is RideState.IDLE
        hidden = {"history" if idle else "wake"}
        hidden |= {"lap", "pause"} if idle else set()
        hidden |= {"heart"} if now.heart_rate_bpm.source is None else set()
        hidden |= set() if self.menu_open else {"menu"}
        hidden |= set() if rows else {"brake"}
        hidden |= set() if self.brake_open else {"brake_menu"}
        hidden |= {"toast"} if self._parts["toast"].alert is None else set()
        names = tuple(name for name in table if name not in hidden)
        if self.asking or now.state is RideState.PAUSED:
            names = ("question" if self.asking else "paused",)
        self._parts.show(names, table)

    def touch_leave(self) -> None:
        """Away from the ride: at once when nothing was ridden, else after a question."""
        if self.session.now().state is RideState.IDLE:
            App.get_running_app().end_ride()
        else:
            self.asking = True

    def touch_goal(self) -> None:
        """Choose a goal, or leave it."""
        self.menu_open, self.brake_open = not self.menu_open, False
        self._parts["menu"].open(self.goal, App.get_running_app().settings.units)

    def touch_brake(self) -> None:
        """Choose what the brake does, or leave it."""
        self.brake_open, self.menu_open = not self.brake_open, False

    def choose(self, goal: Goal) -> None:
        """The rider chose a goal; it is kept for the next ride too."""
        self.goal, self.menu_open = goal, False
        self._slow_at_s = float("-inf")
        App.get_running_app().cache.set_setting(GOAL_KEY, goal.key)

    def touch_lap(self) -> None:
        """Mark a lap, and say how long it was."""
        laps, seconds = self.session.laps, self.session.now().totals.seconds
        length = seconds - (laps[-1] if laps else 0)
        self.session.add_lap()
        self._said = Alert("good", "flag", _("Lap {n}").format(n=len(laps)), clock(length), lasts_s=LAP_S)
        self._said_until_s, self._slow_at_s = None, float("-inf")

    def touch_end(self) -> None:
        """The rider ends the ride."""
        self.asking = False
        App.get_running_app().end_ride()


def _why_paused(now: Now) -> str:
    if now.pause is not Pause.NO_PEDALLING:
        return _("Nothing is counted.")
    runs = now.cadence_rpm.source is now.power_w.source is None
    return _("Start the belt and it goes on.") if runs else _("Turn the pedals and it goes on.")


load_rules(__file__)
