"""The rider's output: the largest number of the screen, on the ladder of zones."""

from __future__ import annotations

from kivy.properties import ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.effort import power_zone, zone_position
from console.ride import Reading
from console.widgets import pill, zone_ladder  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.metric_card import DASH, MetricRow, look_of
from console.widgets.panel import TapPanel
from console.words import _


class OutputCard(TapPanel):
    """``show`` once a frame; only what changed is drawn again. On a small panel a tap on it shows the totals."""

    value = StringProperty(DASH)
    colour = ColorProperty(T.TEXT)
    average = StringProperty(DASH)
    natural = NumericProperty(296)

    def show(self, reading: Reading, average: float | None, threshold_w: float, now_s: float) -> None:
        """Show a power, its zone for a rider with this threshold power, and the ride's average."""
        look = look_of(reading, None)
        self.value = DASH if reading.value is None else str(round(reading.value))
        self.colour, self.edge = look.colour, look.edge
        self.average = DASH if average is None else str(round(average))
        sign = self.ids.pill
        if reading.value is None or reading.stale:
            sign.icon, sign.text, sign.colour, sign.ink = look.icon, look.words, look.pill, look.ink
            self.ids.ladder.aim(None, now_s)
            return
        zone = power_zone(reading.value, threshold_w)
        sign.icon, sign.text = "", _("Zone {n}").format(n=zone)
        sign.colour, sign.ink = T.ZONES[zone - 1], T.ZONE_INKS[zone - 1]
        self.ids.ladder.aim(zone_position(reading.value, threshold_w), now_s)

    def step(self, now_s: float) -> None:
        """Let the needle move on."""
        self.ids.ladder.step(now_s)


class OutputRow(MetricRow):
    """The same on one row, for the folded screen."""

    def show_power(self, reading: Reading, threshold_w: float) -> None:
        """Show a power and its zone."""
        self.show(reading, None)
        if reading.value is not None and not reading.stale:
            zone = power_zone(reading.value, threshold_w)
            self.words, self.words_colour = _("Zone {n}").format(n=zone), T.ZONES[zone - 1]


load_rules(__file__)
