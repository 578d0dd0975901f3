"""The six motifs of class covers, and the six palettes they are drawn in.

Coordinates inside a motif are shares of the picture: x of its width, y and line widths of its height, y upwards.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from kivy.graphics import Color, Ellipse, Line, Mesh, Rectangle, RoundedRectangle
from kivy.graphics.texture import Texture
from kivy.utils import get_color_from_hex


class Palette(NamedTuple):
    """Colours of a cover: the sky's top and foot, then from dark to bright."""

    top: Sequence[float]
    dark: Sequence[float]
    mid: Sequence[float]
    main: Sequence[float]
    bright: Sequence[float]


PALETTES = tuple(
    Palette(*(get_color_from_hex(colour) for colour in row.split()))
    for row in (
        "#762B60 #200E2F #843554 #FF8A3D #FBC08A",
        "#124B6B #06121F #15667C #22B5C4 #BFF2F5",
        "#2A4094 #080D1C #3B57B0 #7C97E8 #E6EBF8",
        "#4B2782 #0E0824 #6A2F8A #DB4491 #F3B8DC",
        "#8A3B1A #1A0B07 #8A5416 #F5B52A #F6DFA6",
        "#1E5F4C #081811 #286545 #65B048 #C6EC92",
    )
)


@lru_cache(maxsize=64)
def gradient(top: tuple[float, ...], foot: tuple[float, ...]) -> Texture:
    """A vertical gradient, one pixel wide."""
    steps = 64
    texture = Texture.create(size=(1, steps), colorfmt="rgba")
    rows = ([f + (t - f) * i / (steps - 1) for t, f in zip(top, foot, strict=True)] for i in range(steps))
    texture.blit_buffer(bytes(round(v * 255) for row in rows for v in row), colorfmt="rgba")
    texture.wrap = "clamp_to_edge"
    return texture


def _ridge(width: float, height: float, level: float, swing: float, phase: float) -> None:
    """A mountain range: everything under a curve made of three waves."""
    vertices: list[float] = []
    samples = 96
    for i in range(samples + 1):
        x = i / samples
        wave = math.sin(6.3 * x + phase) + 0.45 * math.sin(13.1 * x + 2.3 * phase) + 0.2 * math.sin(29 * x + phase)
        vertices += (x * width, 0, 0, 0, x * width, (level + swing * wave) * height, 0, 0)
    Mesh(vertices=vertices, indices=range(2 * samples + 2), mode="triangle_strip")


def ridges(width: float, height: float, colours: Palette) -> None:
    """Hills: a low sun behind three ranges."""
    x, y = 0.70 * width, 0.60 * height
    for radius, colour, alpha in ((0.40, colours.main, 0.3), (0.24, colours.bright, 1.0)):
        Color(*colour[:3], alpha)
        r = radius * height
        Ellipse(pos=(x - r, y - r), size=(2 * r, 2 * r), segments=96)
    Color(*colours.main[:3], 0.72)
    _ridge(width, height, 0.42, 0.12, 4.6)
    Color(*colours.mid)
    _ridge(width, height, 0.27, 0.13, 0.55)
    Color(*colours.dark)
    _ridge(width, height, 0.20, 0.09, 2.6)


def steps(width: float, height: float, colours: Palette) -> None:
    """Intervals by power: blocks side by side, the higher the brighter."""
    heights = (0.21, 0.34, 0.27, 0.47, 0.36, 0.61, 0.42, 0.77, 0.51, 0.25)
    across = width / len(heights)
    for i, share in enumerate(heights):
        Color(1, 1, 1, 0.5 + 0.5 * share)
        top, foot = tuple(colours.main), (*colours.mid[:3], 0.85)
        Rectangle(pos=(i * across, 0), size=(across, share * height), texture=gradient(top, foot))
        Color(*colours.main[:3], 0.55)
        Rectangle(pos=(i * across, 0), size=(max(1.0, 0.004 * height), share * height))


