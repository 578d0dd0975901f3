"""What several sceneries share: the sky, a sun, mountain ranges; in design pixels, painted at a canvas's scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sync.cloud.classes.picture.canvas import Backdrop, Canvas, Floats, Sprite
from sync.cloud.classes.picture.palette import Colour, Palette, mix

SKY_FOOT = 640  # where the sky ends; the road hides what is below
RIM = 0.35


@dataclass(frozen=True, slots=True)
class Stage:
    """The canvas that a scenery is painted for."""

    width: int
    height: int
    palette: Palette
    seed: int

    @property
    def scale(self) -> float:
        """Canvas pixels per design pixel."""
        return self.height / 1080

    def px(self, design: float) -> int:
        """Design pixels as canvas pixels, even."""
        return round(design * self.scale / 2) * 2


def gradient(rows: int, *stops: tuple[float, Colour]) -> Floats:
    """``(rows, 3)``: colours from top to bottom through ``stops`` of (share of the height, colour)."""
    at = np.linspace(0, 1, rows)
    shares, colours = [stop[0] for stop in stops], np.array([stop[1] for stop in stops], np.float32)
    return np.stack([np.interp(at, shares, colours[:, i]) for i in range(3)], axis=1).astype(np.float32)


def sky(stage: Stage, light_at: tuple[float, float], reach: float = 900, strength: float = 0.85) -> Backdrop:
    """A sky that glows around ``light_at`` and darkens to its corners."""
    palette, rows = stage.palette, stage.px(SKY_FOOT)
    y, x = np.mgrid[0:rows, 0 : stage.width].astype(np.float32) / stage.scale
    low = gradient(rows, (0, palette.sky), (0.55, mix(palette.sky, palette.glow, 0.3)), (1, palette.glow))[:, None]
    distance = np.hypot((x - light_at[0]) * 0.8, y - light_at[1])
    glow = (np.exp(-((distance / reach) ** 2)) * strength)[..., None]
    base = np.array(palette.sky, np.float32) * 0.62
    return Backdrop.of(base + (low - base) * glow)


def sun(stage: Stage, radius: float, reach: float = 3.0) -> Sprite:
    """A disc with a pale ring around it, as on the covers, and a soft glow; centred in its sprite. The glow
    ends at ``reach`` radii."""
    reach *= radius
    side = stage.px(reach * 2)
    y, x = (np.mgrid[0:side, 0:side].astype(np.float32) + 0.5 - side / 2) / stage.scale
    distance = np.hypot(x, y)
    edge = [np.clip((r - distance) * stage.scale + 0.5, 0, 1) for r in (radius, radius * 1.62)]
    glow = np.clip(1 - distance / reach, 0, 1) ** 2 * 0.45
    cover = np.maximum(edge[0], edge[1] * 0.3 + glow * (1 - edge[1] * 0.3))
    core, halo = (np.array(c, np.float32) for c in (stage.palette.sun, stage.palette.bright))
    colour = halo + (core - halo) * edge[0][..., None]
    return Sprite(np.concatenate((colour * cover[..., None], cover[..., None] * 255), axis=2))


def waves(
    period: int, rng: np.random.Generator, harmonics: Sequence[int], sharp: float = 0.0, samples: int = 0
) -> Floats:
    """A profile 0-1 that repeats after ``period`` samples, rough down to ``harmonics``; ``sharp`` makes peaks."""
    x = np.linspace(0, 2 * np.pi, samples or period, endpoint=False)
    total = np.zeros_like(x)
    for k in harmonics:
        wave = np.sin(k * x + rng.uniform(0, 2 * np.pi))
        total += ((1 - sharp) * wave + sharp * (1 - 2 * np.abs(wave))) / k**0.9
    return ((total - total.min()) / np.ptp(total)).astype(np.float32)


def ridge(stage: Stage, profile: Floats, rise: float, colours: tuple[Colour, Colour], rim: Colour) -> Floats:
    """A range under ``profile`` (0-1 per column), ``rise`` design pixels high at most: from ``colours[0]`` at the top
    to ``colours[1]`` at the foot, its edge lit with ``rim``. Premultiplied RGBA."""
    rows = stage.px(rise)
    below = np.arange(rows, dtype=np.float32)[:, None] + 0.5 - (1 - profile[None, :]) * (rows - 2)
    cover = np.clip(below, 0, 1)[..., None]
    body = gradient(rows, (0, colours[0]), (1, colours[1]))[:, None]
    lit = (np.exp(-np.clip(below, 0, None) / (4 * stage.scale)) * RIM)[..., None]
    colour = body + (np.array(rim, np.float32) - body) * lit
    return np.concatenate((colour * cover, cover * 255), axis=2)


def moved(start: tuple[float, float], end: tuple[float, float], share: float) -> tuple[float, float]:
    """A spot on the way from ``start`` to ``end``."""
    return start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share


def draw_centred(sprite: Sprite, canvas: Canvas, spot: tuple[float, float], opacity: float = 1.0) -> None:
    """Draw with the middle at ``spot`` in design pixels."""
    x, y = spot[0] * canvas.scale - sprite.width / 2, spot[1] * canvas.scale - sprite.height / 2
    sprite.draw(canvas, x, y, opacity)
