"""How a sensor's link has stood: one turn under the other, the newest first."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.properties import ColorProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console import theme as T
from console.service import Fault
from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.digits import on_lines
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.widgets.service_cards import KINDS

LINE, LINES = 32, 3


class FaultRow(Panel):
    """One turn of a link."""

    time = StringProperty("")
    icon = StringProperty("")
    words = StringProperty("")
    colour = ColorProperty(T.TEXT)
    lines = ListProperty([""] * LINES)
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(64)
    keeps_touches = False

    def show(self, fault: Fault, u: float) -> None:
        """Show this; ``u`` is a design pixel in window pixels."""
        self.time, self.icon, self.words = fault.time, fault.words.icon, fault.words.words
        self.colour = getattr(T, KINDS[fault.words.kind])
        pixels = max(T.SMALLEST_TEXT, round(22 * u))
        remedy = fault.words.remedy
        lines = on_lines(remedy, "Text", pixels, self.width, LINES) if remedy else []
        self.lines = [*lines, *[""] * LINES][:LINES]
        self.natural = 64 + LINE * len(lines)
        self.height = self.natural * u

    def paint(self) -> None:
        """A line under it."""
        self.still.rectangle(self.x, round(self.y), self.width, 2, T.LINE)


class FaultList(BoxLayout):
    """All turns of a link, the newest first; lies in a ScrollView."""

    def __init__(self, **kwargs: object) -> None:
        self.rows: list[FaultRow] = []
        self._shown: Sequence[Fault] = ()
        super().__init__(**kwargs)
        self.bind(width=lambda *_: self._fill())

    def show(self, faults: Sequence[Fault]) -> None:
        """Show these."""
        if faults != self._shown:
            self._shown = faults
            self._fill()

    def _fill(self) -> None:
        while len(self.rows) < len(self._shown):
            self.rows.append(FaultRow(size_hint=(1, None)))
            self.add_widget(self.rows[-1])
        for row in self.rows[len(self._shown) :]:
            self.remove_widget(row)
        del self.rows[len(self._shown) :]
        for row, fault in zip(self.rows, self._shown, strict=True):
            row.width = self.width
            row.show(fault, T.theme.px)


load_rules(__file__)
