"""The picture of a class: any frame of it, composed from scenery, road, rider and words."""

from __future__ import annotations

import zlib
from typing import Protocol

from sync.cloud.classes.picture.bars import Bars
from sync.cloud.classes.picture.canvas import Canvas
from sync.cloud.classes.picture.cyclist import Cyclist
from sync.cloud.classes.picture.foreground import Foreground
from sync.cloud.classes.picture.journey import Journey, Moment
from sync.cloud.classes.picture.lettering import Lettering
from sync.cloud.classes.picture.lines import Lines
from sync.cloud.classes.picture.palette import PALETTES
from sync.cloud.classes.picture.rays import Rays
from sync.cloud.classes.picture.ridges import Ridges
from sync.cloud.classes.picture.rings import Rings
from sync.cloud.classes.picture.road import CONTACT_Y, RIDER_X, Road
from sync.cloud.classes.picture.steps import Steps
from sync.cloud.classes.picture.terrain import Stage
from sync.cloud.classes.plan import Plan

FADE_IN_S, FADE_OUT_S = 0.8, 2.0


class Scenery(Protocol):
    """What is behind the road; one for each motif."""

    def __init__(self, stage: Stage) -> None: ...

    def draw(self, canvas: Canvas, moment: Moment) -> None:
        """Draw everything behind the road."""


SCENERIES: dict[str, type[Scenery]] = {
    "ridges": Ridges,
    "steps": Steps,
    "rays": Rays,
    "rings": Rings,
    "bars": Bars,
    "lines": Lines,
}


class Film:
    """The picture of one class at one size (16:9). Frames may be asked for in any order."""

    def __init__(self, plan: Plan, width: int, height: int) -> None:
        palette = PALETTES[plan.palette]
        stage = Stage(width, height, palette, seed=zlib.crc32(plan.id.encode()))
        self.journey, self._canvas = Journey(plan), Canvas(width, height)
        self._scenery, self._road = SCENERIES[plan.motif](stage), Road(stage)
        self._foreground = Foreground(stage)
        self._cyclist = Cyclist(palette, stage.scale)
        self._lettering = Lettering(plan, stage.scale)

    def frame(self, number: int, words: bool = True) -> Canvas:
        """Frame ``number``; the canvas is used again for the next one. ``words`` off leaves out all lettering."""
        canvas, moment = self._canvas, self.journey.at(number)
        self._scenery.draw(canvas, moment)
        self._road.draw(canvas, moment)
        self._cyclist.draw(canvas, moment, RIDER_X, CONTACT_Y)
        self._foreground.draw(canvas, moment)
        if words:
            self._lettering.draw(canvas, moment)
            _darken(canvas, self._light(moment))
        return canvas

    def _light(self, moment: Moment) -> float:
        left_s = self.journey.plan.duration_s - moment.at_s
        return min(moment.at_s / FADE_IN_S, left_s / FADE_OUT_S, 1.0)


def _darken(canvas: Canvas, light: float) -> None:
    """Fade to black: ``light`` 1 leaves the canvas as it is."""
    if light >= 1:
        return
    share = round(light * 256)
    for plane, black in ((canvas.y, 16), (canvas.u, 128), (canvas.v, 128)):
        plane[:] = ((plane.astype("int32") - black) * share >> 8) + black