def rays(width: float, height: float, colours: Palette) -> None:
    """Sprints: strokes flying up to the right."""
    lines = (
        (0.00, 0.68, 0.29, 0.026, colours.main, 0.85),
        (0.24, 0.82, 0.22, 0.055, colours.bright, 0.75),
        (0.50, 0.64, 0.40, 0.034, colours.mid, 0.75),
        (0.60, 0.36, 0.55, 0.026, colours.bright, 0.4),
        (0.69, 0.69, 0.60, 0.045, colours.mid, 0.5),
        (0.92, 0.86, 0.20, 0.026, colours.main, 0.9),
        (0.04, 0.08, 0.16, 0.022, colours.bright, 0.9),
        (0.12, -0.06, 0.27, 0.055, colours.main, 0.9),
        (0.41, -0.02, 0.45, 0.038, colours.main, 0.55),
        (0.61, 0.10, 0.60, 0.058, colours.main, 0.95),
        (0.91, 0.43, 0.30, 0.05, colours.main, 0.7),
        (0.32, 0.24, 0.10, 0.022, colours.bright, 0.55),
    )
    for x, y, length, thick, colour, alpha in lines:
        Color(*colour[:3], alpha)
        start = (x * width, y * height)
        end = (start[0] + length * 1.75 * height, start[1] + length * height)
        Line(points=(*start, *end), width=thick * height / 2, cap="round")


def rings(width: float, height: float, colours: Palette) -> None:
    """Recovery: rings that grow calm outwards from a bright heart."""
    x, y = 0.68 * width, 0.40 * height
    for i in range(9, -1, -1):
        Color(*(colours.bright if i == 0 else colours.main)[:3], 1.0 if i < 2 else max(1.0 - 0.07 * i, 0.3))
        thick = (0.07 if i == 0 else 0.055) * height
        Line(circle=(x, y, (0.115 + 0.16 * i) * height, 0, 360, 128), width=thick / 2)


def bars(width: float, height: float, colours: Palette) -> None:
    """Rhythm: the beat's levels as slim round bars."""
    heights = (
        0.37,
        0.48,
        0.74,
        0.61,
        0.28,
        0.66,
        0.70,
        0.37,
        0.43,
        0.61,
        0.51,
        0.31,
        0.74,
        0.59,
        0.35,
        0.52,
        0.84,
        0.6,
    )
    across = width / len(heights)
    thick = min(0.62 * across, 0.13 * height)
    for i, share in enumerate(heights):
        Color(1, 1, 1, 0.55 + 0.45 * share)
        box = {"pos": ((i + 0.5) * across - thick / 2, -thick), "size": (thick, share * height + thick)}
        # Kivy lays textures on rounded rectangles upside down.
        RoundedRectangle(**box, radius=[thick / 2], texture=gradient(tuple(colours.mid), tuple(colours.main)))


def lines(width: float, height: float, colours: Palette) -> None:
    """Endurance: the sun on the horizon, its light on the water."""
    horizon, r = 0.42 * height, 0.34 * height
    Color(*colours.main)
    Ellipse(pos=(width / 2 - r, horizon - r), size=(2 * r, 2 * r), angle_start=-90, angle_end=90, segments=96)
    Color(*colours.dark)
    Rectangle(pos=(0, 0), size=(width, horizon))
    for i in range(7):
        Color(*(colours.bright if i < 2 else colours.main)[:3], (0.85, 0.75, 0.7, 0.55, 0.45, 0.35, 0.25)[i])
        half, y = r * (1 + 0.29 * i), horizon - (0.05 + 0.055 * i) * height
        Line(points=(width / 2 - half, y, width / 2 + half, y), width=0.009 * height, cap="round")


MOTIFS: dict[str, Callable[[float, float, Palette], None]] = {
    "ridges": ridges,
    "steps": steps,
    "rays": rays,
    "rings": rings,
    "bars": bars,
    "lines": lines,
}
