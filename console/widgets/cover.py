"""A class's picture, drawn by code."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, RoundedRectangle
from kivy.properties import NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from console.theme import BG, theme
from console.widgets.cover_art import paint, veil


class Cover(Widget):
    """The cover of a motif and palette, filling the widget; ``radius_px`` rounds its corners (design pixels).

    ``veil`` darkens it for words: from the ``left``, or down to the ground at its ``foot``.
    """

    motif = StringProperty("lines")
    palette = NumericProperty(0)
    radius_px = NumericProperty(18)
    veil = OptionProperty("", options=["", "left", "foot"])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        with self.canvas:
            self._tint = Color(1, 1, 1, 0)
            self._picture = Rectangle()
            self._shade = Color(*BG[:3], 0)
            self._veil = RoundedRectangle()
        self._repaint = Clock.create_trigger(self._paint, -1)
        self.bind(**dict.fromkeys(("size", "motif", "palette", "radius_px", "veil"), self._repaint), pos=self._move)
        self._repaint()

    def _move(self, *_: Any) -> None:
        self._picture.pos = self._veil.pos = self.pos

    def _paint(self, *_: Any) -> None:
        width, height = round(self.width), round(self.height)
        if width < 2 or height < 2:
            return
        radius = min(self.radius_px * theme.px, width / 2, height / 2)
        self._picture.texture = paint(self.motif, int(self.palette), width, height, round(radius, 1))
        self._picture.pos, self._picture.size = self.pos, (width, height)
        self._tint.a = 1
        if self.veil:
            self._veil.texture, self._shade.a = veil(self.veil), 1
            self._veil.pos, self._veil.size = self.pos, (width, height)
            self._veil.radius = [radius] if radius else [0.01]
