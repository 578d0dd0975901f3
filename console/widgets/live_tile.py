"""A live class in a short row: its cover, that it is on or when it begins, its name, and who leads it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from console.widgets import badge, cover, text  # noqa: F401 - the rules use them
from console.widgets.ground import Card
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class LiveTile(Tap, Card):
    """``on`` is whether the class has begun, and ``words`` say so; ``time`` is when it does."""

    class_id = StringProperty("")
    title = StringProperty("")
    second = StringProperty("")
    time = StringProperty("")
    motif = StringProperty("lines")
    palette = NumericProperty(1)
    on = BooleanProperty(False)
    words = StringProperty("")


load_rules(__file__)
