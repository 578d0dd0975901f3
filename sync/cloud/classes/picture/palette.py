"""The six palettes of class pictures; the same families as the covers that the console draws."""

from __future__ import annotations

from dataclasses import dataclass

Colour = tuple[int, int, int]


def rgb(text: str) -> Colour:
    """``#rrggbb`` as three numbers 0-255."""
    value = int(text.lstrip("#"), 16)
    return value >> 16, value >> 8 & 255, value & 255


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """``a`` with ``share`` (0-1) of ``b`` in it."""
    red, green, blue = (round(p + (q - p) * share) for p, q in zip(a, b, strict=True))
    return red, green, blue


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours from the top of the sky to the ground; ``glow`` lights the horizon, ``bright`` is the one loud colour."""

    sky: Colour
    glow: Colour
    sun: Colour
    far: Colour
    middle: Colour
    near: Colour
    ground: Colour
    bright: Colour


def _palette(*colours: str) -> Palette:
    return Palette(*(rgb(colour) for colour in colours))


PALETTES = (
    _palette("#3a1546", "#b04a5c", "#f8be83", "#a9573e", "#6e2b56", "#331440", "#150b1f", "#ff8a5c"),
    _palette("#08243a", "#1a7488", "#a8ecec", "#1b7386", "#115069", "#0a3146", "#06131d", "#35c3d0"),
    _palette("#101c46", "#3f58b0", "#dbe4ff", "#4d67b5", "#2d4188", "#18255a", "#080d1c", "#8ea9ff"),
    _palette("#1d1040", "#7a2f80", "#f3b9de", "#833a8c", "#4c2470", "#2a1550", "#100a22", "#f0559f"),
    _palette("#3f1a10", "#b5601f", "#f9c04a", "#a85a22", "#6e3318", "#3a190d", "#170a06", "#f2a52e"),
    _palette("#0a2f28", "#3f8f5c", "#c6ec92", "#4b883d", "#2a6350", "#103b31", "#071611", "#9bd75f"),
)

INK = rgb("#0A0D12")
TEXT = rgb("#F4F7FA")
SOFT = rgb("#C9D2DC")
ZONES = tuple(rgb(c) for c in ("#66788C", "#3F8CFF", "#4FD8EE", "#2E9E6B", "#F5D02A", "#E8622A", "#FF8FD0"))
ZONE_INKS = (TEXT, INK, INK, INK, INK, INK, INK)
