"""What could come next."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import button, digits  # noqa: F401 - the rules use them
from console.widgets.cover import painter
from console.widgets.kv import load_rules
from console.widgets.panel import Panel


class NextCard(Panel):
    """A class with its cover and one way on; fires ``on_act``."""

    title = StringProperty("")
    second = StringProperty("")
    action = StringProperty("")
    icon = StringProperty("player-play")
    motif = StringProperty("rings")
    palette = NumericProperty(0)
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(239)

    def __init__(self, **kwargs: object) -> None:
        self.register_event_type("on_act")
        super().__init__(**kwargs)

    def on_parent(self, _card: object, parent: object) -> None:
        """A cover that was off the screen when it changed was not painted."""
        if parent is not None and "cover" in self.ids:
            painter.ask(self.ids.cover.__self__)

    def on_act(self) -> None:
        """The rider goes on."""


load_rules(__file__)
