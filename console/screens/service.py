"""Service: one paired sensor as a technician wants to see it, live. It only looks, so a ride may go on meanwhile."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.properties import BooleanProperty, ColorProperty, StringProperty
from kivy.uix.screenmanager import Screen

from console import service
from console import theme as T
from console.link_words import FrameRate, link_words, wire
from console.live.live_words import picture_words
from console.power_words import can_calibrate
from console.widgets import button, ground, text  # noqa: F401 - the rules use them
from console.widgets.fault_list import FaultList  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules
from console.widgets.power_overlay import PowerOverlay
from console.widgets.service_cards import KINDS
from console.widgets.tips_card import NoteCard
from console.words import _

EVERY_S = 0.25


class ServiceScreen(Screen):
    """``show`` it the URL of a paired sensor; ``draw`` reads everything anew four times a second."""

    sensor_name = StringProperty("")
    wire_words = StringProperty("")
    state = StringProperty("")
    state_icon = StringProperty("")
    state_colour = ColorProperty(T.TEXT)
    riding = BooleanProperty(False)
    has_power = BooleanProperty(False)  # and it can be set right

    def on_kv_post(self, _base: Any) -> None:
        """Hold what is not always on the screen."""
        self._note, self._table = NoteCard(icon="bulb"), self.ids.table.__self__
        self._url, self._rate, self._drawn_at_s = "", FrameRate(), float("-inf")
        self._power: PowerOverlay | None = None

    def show(self, url: str = "", **_params: Any) -> None:
        """Look at this sensor."""
        if url != self._url:
            self._url, self._rate = url, FrameRate()
        self._drawn_at_s = float("-inf")
        self.riding = App.get_running_app().session is not None

    def leave(self) -> None:
        """Back to where the technician came from."""
        App.get_running_app().back()

    def on_leave(self, *_: Any) -> None:
        """What lay over the screen goes with it."""
        if self._power is not None:
            self._power.close()
            self._power = None

    def power(self) -> None:
        """How the bike's power is known, and a minute to set it right."""
        app = App.get_running_app()
        sensor = self._sensor()
        if sensor is not None:
            self._power = PowerOverlay(sensor, app.sensing, app.own_power)
            self._power.open()

    def to_the_ride(self) -> None:
        """Back to the ride that is on."""
        App.get_running_app().show_ride()

    def draw(self, now_s: float) -> None:
        """Once a turn of the loop."""
        if now_s - self._drawn_at_s < EVERY_S:
            return
        self._drawn_at_s = now_s
        self.riding = App.get_running_app().session is not None
        if self._power is not None:
            self._power.draw(now_s)
        sensor = self._sensor()
        if sensor is None:
            self.leave()
            return
        self._draw_state(sensor, now_s)
        self._draw_figures(sensor, now_s)

    def _sensor(self) -> Any:
        return next((one for one in App.get_running_app().sensing.sensors if one.url == self._url), None)

    def _draw_state(self, sensor: Any, now_s: float) -> None:
        words = link_words(sensor.status, sensor.kind, mute=sensor.watch.mute(now_s))
        self.has_power = can_calibrate(sensor)
        self.sensor_name = sensor.name
        self.wire_words = " · ".join(filter(None, (wire(sensor.url, sensor.kind), self._picture())))
        self.state, self.state_icon, self.state_colour = words.words, words.icon, getattr(T, KINDS[words.kind])
        self._note.text, self._note.colour = words.remedy, self.state_colour
        self._have(self.ids.notes, self._note, bool(words.remedy))

    def _picture(self) -> str:
        """The way of a live class's picture, and how late it is."""
        session = App.get_running_app().session
        timing = session.timing if session is not None else None
        return picture_words(timing.path, timing.delay_s) if timing is not None and timing.path else ""

    def _draw_figures(self, sensor: Any, now_s: float) -> None:
        ids, status = self.ids, sensor.status
        values = service.values(sensor, now_s)
        ids.said.show(values)
        ids.said.empty = "" if values else _("It has said nothing yet.")
        ids.link.show(service.link(status, self._rate.look(now_s, status.frames_ok), now_s))
        ids.minutes.show(service.minutes(sensor, now_s))
        ids.faults.show(service.faults(list(sensor.watch.changes), status, sensor.kind))
        ids.bytes.show(service.frames(sensor, now_s))
        curve = service.curve(sensor)
        self._have(ids.middle, self._table, curve is not None)
        if curve is not None:
            self._table.show(curve)

    def _have(self, box: Any, widget: Any, there: bool) -> None:
        """Have a widget first in a box, or not at all."""
        if there and widget.parent is None:
            box.add_widget(widget, index=len(box.children))
        elif not there and widget.parent is not None:
            box.remove_widget(widget)


load_rules(__file__)
