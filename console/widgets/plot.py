"""Curves of a ride: output in the colours of its zones, and lines over it. Each plot is a handful of draw calls."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from kivy.properties import ColorProperty, NumericProperty

from console import theme as T
from console.curves import Curve, gaps, means, zones
from console.widgets.digits import Digits
from console.widgets.flat import Colour
from console.widgets.panel import Panel
from console.widgets.strokes import dashes

AXIS = 44  # height of the axis's numbers, in design pixels
NARROWEST = 3  # width of a column, in window pixels


@dataclass(frozen=True, slots=True)
class Line:
    """A curve over the output, on its own scale from ``low`` at the foot to ``high`` at the top."""

    values: Curve
    low: float
    high: float
    colour: Colour
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A number of the axis; ``share`` is where, 0-1. The last one may be bright: now."""

    share: float
    text: str
    bright: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """All that a plot shows: ``power_w`` fills ``filled`` (0-1) of its width from the left; ``top_w`` is its height."""

    power_w: Curve
    threshold_w: float
    top_w: float
    filled: float = 1.0
    lines: tuple[Line, ...] = ()
    ticks: tuple[Tick, ...] = ()
    marks: tuple[float, ...] = ()  # shares at which an upright line stands: laps


class Plot(Panel):
    """Give it a ``Picture`` with ``show``."""

    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(400)

    def __init__(self, **kwargs: object) -> None:
        self._picture: Picture | None = None
        self._numbers: list[Digits] = []
        super().__init__(**kwargs)

    def show(self, picture: Picture) -> None:
        """Draw this from the next frame on."""
        self._picture = picture
        self.repaint()

    @property
    def _box(self) -> tuple[int, int, int, int]:
        foot = round(self.y + AXIS * self.u)
        return round(self.x), foot, round(self.width), round(self.top) - foot

    def paint(self) -> None:
        """Guides, columns, lines and marks."""
        x, y, width, height = self._box
        for part in range(1, 4):
            self.still.rectangle(x, y + height * part // 3, width, 2, T.with_alpha(T.LINE, 0.6))
        if self._picture is None:
            return
        self._paint_columns(self._picture)
        for share in self._picture.marks:
            self.still.rectangle(round(x + share * width) - 1, y, 3, height, T.TEXT)
        for line in self._picture.lines:
            self._paint_line(line, self._picture.filled)
        self._paint_axis(self._picture.ticks)

    def _paint_columns(self, picture: Picture) -> None:
        x, y, width, height = self._box
        room = width * picture.filled
        power = means(picture.power_w, max(int(room / NARROWEST), 1))
        if not len(power):
            return
        edges = np.round(x + room * np.arange(len(power) + 1) / len(power))
        tall = np.round(np.clip(np.nan_to_num(power) / picture.top_w, 0.0, 1.0) * height)
        boxes = np.stack([edges[:-1], np.full(len(power), float(y)), np.diff(edges), tall], axis=1)
        self.still.rectangles(boxes, np.array(T.ZONES)[zones(power, picture.threshold_w)])

    def _paint_line(self, line: Line, filled: float) -> None:
        x, y, width, height = self._box
        values = means(line.values, max(int(width * filled / 4), 2))
        if len(values) < 2:
            return
        across = x + width * filled * (np.arange(len(values)) + 0.5) / len(values)
        shares = np.clip((values - line.low) / (line.high - line.low), 0.0, 1.0)
        points = np.stack([across, y + shares * height], axis=1)
        for first, last in gaps(~np.isnan(values)):
            for piece in dashes(points[first:last]) if line.dashed else [points[first:last]]:
                if line.dashed:
                    self.still.line(piece, 8 * self.u, T.BG)
                self.still.line(piece, 4 * self.u, line.colour)

    def _paint_axis(self, ticks: Sequence[Tick]) -> None:
        while len(self._numbers) < len(ticks):
            self._numbers.append(Digits(font_name="NumbersLight"))
            self.add_widget(self._numbers[-1])
        for index, number in enumerate(self._numbers):
            number.text = ticks[index].text if index < len(ticks) else ""
            if number.text:
                number.font_size = 28 * self.u
                number.color = T.TEXT if ticks[index].bright else T.MUTED
                left = self.x + ticks[index].share * self.width - number.width / 2
                number.pos = min(max(left, self.x), self.right - number.width), self.y + 6 * self.u


class SmallPlot(Panel):
    """One curve as a line over its area; ``low`` and ``high`` are its scale. ``show`` gives it the values."""

    ground = ColorProperty(T.CLEAR)
    colour = ColorProperty(T.ACCENT)
    low = NumericProperty(0)
    high = NumericProperty(100)
    natural = NumericProperty(120)

    def __init__(self, **kwargs: object) -> None:
        self._values: Curve = np.array([])
        super().__init__(**kwargs)
        self.bind(low=self.repaint, high=self.repaint, colour=self.repaint)

    def show(self, values: Curve) -> None:
        """Draw these values from the next frame on, the newest at the right."""
        self._values = values
        self.repaint()

    def paint(self) -> None:
        """The area, then the line."""
        values = means(self._values, max(int(self.width / 4), 2))
        if len(values) < 2 or self.high <= self.low:
            return
        across = self.x + self.width * np.arange(len(values)) / (len(values) - 1)
        shares = np.clip((values - self.low) / (self.high - self.low), 0.0, 1.0)
        points = np.stack([across, self.y + shares * (self.height - 4 * self.u)], axis=1)
        for first, last in gaps(~np.isnan(values)):
            self.still.area(points[first:last], self.y, T.with_alpha(self.colour, 0.18))
            self.still.line(points[first:last], 4 * self.u, self.colour)
