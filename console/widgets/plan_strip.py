"""The whole class on one line: where the rider is, what was, what comes, how long still."""

from __future__ import annotations

import math

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from console import theme as T
from console.cues import segment_zone
from console.widgets import digits  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.wording import clock

PAST = 0.4
LOWEST, STEP = 14, 6.5  # height of a bar in zone 1, and how much each zone adds


class PlanStrip(Panel):
    """``plan`` is a ``Plan`` or ``None`` (then a plain line); ``show`` once a frame."""

    plan = ObjectProperty(None, allownone=True)
    elapsed = StringProperty("")
    left = StringProperty("")
    waiting = BooleanProperty(False)
    past = NumericProperty(0)
    natural = NumericProperty(80)

    def __init__(self, **kwargs: object) -> None:
        self._class_s = 0.0
        self._drawn: int | None = None
        super().__init__(**kwargs)
        self.bind(plan=self.repaint, past=self.repaint)

    def show(self, class_s: float, elapsed_s: float) -> None:
        """Show a moment of the class; ``elapsed_s`` is the ride's own time."""
        self.elapsed = clock(elapsed_s)
        if self.plan is None:
            return
        self.left = clock(math.ceil(max(self.plan.length_s - class_s, 0.0)))
        self.past = self.plan.at(class_s).index
        self._class_s = class_s
        x = round(self.x_of(class_s))
        if x != self._drawn:
            self._drawn = x
            self.paint_moving()

    @property
    def _span(self) -> tuple[float, float]:
        left = self.ids.elapsed.right + 32 * self.u
        return left, max(self.ids.left.x - 56 * self.u - left, 1.0)

    def x_of(self, class_s: float) -> float:
        """Where on the strip a second of the class stands."""
        left, room = self._span
        return left + room * min(max(class_s / max(self.plan.length_s, 1), 0.0), 1.0)

    def paint(self) -> None:
        """One bar a segment, as high as its effort."""
        foot = round(self.y + 12 * self.u)
        if self.plan is None:
            left, room = self._span
            self.still.box(left, self.center_y - 2 * self.u, room, 4 * self.u, 2 * self.u, T.LINE)
            return
        for index, segment in enumerate(self.plan.segments):
            zone, start_s = segment_zone(segment), self.plan.starts_s[index]
            colour = T.ZONES[zone - 1]
            if index < self.past:
                colour = T.with_alpha(colour, PAST)
            left, right = round(self.x_of(start_s)), round(self.x_of(start_s + segment.seconds))
            height = round((LOWEST + STEP * (zone - 1)) * self.u)
            self.still.box(left, foot, max(right - left - round(3 * self.u), 2), height, 5 * self.u, colour)

    def paint_moving(self) -> None:
        """The needle, with a dark edge."""
        self.moving.clear()
        if self.plan is not None:
            x, foot, top = round(self.x_of(self._class_s)), round(self.y + 10 * self.u), self.top - 14 * self.u
            self.moving.rectangle(x - 4 * self.u, foot, 8 * self.u, top - foot, T.BG)
            self.moving.rectangle(x - 2 * self.u, foot, 4 * self.u, top - foot, T.TEXT)
            self.moving.disc(x, top, 8 * self.u, T.TEXT)
        self.moving.show()


load_rules(__file__)
