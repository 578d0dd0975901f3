"""Which sensor each number of the ride comes from, and its last minute."""

from __future__ import annotations

from typing import Any

import numpy as np
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.curves import extent
from console.ride import METRICS
from console.unknown import reckoned, why_unknown
from console.widgets import button, digits, plot  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.metric_card import DASH
from console.widgets.panel import Panel, TapPanel
from console.words import _

WORDS = {
    "cadence_rpm": (_("Cadence"), "rpm", "CADENCE"),
    "resistance_pct": (_("Resistance"), "%", "RESISTANCE"),
    "power_w": (_("Output"), "W", "ACCENT"),
    "heart_rate_bpm": (_("Heart"), "bpm", "LIVE"),
}
ROW = 112
SECONDS = 60


class SourceRow(TapPanel):
    """One number: a tap shows its last minute."""

    title = StringProperty("")
    source = StringProperty("")
    value = StringProperty(DASH)
    unit = StringProperty("")
    muted = BooleanProperty(True)
    chosen = BooleanProperty(False)
    natural = NumericProperty(ROW)
    radius = NumericProperty(16)


class SourcesCard(Panel):
    """``show`` once in a while; ``metric`` is the number whose last minute is drawn, and whose source a tap on
    ``choice`` chooses: it fires ``on_choice``."""

    metric = StringProperty("cadence_rpm")
    plot_title = StringProperty("")
    wish = StringProperty("")
    from_words = StringProperty("")
    plot_colour = ColorProperty(T.CADENCE)
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(910)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_choice")
        super().__init__(**kwargs)
        self.rows: dict[str, SourceRow] = {}
        for metric in METRICS:
            title, unit, _colour = WORDS[metric]
            row = SourceRow(title=title, unit=unit)
            row.bind(on_tap=lambda _row, metric=metric: self.choose(metric))
            self.rows[metric] = row
            self.add_widget(row)

    def choose(self, metric: str) -> None:
        """Draw this number's last minute."""
        self.metric = metric

    def on_choice(self) -> None:
        """The rider wants to choose who is believed."""

    def show(self, sensing: Any, chosen: str) -> None:
        """Show every number's newest value and where it comes from; ``chosen`` is the rider's wish for ``metric``."""
        self.wish = _("Your choice") if chosen else _("Automatic")
        names = {sensor.url: sensor.name for sensor in sensing.sensors}
        for metric, row in self.rows.items():
            reading = sensing.latest(metric)
            row.value = DASH if reading.value is None else str(round(reading.value))
            row.muted = reading.value is None or reading.stale
            name = names.get(reading.source or "")
            if name and reckoned(metric, reading.source, sensing.sensors):
                name = _("Reckoned, {name}").format(name=name)
            row.source = why_unknown(metric, sensing.sensors) if reading.value is None or not name else name
            row.chosen = metric == self.metric
        title, _unit, colour = WORDS[self.metric]
        self.from_words = _("From")
        self.plot_title, self.plot_colour = _("{number}, last 60 s").format(number=title), getattr(T, colour)
        self._draw_minute(sensing.history(self.metric))

    def _draw_minute(self, history: list[tuple[float, float]]) -> None:
        values = np.full(SECONDS, np.nan)
        for ago_s, value in history:
            if 0 <= ago_s < SECONDS:
                values[SECONDS - 1 - int(ago_s)] = value
        low, high = extent(values, 10, 40)
        self.ids.plot.low, self.ids.plot.high = max(low - 10, 0), high
        self.ids.plot.show(values)

    def paint(self) -> None:
        """Place the rows."""
        for index, row in enumerate(self.rows.values()):
            row.size = (self.width - 32 * self.u, ROW * self.u)
            row.pos = (self.x + 16 * self.u, self.top - (92 + ROW * (index + 1)) * self.u)
            if index:
                top = round(row.top)
                self.still.rectangle(self.x + 36 * self.u, top, self.width - 72 * self.u, 2, T.LINE)


load_rules(__file__)
