"""A coloured pill that says how a value stands: sign, word and colour."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel


class Pill(Panel):
    """As wide as its words. Without words it shows nothing."""

    icon = StringProperty("")
    text = StringProperty("")
    colour = ColorProperty(T.CONTROL)
    ink = ColorProperty(T.INK)
    px = NumericProperty(25)
    natural = NumericProperty(52)
    radius = NumericProperty(26)


load_rules(__file__)
