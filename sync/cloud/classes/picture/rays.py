"""Sprints: strokes of light fly past at an angle, faster the harder the segment."""

from __future__ import annotations

import math

import numpy as np

from sync.cloud.classes.picture.brush import Brush
from sync.cloud.classes.picture.canvas import Canvas, Floats, Sprite
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import Colour, mix
from sync.cloud.classes.picture.strip import Rows
from sync.cloud.classes.picture.terrain import Stage, gradient, sky

WIDE, TALL, HORIZON = 2240, 1120, 540
SLOPE = TALL / WIDE
# share of the road's speed, strokes, thickness, opacity
DEPTHS = ((0.22, 16, (4, 9), 0.30), (0.62, 12, (9, 20), 0.62))


class Rays:
    """The scenery of sprint classes."""

    def __init__(self, stage: Stage) -> None:
        palette, rng = stage.palette, np.random.default_rng(stage.seed)
        self._stage, self._sky = stage, sky(stage, (1180, 620), reach=720)
        self._depths = []
        for speed, count, thick, opacity in DEPTHS:
            colours = [palette.bright, palette.bright, palette.glow, palette.far, palette.sun]
            self._depths.append((speed, Sprite(_strokes(stage, rng, count, thick, colours) * np.float32(opacity))))
        stops = ((0, mix(palette.glow, palette.near, 0.4)), (0.06, palette.near), (1, palette.ground))
        self._ground = Rows(gradient(stage.px(214), *stops), stage.px(HORIZON))

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Everything behind the road."""
        self._sky.draw(canvas)
        air = canvas.above(self._stage.px(HORIZON))
        for speed, tile in self._depths:
            gone = moment.way * speed % WIDE
            for column in (0, 1):
                for row in (-1, 0):
                    x, y = column * WIDE - gone, row * TALL + gone * SLOPE
                    if x < 1920 and y < HORIZON and y + TALL > 0:
                        tile.draw(air, round(x * canvas.scale), round(y * canvas.scale))
        self._ground.draw(canvas)


def _strokes(
    stage: Stage, rng: np.random.Generator, count: int, thick: tuple[int, int], colours: list[Colour]
) -> Floats:
    """Strokes that rise to the right, on a tile that repeats to all sides. Premultiplied RGBA."""
    brush = Brush(WIDE, TALL, stage.scale)
    for i in range(count):
        x, y = rng.uniform(0, WIDE), (i + rng.uniform(0.2, 0.8)) / count * TALL
        length, wide = rng.uniform(160, 620), rng.uniform(*thick)
        colour = colours[int(rng.integers(len(colours)))]
        step = length / math.hypot(1, SLOPE)
        for column in (-1, 0, 1):
            for row in (-1, 0, 1):
                start = (x + column * WIDE, y + row * TALL)
                brush.line([start, (start[0] + step, start[1] - step * SLOPE)], wide, colour)
    return brush.picture()
