"""Cards of the service screen: lines of figures, a resistance table, the last minute of each value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from kivy.properties import ColorProperty, ListProperty, StringProperty

from console import theme as T
from console.curves import extent
from console.service import Curve, Figure, Minute
from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.digits import Digits, Phrase
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.widgets.plot import SmallPlot
from console.words import _

KINDS = {"": "TEXT", "good": "OK", "plain": "UNDER", "muted": "MUTED", "warn": "WARN", "fault": "LIVE"}
ROW, HEAD = 54, 76
SECONDS = 60
PLOTS_ACROSS = 2  # when there are more than two


class ServiceCard(Panel):
    """A card with a title; one design pixel on it is one everywhere, however tall it is."""

    title = StringProperty("")
    heads = ListProperty(["", ""])  # over the notes
    ground = ColorProperty(T.CARD)


class LinesCard(ServiceCard):
    """``show`` gives it its lines."""

    def __init__(self, **kwargs: object) -> None:
        self._figures: Sequence[Figure] = ()
        super().__init__(**kwargs)

    def show(self, figures: Sequence[Figure]) -> None:
        """Draw these from the next frame on."""
        if figures != self._figures:
            self._figures = figures
            self.repaint()


class FiguresCard(LinesCard):
    """``columns`` are the right ends of values and notes, from the left; ``empty`` is said when there are no lines."""

    columns = ListProperty([330, 520, 620])
    empty = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._cells: list[tuple[Phrase, Digits, Phrase, list[Digits]]] = []
        super().__init__(**kwargs)

    def paint(self) -> None:
        """Place the lines."""
        while len(self._cells) < len(self._figures):
            cells = (Phrase(), Digits(), Phrase(), [Digits(font_name="NumbersLight") for _head in self.heads])
            self._cells.append(cells)
            for cell in (*cells[:3], *cells[3]):
                self.add_widget(cell)
        for index, cells in enumerate(self._cells):
            self._place(index, cells, self._figures[index] if index < len(self._figures) else Figure("", ""))

    def _place(self, index: int, cells: tuple[Phrase, Digits, Phrase, list[Digits]], figure: Figure) -> None:
        title, value, unit, notes = cells
        u, foot = self.u, self.top - (HEAD + ROW * index + 38) * self.u
        ends = [self.x + end * u for end in self.columns]
        if index and figure.title:
            self.still.rectangle(self.x + 32 * u, round(foot + 38 * u), self.width - 64 * u, 2, T.LINE)
        title.text, title.font_size, title.color = figure.title, 24 * u, T.SOFT
        title.pos = self.x + 32 * u, foot
        value.text, value.font_size, value.color = figure.value, 42 * u, getattr(T, KINDS[figure.kind])
        value.pos = ends[0] - value.width, foot
        unit.text, unit.font_size, unit.color = figure.unit, 22 * u, T.MUTED
        unit.pos = ends[0] + 8 * u, foot
        for note, words, end in zip(notes, [*figure.notes, "", ""], ends[1:], strict=False):
            note.text, note.font_size, note.color = words, 30 * u, T.MUTED
            note.pos = end - note.width, foot


class BytesCard(LinesCard):
    """The newest raw bytes: beside each characteristic's number, as many as fit a line."""

    def __init__(self, **kwargs: object) -> None:
        self._cells: list[tuple[Phrase, Phrase]] = []
        super().__init__(**kwargs)

    def paint(self) -> None:
        """Place the lines; those that do not fit on the card are left out."""
        u, room = self.u, int((self.natural - HEAD - 8) / 44)
        shown = self._figures[: max(room, 0)]
        while len(self._cells) < len(shown):
            self._cells.append((Phrase(font_name="NumbersLight"), Phrase(font_name="NumbersLight")))
            for cell in self._cells[-1]:
                self.add_widget(cell)
        for index, (name, data) in enumerate(self._cells):
            figure = shown[index] if index < len(shown) else Figure("", "")
            foot = self.top - (HEAD + 44 * index + 26) * u
            name.text, name.font_size, name.color, name.pos = figure.title, 28 * u, T.MUTED, (self.x + 32 * u, foot)
            data.font_size, data.pos = 28 * u, (self.x + (112 if figure.title else 32) * u, foot)
            data.limit = self.right - data.x - 28 * u
            data.text = figure.value


