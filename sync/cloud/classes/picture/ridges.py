"""Hills: three mountain ranges and a wood pass before a sun that wanders through the class."""

from __future__ import annotations

import numpy as np

from sync.cloud.classes.picture.brush import Brush
from sync.cloud.classes.picture.canvas import Canvas, Floats
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import mix
from sync.cloud.classes.picture.strip import Rows, Strip
from sync.cloud.classes.picture.terrain import Stage, draw_centred, gradient, moved, ridge, sky, sun, waves

SUN_PATH = ((1390.0, 236.0), (1230.0, 380.0))
PERIOD = 2600
# share of the road's speed, top, height, roughness
RANGES = ((0.035, 300, 230, range(2, 16)), (0.09, 420, 180, range(2, 14)))


class Ridges:
    """The scenery of hill classes."""

    def __init__(self, stage: Stage) -> None:
        palette, rng = stage.palette, np.random.default_rng(stage.seed)
        self._sky, self._sun = sky(stage, (1300, 420)), sun(stage, 122)
        far, haze = mix(palette.far, palette.sky, 0.18), mix(palette.glow, palette.far, 0.5)
        foot = mix(palette.middle, palette.far, 0.45)
        tones = ((far, mix(haze, palette.sky, 0.2)), (palette.middle, foot))
        self._ranges = []
        for (speed, top, rise, rough), colours, rim in zip(RANGES, tones, (palette.sun, far), strict=True):
            profile = waves(stage.px(PERIOD), rng, rough, sharp=0.45)
            strip = Strip(ridge(stage, profile, rise, colours, rim), stage.width, stage.px(top))
            floor = Rows(gradient(stage.px(80), (0, colours[1]), (1, foot)), stage.px(top + rise) - 2)
            self._ranges.append((speed, strip, floor))
        self._wood = Strip(_wood(stage, rng), stage.width, stage.px(480))
        self._meadow = Rows(gradient(stage.px(96), (0, palette.near), (1, palette.ground)), stage.px(658))

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Everything behind the road."""
        self._sky.draw(canvas)
        draw_centred(self._sun, canvas, moved(*SUN_PATH, moment.share))
        way = moment.way * canvas.scale
        for speed, strip, floor in self._ranges:
            strip.draw(canvas, way * speed)
            floor.draw(canvas)
        self._wood.draw(canvas, way * 0.3)
        self._meadow.draw(canvas)


def _wood(stage: Stage, rng: np.random.Generator) -> Floats:
    """Low hills with firs on them, ``PERIOD`` design pixels long."""
    tall, brush = 180, Brush(PERIOD, 180, stage.scale)
    line = tall - 34 - waves(PERIOD, rng, range(2, 9), samples=PERIOD) * 62
    dark, lighter = stage.palette.near, mix(stage.palette.near, stage.palette.middle, 0.3)
    for x in np.sort(rng.uniform(40, PERIOD - 40, 130)):
        if np.sin(x / PERIOD * 6 * np.pi) < 0.25:
            continue
        foot, height = float(line[int(x)]) + 6, rng.uniform(26, 70)
        _fir(brush, float(x), foot, height, lighter if rng.random() < 0.3 else dark)
    hill = [(float(x), float(line[min(x, PERIOD - 1)])) for x in range(0, PERIOD + 1, 10)]
    brush.polygon([(0, tall), *hill, (PERIOD, tall)], dark)
    picture = brush.picture()
    return picture[:, : picture.shape[1] // 2 * 2]


def _fir(brush: Brush, x: float, foot: float, height: float, colour: tuple[int, int, int]) -> None:
    for low, high, wide in ((0.0, 0.5, 0.24), (0.28, 0.76, 0.19), (0.55, 1.0, 0.13)):
        spots = [(x - wide * height, foot - low * height), (x, foot - high * height)]
        brush.polygon([*spots, (x + wide * height, foot - low * height)], colour)
