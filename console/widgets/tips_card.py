"""What to try when a sensor is not in the list, and other words under it."""

from __future__ import annotations

from typing import Any

from kivy.properties import ColorProperty, ListProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.digits import on_lines
from console.widgets.kv import load_rules
from console.widgets.panel import Panel

LINE, LINES = 34, 3


class TipsCard(Panel):
    """Nothing was found: three things to try."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(420)

    def paint(self) -> None:
        """The pictures' blocks."""
        for index in range(3):
            left = self.x + self.width * (2 * index + 1) / 6 - 62 * self.u
            self.still.box(left, self.top - 262 * self.u, 124 * self.u, 124 * self.u, 28 * self.u, T.CONTROL)


class NoteCard(Panel):
    """A sign and a few lines of words; as tall as those need."""

    icon = StringProperty("bulb")
    text = StringProperty("")
    colour = ColorProperty(T.MUTED)
    lines = ListProperty([""] * LINES)
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(100)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(size_hint=(1, None), **kwargs)
        self.bind(text=self._wrap, width=self._wrap, height=self._wrap)

    def _wrap(self, *_: Any) -> None:
        pixels = max(T.SMALLEST_TEXT, round(25 * self.u))
        lines = on_lines(self.text, "Text", pixels, self.width - 104 * self.u, LINES) if self.text else []
        self.lines = [*lines, *[""] * LINES][:LINES]
        self.natural = 66 + LINE * max(len(lines), 1)


load_rules(__file__)
