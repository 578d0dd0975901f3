"""What the ride has come to so far."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty
from kivy.uix.widget import Widget

from console import theme as T
from console.ride import Now
from console.widgets import digits  # noqa: F401 - the rules use it
from console.widgets.kv import load_rules
from console.widgets.metric_card import DASH
from console.widgets.panel import Panel
from console.wording import distance, number, speed
from console.words import _


class TotalsFigure(Widget):
    """A number over its unit, from the left end of the number's baseline."""

    u = NumericProperty(1.0)
    value = StringProperty(DASH)
    unit = StringProperty("")


class TotalsCard(Panel):
    """Four figures, two by two; ``show`` once a frame."""

    natural = NumericProperty(272)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.figures = [TotalsFigure(size_hint=(None, None), size=(0, 0)) for _figure in range(4)]
        for figure in self.figures:
            self.add_widget(figure)

    def show(self, now: Now, units: str, laps: int | None = None) -> None:
        """Show totals; with ``laps`` the last figure counts them, else it is the speed."""
        totals, measured = now.totals, now.totals.power_w.average is not None
        way, way_unit = distance(totals.distance_m, units)
        cells = [(number(totals.kj), _("kJ")), (number(totals.kcal), _("kcal"))]
        cells = [(value if measured else DASH, unit) for value, unit in cells]
        cells.append((way if measured or totals.distance_m else DASH, way_unit))
        cells.append(speed(now.speed_kmh, units) if laps is None else (str(laps), _("lap") if laps == 1 else _("laps")))
        for figure, (value, unit) in zip(self.figures, cells, strict=True):
            figure.value, figure.unit = value, unit

    def place(self, index: int) -> tuple[float, float]:
        """Left end and baseline of a figure, in design pixels from the top left."""
        return 28 + 172 * (index % 2), 87 + 102 * (index // 2)

    def paint(self) -> None:
        """Put the figures in their places."""
        for index, figure in enumerate(self.figures):
            x, y = self.place(index)
            figure.u, figure.pos = self.u, (self.x + x * self.u, self.top - y * self.u)


class TotalsColumn(TotalsCard):
    """The same one under the other, on a card, for screens without a picture."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(490)

    def place(self, index: int) -> tuple[float, float]:
        """Left end and baseline of a figure, in design pixels from the top left."""
        return 32, 82 + 116 * index


load_rules(__file__)
