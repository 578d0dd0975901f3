"""The two lines at a screen's head, and the line that says how something stands."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel


class TwoLines(Panel):
    """A title over a second line."""

    title = StringProperty("")
    second = StringProperty("")
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(72)


class StateLine(Panel):
    """A sign and words, at the right end of where it lies."""

    icon = StringProperty("")
    words = StringProperty("")
    colour = ColorProperty(T.SOFT)
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(72)


load_rules(__file__)
