"""Numbers that change many times a second, and words that come back: drawn from textures that are kept.

A Label rasterises its text anew at every change. Here the glyphs of a face and size are rasterised once, and a new
number only moves the corners of a few quads.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.graphics import Color, Mesh, Rectangle
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from console.theme import SMALLEST_TEXT, TEXT

SHRUNK = 0.8  # what long words shrink to
CAPITALS = 0.7  # height of digits and capitals of the "Numbers" faces, as a share of the size
_ALWAYS = "0123456789:.+−–-Z%"


class Atlas:
    """The glyphs of one face at one size, side by side in one texture."""

    def __init__(self, font_name: str, font_size: int) -> None:
        self.font_name, self.font_size = font_name, font_size
        self._rasterise(_ALWAYS)

    def _rasterise(self, characters: str) -> None:
        self._characters = characters
        label = CoreLabel(text="  ".join(characters), font_name=self.font_name, font_size=self.font_size)
        label.refresh()
        self.texture: Texture = label.texture
        self.texture.mag_filter = self.texture.min_filter = "nearest"
        self.height = self.texture.height
        self.descent: int = label.get_descent()
        starts = [label.get_extents("  ".join(characters[:i]) + "  " * bool(i))[0] for i in range(len(characters))]
        self._glyphs = {c: (x, label.get_extents(c)[0]) for c, x in zip(characters, starts, strict=True)}

    def glyph(self, character: str) -> tuple[int, int]:
        """Where a glyph begins in the texture and how far it reaches, in pixels."""
        if character not in self._glyphs:
            self._rasterise(self._characters + character)
        return self._glyphs[character]

    def width(self, text: str) -> int:
        """The width of a number, in pixels."""
        return sum(self.glyph(character)[1] for character in text)

    def quads(self, text: str, x: int, y: int) -> tuple[list[float], list[int]]:
        """Vertices (x, y, u, v) and triangle indices of a number whose left end is at ``x``, baseline at ``y``."""
        glyphs = [self.glyph(character) for character in text]  # first: a new glyph makes a new texture
        across, (u0, v0, v1) = self.texture.width, self._coordinates()
        scale = (self.texture.tex_coords[2] - u0) / across
        vertices: list[float] = []
        low, high = y + self.descent, y + self.descent + self.height
        for start, width in glyphs:
            left, right = u0 + start * scale, u0 + (start + width) * scale
            vertices += [x, low, left, v0, x + width, low, right, v0]
            vertices += [x + width, high, right, v1, x, high, left, v1]
            x += width
        indices = [4 * i + corner for i in range(len(text)) for corner in (0, 1, 2, 0, 2, 3)]
        return vertices, indices

    def _coordinates(self) -> tuple[float, float, float]:
        coordinates = self.texture.tex_coords
        return coordinates[0], coordinates[1], coordinates[5]


@lru_cache(maxsize=64)
def atlas(font_name: str, font_size: int) -> Atlas:
    """The glyphs of one face at one size."""
    return Atlas(font_name, font_size)


@lru_cache(maxsize=384)
def phrase_texture(text: str, font_name: str, font_size: int, limit: int) -> tuple[Texture, int]:
    """A line of words and its descent; longer than ``limit`` pixels (0: none) it ends in an ellipsis."""
    label = CoreLabel(font_name=font_name, font_size=font_size)
    kept = text
    while limit and len(kept) > 1 and label.get_extents(kept)[0] > limit:
        kept = kept.rstrip("…")[:-1].rstrip() + "…"
    label.text = kept
    label.refresh()
    texture = label.texture
    texture.mag_filter = texture.min_filter = "nearest"
    return texture, label.get_descent()


def on_lines(text: str, font_name: str, font_size: int, room: float, most: int = 2) -> list[str]:
    """Words broken into lines that fit a room of so many pixels; the last of ``most`` lines takes what is left."""
    label = CoreLabel(font_name=font_name, font_size=font_size)
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and (label.get_extents(longer)[0] <= room or len(lines) == most):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class _Writing(Widget):
    """Text at ``font_size`` window pixels. The widget is as wide as its text and as tall as a capital letter, its foot
    is the baseline: what has the same ``y`` stands on one line, and centring looks centred."""

    text = StringProperty("")
    font_name = StringProperty("Numbers")
    font_size = NumericProperty(48)
    color = ColorProperty(TEXT)

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("size_hint", (None, None))
        super().__init__(**kwargs)
        with self.canvas:
            self._ink = Color(*self.color)
        self._write = Clock.create_trigger(self._draw, -1)
        self.bind(text=self._measure, font_name=self._measure, font_size=self._measure)
        self.bind(pos=self._write, color=self._tint)
        self._measure()

    @property
    def pixels(self) -> int:
        """The size of the letters in whole window pixels, never under the smallest legible one."""
        return max(SMALLEST_TEXT, round(self.font_size))

    def _tint(self, *_: Any) -> None:
        self._ink.rgba = self.color

    def _measure(self, *_: Any) -> None:
        raise NotImplementedError

    def _draw(self, *_: Any) -> None:
        raise NotImplementedError


class Digits(_Writing):
    """A number. All digits are equally wide, so it does not jitter."""

    def __init__(self, **kwargs: Any) -> None:
        self._mesh = Mesh(mode="triangles")
        super().__init__(**kwargs)
        self.canvas.add(self._mesh)

    def _measure(self, *_: Any) -> None:
        self.size = (atlas(self.font_name, self.pixels).width(self.text), self.pixels * CAPITALS)
        self._write()

    def _draw(self, *_: Any) -> None:
        glyphs = atlas(self.font_name, self.pixels)
        self._mesh.vertices, self._mesh.indices = glyphs.quads(self.text, round(self.x), round(self.y))
        self._mesh.texture = glyphs.texture


class Phrase(_Writing):
    """Words on one line; with a ``limit`` (window pixels) longer words end in an ellipsis. Those that ``shrink`` are
    made smaller before."""

    limit = NumericProperty(0)
    shrink = BooleanProperty(False)
    font_name = StringProperty("Text")

    def __init__(self, **kwargs: Any) -> None:
        self._quad = Rectangle(size=(0, 0))
        super().__init__(**kwargs)
        self.canvas.add(self._quad)
        self.bind(limit=self._measure, shrink=self._measure)

    @property
    def pixels(self) -> int:
        """The size of the letters in whole window pixels."""
        full = super().pixels
        if not self.shrink or not self.limit or not self.text:
            return full
        fits = phrase_texture(self.text, self.font_name, full, 0)[0].width <= self.limit
        return full if fits else max(SMALLEST_TEXT, round(full * SHRUNK))

    def _texture(self) -> tuple[Texture, int]:
        return phrase_texture(self.text, self.font_name, self.pixels, max(int(self.limit), 0))

    def _measure(self, *_: Any) -> None:
        width = self._texture()[0].width if self.text else 0
        self.size = (width, self.pixels * CAPITALS)
        self._write()

    def _draw(self, *_: Any) -> None:
        if not self.text:
            self._quad.size = (0, 0)
            return
        texture, descent = self._texture()
        self._quad.texture, self._quad.size = texture, texture.size
        self._quad.pos = (round(self.x), round(self.y) + descent)
