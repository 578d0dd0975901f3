"""Covers painted into textures: a motif in a palette at a size, with round corners; and the veils over them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from kivy.graphics import (
    ClearBuffers,
    ClearColor,
    Color,
    Fbo,
    Rectangle,
    RoundedRectangle,
    StencilPop,
    StencilPush,
    StencilUnUse,
    StencilUse,
)
from kivy.graphics.texture import Texture

from console.widgets.motifs import MOTIFS, PALETTES, gradient, lines

OVERSAMPLING = 2  # painted at twice the size: the way down to the screen smooths the edges
LARGE, LARGE_OVERSAMPLING = 300_000, 1.5  # pixels; what is larger lies behind words, under a veil


@lru_cache(maxsize=2)
def veil(side: str) -> Texture:
    """A white texture whose opacity falls from the ``left`` to nothing, or grows towards the ``foot``."""
    steps = 64
    if side == "left":
        shares = [min(0.92, 0.92 * (1.12 - i / (steps - 1)) ** 1.5) for i in range(steps)]
        texture = Texture.create(size=(steps, 1), colorfmt="rgba")
    else:
        # Kivy lays textures on rounded rectangles upside down: the last row is the foot.
        shares = [0.4 + 0.6 * (i / (steps - 1)) ** 1.6 for i in range(steps)]
        texture = Texture.create(size=(1, steps), colorfmt="rgba")
    pixels = b"".join(bytes((255, 255, 255, round(255 * max(share, 0.0)))) for share in shares)
    texture.blit_buffer(pixels, colorfmt="rgba")
    texture.wrap = "clamp_to_edge"
    return texture


class Picture(NamedTuple):
    """What a cover shows: motif, palette, size and corner radius in pixels."""

    motif: str
    palette: int
    width: int
    height: int
    radius: float


def paint(picture: Picture) -> Texture:
    """A cover as a texture, larger than asked for, so that its edges are smooth when drawn smaller.

    An unknown motif is drawn as ``lines``; palettes are counted round.
    """
    motif, palette, width, height, radius = picture
    times = LARGE_OVERSAMPLING if width * height > LARGE else OVERSAMPLING
    wide, high = round(width * times), round(height * times)
    colours = PALETTES[palette % len(PALETTES)]
    fbo = Fbo(size=(wide, high), with_stencilbuffer=True)
    with fbo:
        ClearColor(*colours.dark[:3], 0)
        ClearBuffers(clear_stencil=True)
        StencilPush()
        _corners(wide, high, radius * times)
        StencilUse()
        Color(1, 1, 1, 1)
        Rectangle(size=(wide, high), texture=gradient(tuple(colours.top), tuple(colours.dark)))
        MOTIFS.get(motif, lines)(wide, high, colours)
        StencilUnUse()
        _corners(wide, high, radius * times)
        StencilPop()
    fbo.draw()
    texture = fbo.texture
    texture.min_filter = texture.mag_filter = "linear"
    return texture


def _corners(wide: float, high: float, radius: float) -> Any:
    return RoundedRectangle(size=(wide, high), radius=[radius], segments=32)
