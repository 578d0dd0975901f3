"""What stands between the road and the one who looks: low dark banks with grass, passing faster than the road."""

from __future__ import annotations

import numpy as np

from sync.cloud.classes.picture.brush import Brush
from sync.cloud.classes.picture.canvas import Canvas, Floats
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import INK, Colour, mix
from sync.cloud.classes.picture.strip import Rows, Strip
from sync.cloud.classes.picture.terrain import Stage, gradient, waves

PERIOD, TOP, RISE, SPEED = 2880, 812, 150, 1.7
TUFTS = 46


class Foreground:
    """Draws the lowest part of a canvas."""

    def __init__(self, stage: Stage) -> None:
        bank = mix(INK, stage.palette.ground, 0.35)
        self._bank = Strip(_bank(stage, bank), stage.width, stage.px(TOP))
        foot = stage.px(TOP + RISE) - 2
        self._floor = Rows(gradient((stage.height - foot) // 2 * 2, (0, bank), (1, INK)), foot)

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Draw it at ``moment``."""
        self._bank.draw(canvas, moment.way * canvas.scale * SPEED)
        self._floor.draw(canvas)


def _bank(stage: Stage, colour: Colour) -> Floats:
    """``PERIOD`` design pixels of banks. Premultiplied RGBA."""
    rng, brush = np.random.default_rng(stage.seed + 1), Brush(PERIOD, RISE, stage.scale)
    line = RISE - 22 - waves(PERIOD, rng, range(1, 6), samples=PERIOD) * 76
    for x in rng.uniform(60, PERIOD - 60, TUFTS):
        _tuft(brush, rng, float(x), float(line[int(x)]) + 4, colour)
    edge = [(float(x), float(line[min(x, PERIOD - 1)])) for x in range(0, PERIOD + 1, 12)]
    brush.polygon([(0, RISE), *edge, (PERIOD, RISE)], colour)
    picture = brush.picture()
    return picture[:, : picture.shape[1] // 2 * 2]


def _tuft(brush: Brush, rng: np.random.Generator, x: float, foot: float, colour: Colour) -> None:
    for _ in range(int(rng.integers(4, 9))):
        lean, height, at = rng.uniform(-16, 16), rng.uniform(14, 46), x + rng.uniform(-16, 16)
        brush.polygon([(at - 2.5, foot), (at + lean, foot - height), (at + 2.5, foot)], colour)
