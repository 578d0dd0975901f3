"""One line that says what is the matter and where to mend it; and what stands where nothing is."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.theme import WARN
from console.widgets import button, cover, ground  # noqa: F401 - the rules use them
from console.widgets.ground import Card
from console.widgets.kv import load_rules


class Notice(Card):
    """An icon, one sentence and perhaps one button; a tap on it fires ``on_act``."""

    icon = StringProperty("info-circle")
    text = StringProperty("")
    action = StringProperty("")
    tint = ColorProperty(WARN)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_act")
        super().__init__(**kwargs)

    def on_act(self) -> None:
        """The rider wants to mend it."""


class Empty(BoxLayout):
    """A cover, a line in capitals, one sentence, one lime way out and perhaps a second one."""

    motif = StringProperty("rings")
    palette = NumericProperty(2)
    title = StringProperty("")
    text = StringProperty("")
    action = StringProperty("")
    other = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_act")
        self.register_event_type("on_act_other")
        super().__init__(**kwargs)

    def on_act(self) -> None:
        """The lime way out."""

    def on_act_other(self) -> None:
        """The second way out."""


load_rules(__file__)
