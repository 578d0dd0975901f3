"""The rail at the left: where the rider is and where to go, and the way to a ride at its foot."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from console.widgets import badge, text  # noqa: F401 - the rules use them
from console.widgets.ground import Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap
from console.words import _

PLACES = (
    ("home", "home", "Home"),
    ("library", "layout-grid", "Classes"),
    ("history", "chart-line", "History"),
    ("sensors", "antenna-bars-5", "Sensors"),
    ("settings", "settings", "Settings"),
)


class RailItem(Tap, Ground, BoxLayout):
    """One place: an icon above a word; ``here`` lights it."""

    place = StringProperty("")
    icon = StringProperty("")
    text = StringProperty("")
    here = BooleanProperty(False)
    main = BooleanProperty(False)
    lines = NumericProperty(1)


class Rail(FloatLayout):
    """``here`` is the place that is lit; a tap fires ``on_place(name)``. The foot is ``just-ride``, or ``ride`` while
    one is on (``riding``)."""

    here = StringProperty("")
    riding = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_place")
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: Any) -> None:
        """Fill in the places."""
        for place, icon, words in PLACES:
            item = RailItem(place=place, icon=icon, text=_(words))
            item.bind(on_tap=lambda item: self.dispatch("on_place", item.place))
            self.bind(here=lambda _rail, here, item=item: setattr(item, "here", item.place == here))
            item.here = item.place == self.here
            self.ids.places.add_widget(item)

    def on_place(self, place: str) -> None:
        """The rider chose a place."""


load_rules(__file__)
