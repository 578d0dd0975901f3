"""Weeks side by side: how a sum has moved."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, SmoothRoundedRectangle
from kivy.properties import ListProperty
from kivy.uix.widget import Widget

from console.theme import ACCENT, RAISED, theme

STUB = 6.0  # an empty week is a line, so that its place is seen


class BarTrend(Widget):
    """``values`` as bars, the last one lime."""

    values = ListProperty()

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        redraw = Clock.create_trigger(self._draw, -1)
        self.bind(pos=redraw, size=redraw, values=redraw)

    def _draw(self, *_: Any) -> None:
        self.canvas.clear()
        if not self.values:
            return
        most, across = max(*self.values, 1.0), self.width / len(self.values)
        with self.canvas:
            for index, value in enumerate(self.values):
                Color(*(ACCENT if index == len(self.values) - 1 else RAISED))
                height = max(self.height * value / most, STUB * theme.px)
                radius = min(10 * theme.px, height / 2)
                place = {"pos": (self.x + across * (index + 0.12), self.y), "size": (across * 0.76, height)}
                SmoothRoundedRectangle(**place, radius=[radius])
