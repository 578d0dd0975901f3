"""Settings: groups at the left, their rows at the right; everything is kept the moment it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.app import App
from kivy.properties import StringProperty
from kivy.uix.screenmanager import Screen
from kivy.uix.widget import Widget

from console.ride import Reading
from console.screens.broadcast_settings import broadcast_rows
from console.screens.cloud_settings import network_rows, sync_rows
from console.screens.rider_settings import RiderSettings
from console.screens.setting_rows import GroupRow, RowsCard, SettingRow, ride_rows, seeing_rows, sound_rows
from console.widgets import metric_card, pagetitle  # noqa: F401 - the rules use them
from console.widgets.ground import Card
from console.widgets.kv import load_rules
from console.words import _

GROUPS = (
    ("rider", "user", "Rider"),
    ("ride", "adjustments", "Ride screen"),
    ("sound", "volume", "Sound"),
    ("seeing", "accessible", "Seeing and motion"),
    ("apps", "share", "Other apps"),
    ("network", "wifi", "Network"),
    ("sync", "cloud", "Sync and storage"),
)
EVERY_S = 0.25


class LooksCard(Card):
    """How the numbers of a ride look with the colours that are set: real cards, with values that stand still."""

    def on_kv_post(self, base_widget: Any) -> None:
        """Show a value in, under and over its range."""
        for name, value, target in (
            ("cadence", 98, (95, 105)),
            ("resistance", 46, (50, 58)),
            ("output", 298, (240, 278)),
        ):
            self.ids[name].show(Reading(float(value), False, "bike"), target, 0.0)


class SettingsScreen(Screen):
    """``group`` is the one that is open."""

    group = StringProperty("rider")

    def on_kv_post(self, base_widget: Any) -> None:
        """Put up the groups."""
        self._refresh: Callable[[], None] = lambda: None
        self._drawn_at_s = float("-inf")
        for group, icon, words in GROUPS:
            row = GroupRow(group=group, icon=icon, text=_(words))
            # Through the app, so that going back and making the screens anew find this group again.
            row.bind(on_tap=lambda row: App.get_running_app().go("settings", group=row.group))
            self.ids.groups.add_widget(row)

    def show(self, group: str = "") -> None:
        """Open a group; without a name, the one that was open."""
        self.group = group or self.group
        for row in self.ids.groups.children:
            row.here = row.group == self.group
        self._fill()
        self.ids.scroll.scroll_y = 1

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop; words that change by themselves are read four times a second."""
        if now_s - self._drawn_at_s >= EVERY_S:
            self._drawn_at_s = now_s
            self._refresh()

    def _fill(self) -> None:
        self._refresh = lambda: None
        card = RowsCard()
        for row in self._rows():
            card.add_widget(row)
        if isinstance(row, SettingRow):
            row.last = True
        self.ids.rows.clear_widgets()
        self.ids.rows.add_widget(card)
        if self.group == "seeing":
            self.ids.rows.add_widget(LooksCard())

    def _rows(self) -> list[Widget]:
        settings = App.get_running_app().settings
        return {
            "rider": lambda: RiderSettings(self._fill).rows(),
            "ride": lambda: ride_rows(settings),
            "sound": lambda: sound_rows(settings),
            "seeing": lambda: seeing_rows(settings),
            "apps": self._app_rows,
            "network": lambda: network_rows(self._fill),
            "sync": lambda: sync_rows(self._fill),
        }[self.group]()

    def _app_rows(self) -> list[Widget]:
        app = App.get_running_app()
        rows, self._refresh = broadcast_rows(app.settings, app.broadcast)
        return rows


load_rules(__file__)
