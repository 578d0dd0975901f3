"""Rhythm: a wall of lights whose columns jump with the beat of the music."""

from __future__ import annotations

import math

import numpy as np

from sync.cloud.classes.picture.canvas import Backdrop, Canvas, Floats
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import mix
from sync.cloud.classes.picture.strip import Rows
from sync.cloud.classes.picture.terrain import Stage, gradient

COLUMNS, CELLS, FIRST_CELL_Y, CELL_TALL = 32, 14, 92, 36
WIDE, FOOT = 60, 600


class Bars:
    """The scenery of rhythm classes: a dark wall, and the same wall lit, copied in column by column."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._dark, self._lit = Backdrop.of(_wall(stage, 0.07)), Backdrop.of(_wall(stage, 0.85))
        rng = np.random.default_rng(stage.seed)
        self._voices = [(rng.uniform(0, 2 * math.pi), int(rng.integers(1, 4))) for _ in range(COLUMNS)]
        palette = stage.palette
        stops = ((0, mix(palette.bright, palette.near, 0.55)), (0.04, palette.near), (1, palette.ground))
        self._floor = Rows(gradient(stage.px(154), *stops), stage.px(FOOT))

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Everything behind the road."""
        self._dark.draw(canvas)
        for column, (phase, pace) in enumerate(self._voices):
            self._light(canvas, column, _level(moment, column, phase, pace))
        self._floor.draw(canvas)

    def _light(self, canvas: Canvas, column: int, level: float) -> None:
        top = self._stage.px(FIRST_CELL_Y + (CELLS - round(level * CELLS)) * CELL_TALL)
        x0, x1, foot = self._stage.px(column * WIDE), self._stage.px((column + 1) * WIDE), self._stage.px(FOOT)
        planes = ((canvas.y, self._lit.y, 1), (canvas.u, self._lit.u, 2), (canvas.v, self._lit.v, 2))
        for plane, lit, n in planes:
            part = (slice(top // n, foot // n), slice(x0 // n, x1 // n))
            plane[part] = lit[part]


def _level(moment: Moment, column: int, phase: float, pace: int) -> float:
    """How much of a column is lit, 0-1: jumps on the beat and sinks until the next."""
    sinking = 1 - moment.beats * pace / 2 % 1.0
    sway = 0.5 + 0.5 * math.sin(phase + moment.beats * 0.7 + column * 0.45)
    return min(0.12 + (0.2 + 0.62 * moment.drive) * (0.45 * sinking + 0.55 * sway), 1.0)


def _wall(stage: Stage, strength: float) -> Floats:
    """All cells lit at ``strength``, from the palette's cool side to its bright one."""
    rows = stage.px(FOOT)
    y, x = np.mgrid[0:rows, 0 : stage.width].astype(np.float32) / stage.scale
    palette, inside = stage.palette, 8.0
    across, down = (x % WIDE) - WIDE / 2, ((y - FIRST_CELL_Y) % CELL_TALL) - CELL_TALL / 2
    corner = np.hypot(*(np.clip(np.abs(d) - e, 0, None) for d, e in ((across, 15), (down, 6))))
    cell = np.clip((inside - corner) * stage.scale + 0.5, 0, 1) * (y > FIRST_CELL_Y)
    base = np.array(mix(palette.sky, (0, 0, 0), 0.4), np.float32)
    halo = np.exp(-((np.hypot(x - 1030, y - 400) / 560) ** 2))[..., None]
    ground = base + (np.array(palette.glow, np.float32) - base) * halo * 0.55
    share = (x / 1920)[..., None]
    hue = np.array(palette.far, np.float32) * (1 - share) + np.array(palette.bright, np.float32) * share
    lift = (0.55 + 0.45 * (y / FOOT))[..., None]
    return (ground + (hue * lift - ground) * (cell * strength)[..., None]).astype(np.float32)
