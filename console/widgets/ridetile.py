"""A ride as it stands in a short row: its cover, its name, when it was and what it came to."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from console.widgets import badge, cover, text  # noqa: F401 - the rules use them
from console.widgets.ground import Card
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class RideTile(Tap, Card):
    """``best`` marks the rider's best of that class, ``waiting`` one the cloud has not yet whole."""

    ride_id = StringProperty("")
    title = StringProperty("")
    second = StringProperty("")
    kj = StringProperty("")
    motif = StringProperty("lines")
    palette = NumericProperty(1)
    best = BooleanProperty(False)
    waiting = BooleanProperty(False)


load_rules(__file__)
