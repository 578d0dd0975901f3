"""What to try when a sensor is not in the list."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty

from console import theme as T
from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel


class TipsCard(Panel):
    """Nothing was found: three things to try."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(420)

    def paint(self) -> None:
        """The pictures' blocks."""
        for index in range(3):
            left = self.x + self.width * (2 * index + 1) / 6 - 62 * self.u
            self.still.box(left, self.top - 262 * self.u, 124 * self.u, 124 * self.u, 28 * self.u, T.CONTROL)


class HintCard(Panel):
    """One line under the list."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(100)


load_rules(__file__)
