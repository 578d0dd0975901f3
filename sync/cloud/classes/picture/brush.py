"""Drawing shapes in design pixels with smooth edges: painted larger by Pillow, then averaged down."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from PIL import Image, ImageDraw

from sync.cloud.classes.picture.canvas import Floats, Sprite
from sync.cloud.classes.picture.palette import Colour

Spot = tuple[float, float]
OVERSAMPLING = 3


class Brush:
    """A sheet of ``width`` x ``height`` design pixels; ``scale`` is canvas pixels per design pixel.

    ``origin`` is where (0, 0) of the shapes lies on the sheet; x grows to the right, y downwards.
    """

    def __init__(self, width: float, height: float, scale: float, origin: Spot = (0, 0)) -> None:
        self._size = (max(math.ceil(width * scale), 1), max(math.ceil(height * scale), 1))
        self._zoom, self._origin = scale * OVERSAMPLING, origin
        # Everything here is opaque or nothing, so the colours are multiplied by their opacity as they are. Pillow would
        # convert an RGBA sheet to and fro for that; as CMYK it takes the four channels as they come.
        self._sheet = Image.new("CMYK", (self._size[0] * OVERSAMPLING, self._size[1] * OVERSAMPLING))
        self._draw = ImageDraw.Draw(self._sheet)

    def polygon(self, spots: Iterable[Spot], colour: Colour) -> None:
        """A filled polygon."""
        self._draw.polygon([self._at(spot) for spot in spots], fill=(*colour, 255))

    def shape(self, spots: Iterable[Spot], colour: Colour) -> None:
        """A filled shape whose outline runs smoothly through ``spots``."""
        self.polygon(_rounded(list(spots)), colour)

    def disc(self, centre: Spot, radius: float, colour: Colour) -> None:
        """A filled circle."""
        self._draw.ellipse(self._box(centre, radius), fill=(*colour, 255))

    def ring(self, centre: Spot, radius: float, thick: float, colour: Colour) -> None:
        """A circle's line, its outer edge at ``radius``."""
        self._draw.ellipse(self._box(centre, radius), outline=(*colour, 255), width=max(round(thick * self._zoom), 1))

    def line(self, spots: Iterable[Spot], thick: float, colour: Colour) -> None:
        """A line through ``spots`` with round ends and joints."""
        path = list(spots)
        self._draw.line([self._at(s) for s in path], fill=(*colour, 255), width=max(round(thick * self._zoom), 1))
        for spot in path:
            self.disc(spot, thick / 2, colour)

    def limb(self, a: Spot, b: Spot, thick_a: float, thick_b: float, colour: Colour) -> None:
        """A tapered bar with round ends: an arm, a leg."""
        length = math.dist(a, b) or 1.0
        across = (-(b[1] - a[1]) / length / 2, (b[0] - a[0]) / length / 2)
        corners = [(a, thick_a), (b, thick_b), (b, -thick_b), (a, -thick_a)]
        self.polygon([(s[0] + across[0] * t, s[1] + across[1] * t) for s, t in corners], colour)
        self.disc(a, thick_a / 2, colour)
        self.disc(b, thick_b / 2, colour)

    def picture(self) -> Floats:
        """What was drawn, ``(rows, columns, 4)`` RGBA 0-255 at the canvas's size, multiplied by its opacity."""
        return np.asarray(self._sheet.reduce(OVERSAMPLING), np.float32)

    def sprite(self, rim: Colour | None = None) -> Sprite:
        """What was drawn, ready for canvases; ``rim`` lights the edges that look up and to the right."""
        picture = self.picture()
        return Sprite(picture if rim is None else _rim_lit(picture, rim, max(round(self._zoom * 0.8), 1)))

    def _at(self, spot: Spot) -> Spot:
        return (spot[0] + self._origin[0]) * self._zoom, (spot[1] + self._origin[1]) * self._zoom

    def _box(self, centre: Spot, radius: float) -> tuple[float, float, float, float]:
        (x, y), reach = self._at(centre), radius * self._zoom
        return x - reach, y - reach, x + reach, y + reach


def _rounded(spots: list[Spot], steps: int = 8) -> list[Spot]:
    """A closed Catmull-Rom curve through ``spots``."""
    path = np.array(spots)
    before, after, beyond = np.roll(path, 1, 0), np.roll(path, -1, 0), np.roll(path, -2, 0)
    curve = []
    for t in np.arange(steps) / steps:
        bend = 2 * before - 5 * path + 4 * after - beyond, 3 * path - before - 3 * after + beyond
        curve.append(path + (t * (after - before) + t**2 * bend[0] + t**3 * bend[1]) / 2)
    return [(float(x), float(y)) for x, y in np.stack(curve, axis=1).reshape(-1, 2)]


def _rim_lit(picture: Floats, colour: Colour, wide: int) -> Floats:
    cover = picture[..., 3]
    edge = cover.copy()
    edge[wide:, :-wide] -= cover[:-wide, wide:]
    lit = edge > 8
    share, light = (edge[lit] * (0.55 / 255))[:, None], np.array((*colour, 255), np.float32) / 255
    picture = picture.copy()
    picture[lit] += (light * cover[lit][:, None] - picture[lit]) * share
    return picture
