"""The road under the rider: tilted by the grade, its marks and posts moving past, the ground below it."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from sync.cloud.classes.picture.brush import Brush
from sync.cloud.classes.picture.canvas import Canvas, Floats, Sprite
from sync.cloud.classes.picture.journey import Moment
from sync.cloud.classes.picture.palette import TEXT, Colour, mix
from sync.cloud.classes.picture.strip import Rows
from sync.cloud.classes.picture.terrain import Stage, gradient

RIDER_X, CONTACT_Y = 1010.0, 640.0
FAR_EDGE, NEAR_EDGE, CENTRE = -26.0, 52.0, 22.0  # from the wheels' line, downwards
MARK_EVERY, MARK_LONG, POST_EVERY, POST_TALL = 260.0, 120.0, 780.0, 46.0
STEEPEST_DEG, GRADE_STEP_DEG = 5.0, 0.125
REACH = math.ceil(RIDER_X * math.tan(math.radians(STEEPEST_DEG)))


class Road:
    """Draws road and ground over the lower part of a canvas."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._top = CONTACT_Y + FAR_EDGE - REACH
        self._slab = lru_cache(maxsize=48)(self._paint_slab)
        self._mark = lru_cache(maxsize=48)(self._paint_mark)
        self._post = self._paint_post()
        rows = stage.height - stage.px(self._bottom) + 2
        stops = ((0, verge_of(stage)), (0.55, stage.palette.ground), (1, stage.palette.ground))
        self._ground = Rows(gradient(rows // 2 * 2, *stops), stage.height - rows)

    @property
    def _bottom(self) -> float:
        return CONTACT_Y + NEAR_EDGE + REACH + 24

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Draw the road at ``moment``."""
        grade = round(moment.grade_deg / GRADE_STEP_DEG)
        rise = math.tan(math.radians(grade * GRADE_STEP_DEG))
        self._ground.draw(canvas)
        self._slab(grade).draw(canvas, 0, self._top * canvas.scale)
        for x in _passing(moment.way, MARK_EVERY):
            self._draw_at(canvas, self._mark(grade), x, CENTRE - 10, rise)
        for x in _passing(moment.way, POST_EVERY):
            self._draw_at(canvas, self._post, x, FAR_EDGE - POST_TALL, rise)

    def _draw_at(self, canvas: Canvas, sprite: Sprite, x: float, below: float, rise: float) -> None:
        y = CONTACT_Y + below - (x - RIDER_X) * rise
        sprite.draw(canvas, x * canvas.scale, y * canvas.scale)

    def _paint_slab(self, grade: int) -> Sprite:
        stage, rise = self._stage, math.tan(math.radians(grade * GRADE_STEP_DEG))
        rows = stage.px(self._bottom - self._top)
        y, x = np.mgrid[0:rows, 0 : stage.width].astype(np.float32) / stage.scale
        return Sprite(_coat(stage, y + self._top - CONTACT_Y + (x - RIDER_X) * rise, x - RIDER_X))

    def _paint_mark(self, grade: int) -> Sprite:
        rise = math.tan(math.radians(grade * GRADE_STEP_DEG))
        brush = Brush(MARK_LONG + 12, 30, self._stage.scale, (6, 12))
        brush.line([(0, 0), (MARK_LONG, -MARK_LONG * rise)], 4, mix(self._stage.palette.ground, TEXT, 0.34))
        return brush.sprite()

    def _paint_post(self) -> Sprite:
        palette, brush = self._stage.palette, Brush(12, POST_TALL + 4, self._stage.scale, (6, 4))
        brush.line([(0, 0), (0, POST_TALL)], 6, mix(palette.near, TEXT, 0.5))
        brush.line([(0, 5), (0, 12)], 6, palette.bright)
        return brush.sprite()


def _coat(stage: Stage, below: Floats, aside: Floats) -> Floats:
    """The colours of a road whose wheels' line is where ``below`` (design pixels downwards) is 0."""
    palette = stage.palette
    asphalt, ground = mix(palette.ground, palette.near, 0.55), verge_of(stage)
    at = (FAR_EDGE, FAR_EDGE + 4, FAR_EDGE + 5, NEAR_EDGE - 4, NEAR_EDGE - 3, NEAR_EDGE, NEAR_EDGE + 1)
    edge, verge = mix(palette.glow, palette.near, 0.35), mix(palette.ground, palette.near, 0.8)
    colours = np.array((edge, edge, asphalt, mix(asphalt, palette.ground, 0.5), verge, verge, ground), np.float32)
    colour = np.stack([np.interp(below, at, colours[:, i]) for i in range(3)], axis=2).astype(np.float32)
    shade = np.clip(1 - np.hypot((aside - 20) / 230, (below - 4) / 13), 0, 0.55)[..., None]
    cover = np.clip((below - FAR_EDGE) * stage.scale + 0.5, 0, 1)[..., None]
    return np.concatenate((colour * (1 - shade) * cover, cover * 255), axis=2)


def verge_of(stage: Stage) -> Colour:
    """The colour of the land on this side of the road."""
    return mix(stage.palette.ground, stage.palette.near, 0.42)


def _passing(way: float, every: float) -> list[float]:
    """Where things that stand ``every`` design pixels are now, left to right across the canvas."""
    first = -(way % every) - every
    return [first + i * every for i in range(math.ceil(1920 / every) + 3)]
