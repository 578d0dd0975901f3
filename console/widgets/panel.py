"""A ground over the picture that a riding widget draws itself on."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import AliasProperty, ColorProperty, NumericProperty
from kivy.uix.widget import Widget

from console import theme as T
from console.widgets.flat import Batch, Flat
from console.widgets.touch import Tap

EDGE = 4


class Panel(Widget):
    """Draws a rounded ground, an edge of 4 px where ``edge`` has a colour, and what ``paint`` adds.

    ``natural`` is the panel's height in design pixels and ``u`` one of those in window pixels: a panel made lower
    shrinks all it shows. ``still`` is redrawn when the panel changes, ``moving`` whenever its owner wants.
    Touches on it do not reach the picture.
    """

    keeps_touches = True

    natural = NumericProperty(100)
    radius = NumericProperty(24)
    ground = ColorProperty(T.SCRIM)
    edge = ColorProperty(T.CLEAR)

    def _unit(self) -> float:
        return float(self.height) / float(self.natural)

    u = AliasProperty(_unit, bind=("height", "natural"))

    def __init__(self, **kwargs: Any) -> None:
        self.still, self.moving = Batch(), Batch()
        self.repaint = Clock.create_trigger(self._paint, -1)
        kwargs.setdefault("size_hint", (None, None))
        super().__init__(**kwargs)
        self.canvas.before.add(Flat(self.still, self.moving))
        names = ("pos", "size", "natural", "radius", "ground", "edge")
        self.bind(**dict.fromkeys(names, self.repaint))
        self.repaint()

    def _paint(self, *_: Any) -> None:
        self.still.clear()
        box, radius = (self.x, self.y, self.width, self.height), self.radius * self.u
        if self.ground[3]:
            self.still.box(*box, radius, self.ground)
        if self.edge[3]:
            self.still.frame(*box, radius, max(round(EDGE * self.u), 3), self.edge)
        self.paint()
        self.still.show()
        self.paint_moving()

    def paint(self) -> None:
        """Add the panel's own shapes to ``still``."""

    def paint_moving(self) -> None:
        """Draw ``moving`` anew."""

    def on_touch_down(self, touch: Any) -> bool:
        """A panel keeps what falls on it."""
        return bool(super().on_touch_down(touch)) or (self.keeps_touches and bool(self.collide_point(*touch.pos)))


class TapPanel(Tap, Panel):
    """A panel that is itself a target."""

    keeps_touches = False
