"""Small signs: a rider's avatar, the tag on a picture, the bars of effort, the mark of the product."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from console.theme import ACCENT, BG, TEXT, with_alpha
from console.widgets.ground import Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class Avatar(Tap, Ground, AnchorLayout):
    """A rider's disc: initials, or an icon, on the rider's colour; ``px`` is the diameter in design pixels."""

    text = StringProperty("")
    icon = StringProperty("")
    px = NumericProperty(64)


class Tag(Ground, BoxLayout):
    """A word on a dark ground over a picture, perhaps with an icon."""

    text = StringProperty("")
    icon = StringProperty("")
    tall = NumericProperty(38)
    px = NumericProperty(20)
    side = NumericProperty(12)
    ground = ColorProperty(with_alpha(BG, 0.86))
    color = ColorProperty(TEXT)
    icon_color = ColorProperty(TEXT)


class EffortBars(Widget):
    """Three rising bars; ``effort`` 1-3 of them are bright."""

    effort = NumericProperty(0)


class Chevron(Widget):
    """One half of the mark; ``thick`` is half the stroke's width."""

    ink = ColorProperty(ACCENT)
    thick = NumericProperty(4)


class Mark(Widget):
    """The product's mark: two chevrons, the rider ahead and the bunch behind."""

    colour = ColorProperty(ACCENT)


load_rules(__file__)
