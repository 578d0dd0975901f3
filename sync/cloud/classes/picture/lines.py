"""Endurance: a wide sun on the water, its reflection rolling towards the rider line by line."""

from __future__ import annotations

import math

import numpy as np

from sync.cloud.classes.picture.brush import Brush
from sync.cloud.classes.picture.canvas import Canvas, Floats, Sprite
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import mix
from sync.cloud.classes.picture.strip import Rows, Strip
from sync.cloud.classes.picture.terrain import Stage, draw_centred, gradient, moved, ridge, sky, sun, waves

HORIZON, FOOT, LINES = 470, 740, 11
SUN_PATH = ((1350.0, 420.0), (1430.0, 320.0))
CLOUDS, PERIOD = 12, 2600


class Lines:
    """The scenery of endurance classes."""

    def __init__(self, stage: Stage) -> None:
        palette, rng = stage.palette, np.random.default_rng(stage.seed)
        self._stage, self._sky, self._sun = stage, sky(stage, (1380, 470), reach=820), sun(stage, 190, reach=2.0)
        self._clouds = Strip(_clouds(stage, rng), stage.width, stage.px(90))
        shore = waves(stage.px(PERIOD), rng, range(3, 12), sharp=0.3)
        tone = mix(palette.middle, palette.glow, 0.3)
        self._shore = Strip(ridge(stage, shore, 60, (tone, tone), palette.far), stage.width, stage.px(HORIZON - 58))
        stops = ((0, mix(palette.middle, palette.sky, 0.3)), (0.35, palette.near), (1, palette.ground))
        self._water = Rows(gradient(stage.px(FOOT - HORIZON), *stops), stage.px(HORIZON))
        self._glints = [_glint(stage, i / (LINES - 1)) for i in range(LINES)]

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Everything behind the road."""
        self._sky.draw(canvas)
        spot = moved(*SUN_PATH, moment.share)
        air = canvas.above(self._stage.px(HORIZON))
        draw_centred(self._sun, air, spot)
        self._clouds.draw(air, moment.way * canvas.scale * 0.05)
        self._shore.draw(air, moment.way * canvas.scale * 0.04)
        self._water.draw(canvas)
        rolled = moment.way / 900 % 1.0
        for i in range(LINES):
            self._draw_glint(canvas, spot[0], (i + rolled) / LINES, i, moment)

    def _draw_glint(self, canvas: Canvas, x: float, near: float, index: int, moment: Moment) -> None:
        """One line of light, ``near`` 0 at the horizon to 1 at the road."""
        sprite = self._glints[min(round(near * (LINES - 1)), LINES - 1)]
        sway = 26 * math.sin(index * 2.1 + moment.at_s * 0.9) * (0.3 + near)
        y = HORIZON + 6 + (FOOT - 100 - HORIZON) * near**1.6
        opacity = min(near * 6, (1 - near) * 4, 1.0)
        draw_centred(sprite, canvas, (x + sway, y), opacity * 0.9)


def _glint(stage: Stage, near: float) -> Sprite:
    wide, thick = 300 + 520 * near, 3 + 7 * near
    brush = Brush(wide + 2 * thick, thick + 4, stage.scale, (thick, thick / 2 + 2))
    brush.line([(0, 0), (wide, 0)], thick, mix(stage.palette.sun, stage.palette.bright, near * 0.8))
    return brush.sprite()


def _clouds(stage: Stage, rng: np.random.Generator) -> Floats:
    """Long thin bands of cloud, ``PERIOD`` design pixels long."""
    brush = Brush(PERIOD, 260, stage.scale)
    for _ in range(CLOUDS):
        x, y, wide = rng.uniform(40, PERIOD - 640), rng.uniform(20, 240), rng.uniform(200, 560)
        colour = mix(stage.palette.glow, stage.palette.sun, rng.uniform(0.05, 0.35))
        brush.line([(x, y), (x + wide, y)], 9, colour)
        brush.line([(x + wide * 0.25, y + 15), (x + wide * 0.8, y + 15)], 7, colour)
    picture = brush.picture()
    return picture[:, : picture.shape[1] // 2 * 2] * np.float32(0.4)
