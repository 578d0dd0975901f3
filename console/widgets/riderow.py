"""A ride as it stands in a long list."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.widgets import badge, cover, ground, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class RideRow(Tap, BoxLayout):
    """Cover, name, when, marks (``best``, ``waiting``), kJ and average power."""

    ride_id = StringProperty("")
    title = StringProperty("")
    second = StringProperty("")
    kj = StringProperty("")
    power = StringProperty("")
    motif = StringProperty("lines")
    palette = NumericProperty(1)
    best = BooleanProperty(False)
    waiting = BooleanProperty(False)


load_rules(__file__)
