"""A class's picture, drawn by code."""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any
from weakref import ref

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.properties import NumericProperty, OptionProperty, StringProperty
from kivy.uix.widget import Widget

from console.theme import BG, theme
from console.widgets.cover_art import Picture, paint, veil
from console.widgets.motifs import PALETTES

MOST_KEPT = 60
A_FRAME_S = 0.05  # spent on painting in one frame: on slow graphics a list fills in, instead of standing still


class Painter:
    """Paints pictures when a frame has room, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Picture, Texture] = OrderedDict()
        self._asking: list[ref[Cover]] = []
        self._work = Clock.create_trigger(self._paint_some, 0)

    def kept(self, picture: Picture) -> Texture | None:
        """A picture that is painted already."""
        if picture in self._kept:
            self._kept.move_to_end(picture)
        return self._kept.get(picture)

    def ask(self, cover: Cover) -> None:
        """Paint what the cover wants, soon, and let it show it."""
        self._asking.append(ref(cover))
        self._work()

    def _paint_some(self, *_: Any) -> None:
        until = time.monotonic() + A_FRAME_S
        while self._asking and time.monotonic() < until:
            cover = self._asking.pop()()  # who asked last is in sight, and lists ask from their end
            if cover is not None:
                if cover.visible_picture not in self._kept:
                    self._keep(cover.visible_picture)
                cover.show_picture()
        if self._asking:
            self._work()

    def _keep(self, picture: Picture) -> None:
        self._kept[picture] = paint(picture)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)


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
            self._ground = Color(1, 1, 1, 0)
            self._blank = RoundedRectangle()
            self._tint = Color(1, 1, 1, 0)
            self._picture = Rectangle()
            self._shade = Color(*BG[:3], 0)
            self._veil = RoundedRectangle()
        self._refresh = Clock.create_trigger(self._update, -1)
        self.bind(**dict.fromkeys(("size", "motif", "palette", "radius_px", "veil"), self._refresh), pos=self._move)
        self._refresh()

    @property
    def visible_picture(self) -> Picture:
        """What is to be seen at the cover's present size."""
        width, height = max(round(self.width), 2), max(round(self.height), 2)
        radius = min(self.radius_px * theme.px, width / 2, height / 2)
        return Picture(self.motif, int(self.palette), width, height, round(radius, 1))

    def show_picture(self) -> None:
        """Show the picture if it is painted, else its darkest colour."""
        texture, picture = painter.kept(self.visible_picture), self.visible_picture
        self._tint.a = self._shade.a = 0
        if texture is None:
            self._ground.rgba = PALETTES[picture.palette % len(PALETTES)].dark
            self._blank.pos, self._blank.size, self._blank.radius = self.pos, self.size, [picture.radius or 0.01]
            return
        self._ground.a = 0
        self._picture.texture, self._tint.a = texture, 1
        self._picture.size = self._veil.size = (picture.width, picture.height)
        self._move()
        if self.veil:
            self._veil.texture, self._shade.a = veil(self.veil), 1
            self._veil.radius = [picture.radius or 0.01]

    def _move(self, *_: Any) -> None:
        self._picture.pos = self._veil.pos = self._blank.pos = self.pos

    def _update(self, *_: Any) -> None:
        if painter.kept(self.visible_picture) is None:
            painter.ask(self)
        self.show_picture()


painter = Painter()
