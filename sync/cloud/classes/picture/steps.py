"""Intervals by power: a city of blocks, the higher the brighter, in three depths before a low moon."""

from __future__ import annotations

import numpy as np

from sync.cloud.classes.picture.canvas import Canvas, Floats
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import Colour, mix
from sync.cloud.classes.picture.strip import Rows, Strip
from sync.cloud.classes.picture.terrain import Stage, draw_centred, gradient, moved, sky, sun

MOON_PATH = ((1240.0, 300.0), (1330.0, 210.0))
PERIOD, FOOT = 2400, 660
# share of the road's speed, height, width of a block, chance of a lit window
DEPTHS = ((0.05, 400, 150, 0.0), (0.12, 300, 110, 0.16), (0.3, 170, 130, 0.3))


class Steps:
    """The scenery of power intervals."""

    def __init__(self, stage: Stage) -> None:
        palette, rng = stage.palette, np.random.default_rng(stage.seed)
        self._sky, self._moon = sky(stage, (1240, 560), reach=800), sun(stage, 84)
        tones = ((palette.far, palette.glow), (palette.middle, palette.middle), (palette.near, palette.near))
        self._depths = []
        for (speed, rise, wide, lit), (top, foot) in zip(DEPTHS, tones, strict=True):
            city = _City(stage, rng, rise, wide, lit)
            picture = city.paint(mix(top, palette.sky, 0.2), mix(foot, palette.sky, 0.35))
            self._depths.append((speed, Strip(picture, stage.width, stage.px(FOOT - rise))))
        self._ground = Rows(gradient(stage.px(96), (0, palette.near), (1, palette.ground)), stage.px(FOOT) - 2)

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Everything behind the road."""
        self._sky.draw(canvas)
        draw_centred(self._moon, canvas, moved(*MOON_PATH, moment.share))
        for speed, strip in self._depths:
            strip.draw(canvas, moment.way * canvas.scale * speed)
        self._ground.draw(canvas)


class _City:
    """One row of houses."""

    def __init__(self, stage: Stage, rng: np.random.Generator, rise: int, wide: int, lit: float) -> None:
        self._stage, self._rng, self._rise, self._wide, self._lit = stage, rng, rise, wide, lit
        self._picture = np.zeros((stage.px(rise), stage.px(PERIOD), 4), np.float32)

    def paint(self, top: Colour, foot: Colour) -> Floats:
        """Premultiplied RGBA, ``PERIOD`` design pixels wide."""
        count = PERIOD // self._wide
        for i in range(count):
            share = 0.22 + 0.78 * (0.5 + 0.5 * np.sin(i * 2.4)) * self._rng.uniform(0.55, 1)
            self._house(i * PERIOD / count, PERIOD / count, share, top, foot)
        return self._picture

    def _house(self, left: float, wide: float, share: float, top: Colour, foot: Colour) -> None:
        x0, x1 = self._stage.px(left), self._stage.px(left + wide)
        rows = self._picture.shape[0]
        roof = self._stage.px(self._rise * (1 - share))
        bright = mix(foot, top, 0.35 + 0.65 * share)
        body = gradient(rows - roof, (0, bright), (1, foot))[:, None]
        self._picture[roof:, x0:x1, :3], self._picture[roof:, x0:x1, 3] = body, 255
        edge = max(round(2 * self._stage.scale), 1)
        self._picture[roof : roof + edge, x0:x1, :3] = mix(bright, self._stage.palette.sun, 0.35)
        self._picture[roof:, x0 : x0 + edge, :3] = body * 0.8
        self._windows(x0, x1, roof, rows)

    def _windows(self, x0: int, x1: int, roof: int, rows: int) -> None:
        px, glow = self._stage.px, mix(self._stage.palette.sun, self._stage.palette.near, 0.3)
        for y in range(roof + px(18), rows - px(30), px(26)):
            for x in range(x0 + px(16), x1 - px(22), px(24)):
                if self._rng.random() < self._lit:
                    self._picture[y : y + px(12), x : x + px(10), :3] = glow