class TableCard(ServiceCard):
    """A bike's resistance table, and where its sensor stands on it."""

    words = StringProperty("")
    points_words = StringProperty("")

    def __init__(self, **kwargs: object) -> None:
        self._curve: Curve | None = None
        super().__init__(**kwargs)

    def show(self, curve: Curve) -> None:
        """Draw this from the next frame on."""
        if curve == self._curve:
            return
        self._curve = curve
        self.points_words = _("{n} points").format(n=len(curve.points)) if curve.points else ""
        if not curve.points:
            self.words = _("The bike has not told its table yet.")
        elif curve.raw is None or curve.percent is None:
            self.words = _("The bike tells percent, not what its sensor counts.")
        else:
            self.words = _("{raw} counts are {percent} %").format(
                raw=f"{curve.raw:.0f}", percent=f"{curve.percent:.1f}"
            )
        self.repaint()

    def paint(self) -> None:
        """Guides, the line through its points, and where the sensor stands."""
        u = self.u
        left, right = self.x + 36 * u, self.right - 36 * u
        foot, top = self.y + 92 * u, self.top - (HEAD + 12) * u
        for part in range(5):
            self.still.rectangle(left, round(foot + (top - foot) * part / 4), right - left, 2, T.LINE)
        if self._curve is None or not self._curve.points:
            return
        counts, percents = np.array(self._curve.points, dtype=float).T
        across = left + (counts - counts[0]) / (counts[-1] - counts[0]) * (right - left)
        points = np.stack([across, foot + percents / 100 * (top - foot)], axis=1)
        self.still.line(points, 4 * u, T.ACCENT)
        for x, y in points:
            self.still.disc(x, y, 6 * u, T.ACCENT)
        if self._curve.raw is not None and self._curve.percent is not None:
            share = float(np.clip((self._curve.raw - counts[0]) / (counts[-1] - counts[0]), 0.0, 1.0))
            x, y = left + share * (right - left), foot + self._curve.percent / 100 * (top - foot)
            self.still.rectangle(round(x) - 1, foot, 3, top - foot, T.TEXT)
            self.still.disc(x, y, 15 * u, T.CARD)
            self.still.disc(x, y, 11 * u, T.TEXT)


class MinutePlot(ServiceCard):
    """One value's last minute, with its range."""

    span = StringProperty("")
    colour = ColorProperty(T.TEXT)
    ground = ColorProperty(T.CLEAR)

    def show(self, minute: Minute) -> None:
        """Draw this from the next frame on."""
        self.title, self.colour = minute.title, getattr(T, minute.colour)
        seconds = np.full(SECONDS, np.nan)
        for ago_s, value in minute.values:
            if 0 <= ago_s < SECONDS:
                seconds[SECONDS - 1 - int(ago_s)] = value
        known = [value for _ago_s, value in minute.values]
        self.span = f"{min(known):.0f}–{max(known):.0f}" if known else "–"
        low, high = extent(seconds, 5, 10)
        plot: SmallPlot = self.ids.plot
        plot.low, plot.high = max(low - 5, 0), high + 1
        plot.show(seconds)


class MinutesCard(ServiceCard):
    """The last minute of every value, side by side."""

    def __init__(self, **kwargs: object) -> None:
        self.plots: list[MinutePlot] = []
        self._count = 0
        super().__init__(**kwargs)

    def show(self, minutes: Sequence[Minute]) -> None:
        """Draw these from the next frame on."""
        while len(self.plots) < len(minutes):
            self.plots.append(MinutePlot())
            self.add_widget(self.plots[-1])
        for plot, minute in zip(self.plots, minutes, strict=False):
            plot.show(minute)
        if self._count != len(minutes):
            self._count = len(minutes)
            self.repaint()

    def paint(self) -> None:
        """Place the plots."""
        u = self.u
        across = PLOTS_ACROSS if self._count > 2 else 1
        down = max(-(-self._count // across), 2)
        width = (self.width - (32 * 2 + 24 * (across - 1)) * u) / across
        height = (self.height - (HEAD + 12) * u) / down
        for index, plot in enumerate(self.plots):
            row, column = divmod(index, across)
            plot.size = width, height
            plot.pos = self.x + 32 * u + column * (width + 24 * u), self.top - HEAD * u - (row + 1) * height


load_rules(__file__)
