"""Rounded grounds: cards, pills and outlines, with smooth edges whatever the window's sampling."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, SmoothLine, SmoothRoundedRectangle
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.widget import Widget

from console.theme import CLEAR, LINE
from console.widgets.kv import load_rules

PRESSED_SIZE = 0.98


class Ground:
    """Gives a widget a rounded ground and an outline; both cost nothing while they are clear.

    ``radius_px`` and ``outline_px`` are design pixels; a radius of -1 rounds the whole side. ``shrunk`` draws the
    ground at 98 %, as under a finger.
    """

    ground = ColorProperty(CLEAR)
    outline = ColorProperty(CLEAR)
    outline_px = NumericProperty(2)
    radius_px = NumericProperty(24)
    shrunk = BooleanProperty(False)
    scale = NumericProperty(1.0)

    _fill: tuple[Color, SmoothRoundedRectangle] | None = None
    _stroke: tuple[Color, SmoothLine] | None = None

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        redraw = Clock.create_trigger(self._draw_ground, -1)
        for name in ("pos", "size", "ground", "outline", "outline_px", "radius_px", "shrunk", "scale"):
            self.fbind(name, redraw)  # type: ignore[attr-defined]
        redraw()

    def _draw_ground(self: Any, *_: Any) -> None:
        share = PRESSED_SIZE if self.shrunk else 1.0
        width, height = self.width * share, self.height * share
        box = (self.center_x - width / 2, self.center_y - height / 2, width, height)
        radius = min(width, height) / 2
        if self.radius_px >= 0:
            radius = min(radius, self.radius_px * self.scale)
        self._draw_fill(box, radius)
        self._draw_stroke(box, radius)

    def _draw_fill(self: Any, box: tuple[float, float, float, float], radius: float) -> None:
        if self._fill is None:
            if not self.ground[3]:
                return
            with self.canvas.before:
                self._fill = (Color(*self.ground), SmoothRoundedRectangle())
        colour, shape = self._fill
        colour.rgba = self.ground
        shape.pos, shape.size, shape.radius = box[:2], box[2:], [radius]

    def _draw_stroke(self: Any, box: tuple[float, float, float, float], radius: float) -> None:
        if self._stroke is None:
            if not self.outline[3]:
                return
            with self.canvas.after:
                self._stroke = (Color(*self.outline), SmoothLine())
        colour, line = self._stroke
        colour.rgba = self.outline
        width = max(2.0, self.outline_px * self.scale)
        x, y, across, along = box
        inner = (x + width / 2, y + width / 2, across - width, along - width, max(radius - width / 2, 1))
        line.width = width / 2
        line.rounded_rectangle = inner


class Card(Ground, BoxLayout):
    """A box on a rounded ground."""


class FreeCard(Ground, FloatLayout):
    """A rounded ground whose children place themselves."""


class Hairline(Widget):
    """A 2 px line between rows."""

    colour = ColorProperty(LINE)


load_rules(__file__)
