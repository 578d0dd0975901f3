"""How hard was it? Five answers, one tap."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import digits  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules
from console.widgets.panel import Panel, TapPanel
from console.words import _

ANSWERS = 5
EDGE, GAP, TALL = 24, 10, 96  # design pixels


class RatingChoice(TapPanel):
    """One answer."""

    number = StringProperty("")
    natural = NumericProperty(TALL)
    radius = NumericProperty(20)

    answer = 0


class RatingCard(Panel):
    """Fires ``on_rate(answer)`` with 1 (very easy) to 5 (all out)."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(239)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_rate")
        self.choices: list[RatingChoice] = []
        super().__init__(**kwargs)

    def on_kv_post(self, _base: object) -> None:
        """Put up the answers."""
        for answer in range(1, ANSWERS + 1):
            choice = RatingChoice(number=str(answer))
            choice.answer = answer
            choice.bind(on_tap=lambda choice: self.dispatch("on_rate", choice.answer))
            self.choices.append(choice)
            self.add_widget(choice)
        self.ids.easy.text, self.ids.hard.text = _("very easy"), _("all out")
        self.repaint()

    def on_rate(self, _answer: int) -> None:
        """The rider answered."""

    def paint(self) -> None:
        """Put the answers in a row."""
        edge, gap = EDGE * self.u, GAP * self.u
        width = (self.width - 2 * edge - (ANSWERS - 1) * gap) / ANSWERS
        for place, choice in enumerate(self.choices):
            choice.size = (width, TALL * self.u)
            choice.pos = (self.x + edge + place * (width + gap), self.top - 172 * self.u)


load_rules(__file__)
