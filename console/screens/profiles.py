"""Who is riding: up to eight riders and a guest, a PIN for those who set one, and room for a new rider."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kivy.app import App
from kivy.clock import Clock
from kivy.properties import BooleanProperty, ColorProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.screenmanager import Screen

from console.diary import day_of, week_of
from console.pin import PinGate
from console.screens.new_rider import NewRiderPanel
from console.theme import RAISED, RIDERS
from console.widgets import badge, pinpad  # noqa: F401 - the rules use them
from console.widgets.ground import Card, Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap
from console.wording import short_date
from console.words import _
from sync.ride_table import RideSummary
from sync.riders import GUEST, MOST_RIDERS, Rider


class RiderCard(Tap, Ground, BoxLayout):
    """One rider, or a way to become one."""

    rider_id = StringProperty("")
    name = StringProperty("")
    second = StringProperty("")
    sign = StringProperty("")
    icon = StringProperty("")
    colour = ColorProperty(RAISED)
    chosen = BooleanProperty(False)


class PinPanel(Card):
    """Asks one rider for the PIN. ``unlocked(rider)`` is called when it was right."""

    sign = StringProperty("")
    colour = ColorProperty(RAISED)
    title = StringProperty("")

    def __init__(self, rider: Rider, unlocked: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        app = App.get_running_app()
        self._rider, self._unlocked = rider, unlocked
        self._gate = PinGate(app.cache, rider.id, rider.pin_hash or "")
        self.sign, self.colour = rider.initials, RIDERS[rider.colour % len(RIDERS)]
        self.title = _("PIN for {name}").format(name=rider.name.split()[0])
        self._ticks = Clock.schedule_interval(lambda _dt: self._show_wait(), 0.25)
        self._show_wait()

    def close(self) -> None:
        """Stop counting seconds."""
        self._ticks.cancel()

    def take(self, pin: str) -> None:
        """Look at a PIN."""
        if self._gate.try_pin(pin, time.time()):
            self._unlocked(self._rider)
            return
        pad = self.ids.pad
        pad.wrong = True
        tries = self._gate.tries_left
        pad.message = _("Wrong PIN. One more try.") if tries == 1 else _("Wrong PIN. {n} more tries.").format(n=tries)
        self._show_wait()

    def _show_wait(self) -> None:
        pad, wait_s = self.ids.pad, self._gate.wait_s(time.time())
        if wait_s > 0:
            pad.locked = True
            pad.message = _("Three wrong tries. Wait {n} s.").format(n=int(wait_s) + 1)
        elif pad.locked:
            pad.locked = pad.wrong = False
            pad.message = ""


class ProfilesScreen(Screen):
    """The right side is a panel when there is something to ask: a PIN, or a new rider's name."""

    asking = BooleanProperty(False)

    def show(self) -> None:
        """Read the riders anew."""
        self._close_panel()
        app = App.get_running_app()
        self._riders = {rider.id: rider for rider in app.cache.riders()}
        grid = self.ids.cards
        grid.clear_widgets()
        for rider in self._riders.values():
            grid.add_widget(self._rider_card(rider, app.cache.rides(rider.id, limit=20)))
        if len(self._riders) < MOST_RIDERS:
            self._add_card(_("Add rider"), "", "plus", self._ask_name)
        self._add_card(_("Guest"), _("Nothing is kept"), "user", lambda: self.ride_as(GUEST))

    def on_leave(self) -> None:
        """Ask nothing any more."""
        self._close_panel()

    def ride_as(self, rider: Rider) -> None:
        """This is who rides."""
        app = App.get_running_app()
        app.rider = rider
        app.go("home")

    def choose(self, rider_id: str) -> None:
        """A rider's card was tapped."""
        rider = self._riders[rider_id]
        if rider.pin_hash:
            self._open_panel(PinPanel(rider, self.ride_as), rider_id)
        else:
            self.ride_as(rider)

    def _ask_name(self) -> None:
        self._open_panel(NewRiderPanel(len(self._riders), self._added, self._close_panel), "")

    def _added(self, rider: Rider) -> None:
        App.get_running_app().cache.save_rider(rider)
        self.ride_as(rider)

    def _open_panel(self, panel: Any, rider_id: str) -> None:
        self._close_panel()
        self.ids.panel.add_widget(panel)
        self.asking = True
        for card in self.ids.cards.children:
            card.chosen = bool(rider_id) and card.rider_id == rider_id

    def _close_panel(self) -> None:
        for panel in self.ids.panel.children[:]:
            panel.close()
            self.ids.panel.remove_widget(panel)
        self.asking = False
        for card in self.ids.cards.children:
            card.chosen = False

    def _rider_card(self, rider: Rider, rides: Sequence[RideSummary]) -> RiderCard:
        card = RiderCard(rider_id=rider.id, name=rider.name.split()[0] if rider.name.split() else rider.name)
        card.sign, card.colour = rider.initials, RIDERS[rider.colour % len(RIDERS)]
        card.second = _lately(rider, rides)
        card.bind(on_tap=lambda card: self.choose(card.rider_id))
        return card

    def _add_card(self, name: str, second: str, icon: str, act: Any) -> None:
        card = RiderCard(name=name, second=second, icon=icon)
        card.bind(on_tap=lambda _card: act())
        self.ids.cards.add_widget(card)


def _lately(rider: Rider, rides: Sequence[RideSummary]) -> str:
    """What a rider has done lately, in a few words."""
    today = datetime.fromtimestamp(time.time()).date()
    this_week = week_of(rides, today).sums.rides
    if not rides:
        return _("New here")
    if this_week and rider.weekly_goal:
        return _("{n} of {goal} this week").format(n=this_week, goal=rider.weekly_goal)
    days = (today - day_of(rides[0])).days
    if days < 2:
        return _("Rode yesterday") if days else _("Rode today")
    return _("Rode {day}").format(day=short_date(day_of(rides[0])))


load_rules(__file__)
