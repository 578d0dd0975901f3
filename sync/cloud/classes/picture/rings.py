"""Recovery: rings that grow calmly from a bright heart behind the rider, one with every turn of the crank."""

from __future__ import annotations

import numpy as np

from sync.cloud.classes.picture.canvas import Backdrop, Canvas
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import mix
from sync.cloud.classes.picture.strip import Rows
from sync.cloud.classes.picture.terrain import Stage, gradient

CENTRE, APART, THICK, STEPS = (1030.0, 400.0), 132.0, 40.0, 48
FOOT = 640


class Rings:
    """The scenery of recovery classes: the growing rings repeat, so all their steps are painted beforehand."""

    def __init__(self, stage: Stage) -> None:
        y, x = np.mgrid[0 : stage.px(FOOT), 0 : stage.width].astype(np.float32) / stage.scale
        distance = np.hypot(x - CENTRE[0], y - CENTRE[1])
        self._steps = [_rings(stage, distance, step / STEPS) for step in range(STEPS)]
        palette = stage.palette
        stops = ((0, mix(palette.glow, palette.near, 0.6)), (0.05, palette.near), (1, palette.ground))
        self._ground = Rows(gradient(stage.px(174), *stops), stage.px(580))

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Everything behind the road."""
        self._steps[round(moment.turns / 2 * STEPS) % STEPS].draw(canvas)
        self._ground.draw(canvas)


def _rings(stage: Stage, distance: np.ndarray, grown: float) -> Backdrop:
    palette, sharp = stage.palette, stage.scale
    fade = np.exp(-((distance / 760) ** 2))[..., None]
    base = np.array(mix(palette.sky, (0, 0, 0), 0.35), np.float32)
    colour = base + (np.array(mix(palette.sky, palette.glow, 0.55), np.float32) - base) * fade
    along = (distance / APART - grown) % 1.0 * APART
    ring = np.clip((THICK / 2 - np.abs(along - APART / 2)) * sharp + 0.5, 0, 1)
    ring *= np.clip(distance / 90 - 0.9, 0, 1)
    lit = np.array(mix(palette.bright, palette.glow, 0.25), np.float32)
    colour = colour + (lit - colour) * (ring[..., None] * (0.12 + 0.68 * fade))
    heart = np.clip((74 - distance) * sharp + 0.5, 0, 1)[..., None]
    return Backdrop.of((colour + (np.array(palette.sun, np.float32) - colour) * heart).astype(np.float32))
