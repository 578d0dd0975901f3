"""Sensors: what is paired and how it does, what could be paired, and which number comes from where."""

from __future__ import annotations

import asyncio
from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.screenmanager import Screen

from console import theme as T
from console.error_words import told
from console.unknown import what_a_ride_lacks
from console.widgets import button, pagetitle, sources_card, veil  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.overlay import Menu
from console.widgets.sensor_row import SensorRow
from console.widgets.tips_card import NoteCard
from console.wording import clock
from console.words import _
from drivers import SensorAddressError

EVERY_S = 0.25
LONG_S = 20.0  # of looking without finding anything, until there is advice


class SensorsScreen(Screen):
    """Looks for sensors while it is shown."""

    looking = StringProperty("")
    nothing_found = BooleanProperty(False)

    def on_kv_post(self, _base: Any) -> None:
        """Hold what is not always on the list."""
        self._rows: dict[tuple[bool, str], SensorRow] = {}
        self._notes: dict[str, NoteCard] = {}
        self._drawn_at_s = float("-inf")
        self._tips, self._hint = self.ids.tips.__self__, self.ids.hint.__self__

    def show(self, **_params: Any) -> None:
        """Begin to look."""
        app = App.get_running_app()
        self._drawn_at_s = float("-inf")
        app.sensing.look()

    def on_leave(self, *_: Any) -> None:
        """Nobody looks at what would be found."""
        App.get_running_app().sensing.stop_looking()

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop; the figures are read four times a second."""
        if now_s - self._drawn_at_s < EVERY_S:
            return
        self._drawn_at_s = now_s
        sensing = App.get_running_app().sensing
        since_s = sensing.looking_since_s
        looked_s = 0.0 if since_s is None else now_s - since_s
        self.looking = "" if since_s is None else _("Looking, {time}").format(time=clock(looked_s))
        self._list(sensing, now_s, looked_s)
        self.ids.sources.show(sensing, self._chosen())

    def _list(self, sensing: Any, now_s: float, looked_s: float) -> None:
        found = sensing.found
        wanted = [(False, sensor) for sensor in sensing.sensors] + [(True, one) for one in found]
        keys = [(offered, thing.url) for offered, thing in wanted]
        self.nothing_found = not found and looked_s > LONG_S
        if keys != list(self._rows):
            self._rows = {key: self._rows.get(key) or self._row(key) for key in keys}
        for (offered, thing), row in zip(wanted, self._rows.values(), strict=True):
            if offered:
                row.offer(thing, now_s)
            else:
                row.show(thing, now_s)
        advice = self._tips if self.nothing_found and not sensing.sensors else self._hint
        lacks = what_a_ride_lacks(sensing.sensors)
        notes = [self._note("lacks", "info-circle", T.MUTED, lacks)] if lacks else []
        self._stack([*self._rows.values(), *self._troubles(sensing), advice, *notes])

    def _troubles(self, sensing: Any) -> list[NoteCard]:
        """Why nobody can look on a wire, unless a paired sensor says the same."""
        known = {str(sensor.status.error) for sensor in sensing.sensors}
        new = {wire: error for wire, error in sensing.troubles.items() if str(error) not in known}
        return [self._note(wire, "alert-triangle", T.WARN, told(error)) for wire, error in new.items()]

    def _note(self, about: str, icon: str, colour: Any, words: str) -> NoteCard:
        if about not in self._notes:
            self._notes[about] = NoteCard()
        note = self._notes[about]
        note.icon, note.colour, note.text = icon, colour, words
        return note

    def _row(self, key: tuple[bool, str]) -> SensorRow:
        row = SensorRow(size_hint=(1, None))
        row.bind(on_act=lambda row: self.pair(row.url) if key[0] else self.forget(row.url))
        row.bind(on_open=lambda row: App.get_running_app().go("service", url=row.url))
        return row

    def _stack(self, shown: list[Any]) -> None:
        if shown != self.ids.list.children[::-1]:
            self.ids.list.clear_widgets()
            for widget in shown:
                self.ids.list.add_widget(widget)

    def _chosen(self) -> str:
        return str(App.get_running_app().settings.values[f"source_{self.ids.sources.metric}"])

    def choose_source(self) -> None:
        """Ask which sensor is believed in the metric that is drawn."""
        app, metric, chosen = App.get_running_app(), self.ids.sources.metric, self._chosen()
        offered = {*app.sensing.speaking(metric), chosen}
        rows = [(sensor.url, sensor.name, "") for sensor in app.sensing.sensors if sensor.url in offered]
        rows.insert(0, ("", _("Automatic"), ""))
        menu = Menu(rows, chosen, lambda url: setattr(app.settings, f"source_{metric}", url))
        menu.open_under(self.ids.sources.ids.choice)

    def pair(self, url: str) -> None:
        """Pair what was found, and remember it."""
        app = App.get_running_app()
        found = next(one for one in app.sensing.found if one.url == url)
        try:
            app.sensing.pair(found.url, found.name, found.kind)
        except SensorAddressError as error:
            self._rows[True, url].remedy = told(error)
            return
        app.cache.save_sensor(found.url, found.name, found.kind)
        self._drawn_at_s = float("-inf")

    def forget(self, url: str) -> None:
        """Close a sensor and forget it."""
        app = App.get_running_app()
        app.cache.forget_sensor(url)
        self._forgetting = asyncio.ensure_future(app.sensing.forget(url))
        self._drawn_at_s = float("-inf")


load_rules(__file__)
