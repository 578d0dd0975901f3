"""A class as it stands in a list."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.widgets import badge, cover, leftoff, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class ClassCard(Tap, BoxLayout):
    """Cover, length, title, coach and type, effort.

    States: ``taken``; ``live`` (the word for a class that is on); ``left_share`` > 0 (a lime bar at the foot: left
    off there); ``note`` with ``note_icon`` (a word over the picture, ``note_good`` when it is good news);
    ``unavailable`` (45 %).
    """

    class_id = StringProperty("")
    title = StringProperty("")
    second = StringProperty("")
    length = StringProperty("")
    motif = StringProperty("lines")
    palette = NumericProperty(0)
    effort = NumericProperty(0)
    taken = BooleanProperty(False)
    left_share = NumericProperty(0.0)
    live = StringProperty("")
    note = StringProperty("")
    note_icon = StringProperty("")
    note_good = BooleanProperty(False)
    unavailable = BooleanProperty(False)


load_rules(__file__)
