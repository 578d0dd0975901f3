"""The large card at the top of home: the one thing to do next."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from console.widgets import button, cover, leftoff, text  # noqa: F401 - the rules use them
from console.widgets.ground import FreeCard
from console.widgets.kv import load_rules


class Hero(FreeCard):
    """A cover behind an eyebrow line, a title in capitals, a second line, a lime button and perhaps a plain one.

    ``left_share`` > 0 draws the lime bar of a class left off. Taps fire ``on_act`` and ``on_act_other``.
    """

    eyebrow = StringProperty("")
    eyebrow_icon = StringProperty("")
    title = StringProperty("")
    second = StringProperty("")
    action = StringProperty("")
    action_icon = StringProperty("player-play")
    other = StringProperty("")
    motif = StringProperty("lines")
    palette = NumericProperty(1)
    left_share = NumericProperty(0.0)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_act")
        self.register_event_type("on_act_other")
        super().__init__(**kwargs)

    def on_act(self) -> None:
        """The lime button was tapped."""

    def on_act_other(self) -> None:
        """The plain button was tapped."""


load_rules(__file__)
