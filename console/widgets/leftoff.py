"""The bar at the foot of a picture that shows how far a class was ridden."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, RoundedRectangle, StencilPop, StencilPush, StencilUnUse, StencilUse
from kivy.properties import NumericProperty
from kivy.uix.widget import Widget

from console.theme import ACCENT, BG, theme

TALL_PX = 10


class LeftOffBar(Widget):
    """Lies over a whole picture and keeps inside its rounded corners; ``share`` 0 draws nothing."""

    share = NumericProperty(0.0)
    radius_px = NumericProperty(18)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        redraw = Clock.create_trigger(self._draw, -1)
        self.bind(pos=redraw, size=redraw, share=redraw, radius_px=redraw)

    def _draw(self, *_: Any) -> None:
        self.canvas.clear()
        if not self.share:
            return
        tall, radius = TALL_PX * theme.px, [self.radius_px * theme.px]
        with self.canvas:
            StencilPush()
            RoundedRectangle(pos=self.pos, size=self.size, radius=radius)
            StencilUse()
            Color(*BG[:3], 0.7)
            Rectangle(pos=self.pos, size=(self.width, tall))
            Color(*ACCENT)
            Rectangle(pos=self.pos, size=(self.width * min(self.share, 1.0), tall))
            StencilUnUse()
            RoundedRectangle(pos=self.pos, size=self.size, radius=radius)
            StencilPop()
