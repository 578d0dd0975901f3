"""Curves of a whole ride on cards."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.curves import Curve, extent, smooth
from console.widgets import digits, free_ride, plot  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.widgets.plot import Picture

SMOOTHED_S = 9


class CurveCard(Panel):
    """One value over the ride, with its average and the range of its scale."""

    title = StringProperty("")
    value = StringProperty("")
    unit = StringProperty("")
    colour = ColorProperty(T.CADENCE)
    low = NumericProperty(0)
    high = NumericProperty(0)
    nothing = StringProperty("")
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(239)

    def show(self, values: Curve, average: float | None, step: int, least: float, nothing: str) -> None:
        """Show a curve; without an average nobody measured it, and ``nothing`` says so."""
        self.value = "" if average is None else str(round(average))
        self.nothing = nothing if average is None else ""
        smoothed = smooth(values, SMOOTHED_S)
        self.low, self.high = (0, 0) if average is None else extent(smoothed, step, least)
        self.ids.plot.show(smoothed)


class OutputPlot(Panel):
    """Output by zone over the ride, against the own best."""

    other = StringProperty("")
    nothing = StringProperty("")
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(420)

    def show(self, picture: Picture, other: str, nothing: str) -> None:
        """Show a picture; ``other`` names the dashed line."""
        self.other, self.nothing = other, nothing
        self.ids.plot.show(picture)


load_rules(__file__)
