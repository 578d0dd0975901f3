"""What only the free ride has: its heading and clock, the last ten minutes, and how to wake the bike."""

from __future__ import annotations

from typing import Any

import numpy as np
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.curves import curve, smooth
from console.error_words import told
from console.kinds import is_strap
from console.widgets import button, plot, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.widgets.plot import Line, Picture, Tick
from console.wording import clock
from console.words import _

WINDOW_S, TICKS = 600, 4
CADENCE_SCALE, HEART_SCALE = (20, 125), (40, 200)


class Heading(Panel):
    """The screen's name."""

    text = StringProperty("")
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(72)


class RideClock(Panel):
    """The ride's own time."""

    text = StringProperty("")
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(96)


class Legend(Panel):
    """What a curve is: a piece of it, and its name; ``filled`` is the output in the colours of its zones."""

    text = StringProperty("")
    colour = ColorProperty(T.TEXT)
    filled = BooleanProperty(False)
    dashed = BooleanProperty(False)
    ground = ColorProperty(T.CLEAR)
    natural = NumericProperty(40)

    def paint(self) -> None:
        """The piece."""
        if self.dashed:
            for dash in range(3):
                left = self.x + (1 + 13 * dash) * self.u
                self.still.rectangle(round(left), self.center_y - 2 * self.u, 9 * self.u, 4 * self.u, self.colour)
            return
        if not self.filled:
            self.still.box(self.x, self.center_y - 2 * self.u, 36 * self.u, 4 * self.u, 2 * self.u, self.colour)
            return
        for place, zone in enumerate((1, 3, 4)):
            left = self.x + (8 + 9 * place) * self.u
            self.still.rectangle(
                round(left), round(self.center_y - 10 * self.u), 9 * self.u, 20 * self.u, T.ZONES[zone]
            )


class TenMinutes(Panel):
    """Output by zone, cadence and heart over the last ten minutes; ``show`` once a second."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(372)

    def show(self, points: list[Any], laps: list[int], threshold_w: float) -> None:
        """Show the newest of these Points."""
        first = max(len(points) - WINDOW_S, 0)
        shown = points[first:]
        power = curve(shown, "power_w")
        peak = float(np.nanmax(power)) if len(power) and not np.isnan(power).all() else 0.0
        cadence = Line(smooth(curve(shown, "cadence_rpm"), 5), *CADENCE_SCALE, T.TEXT)
        heart = Line(smooth(curve(shown, "heart_rate_bpm"), 9), *HEART_SCALE, T.LIVE)
        marks = tuple((lap - first) / WINDOW_S for lap in laps if lap > first)
        picture = Picture(
            power,
            threshold_w,
            max(1.6 * threshold_w, 1.08 * peak),
            len(shown) / WINDOW_S,
            (cadence, heart),
            self._ticks(first, len(points)),
            marks,
        )
        self.ids.plot.show(picture)

    def _ticks(self, first: int, now: int) -> tuple[Tick, ...]:
        ticks = [Tick(i / TICKS, clock(first + WINDOW_S * i // TICKS)) for i in range(TICKS + 1)]
        if now >= WINDOW_S:
            ticks[-1] = Tick(1.0, _("now"), bright=True)
        return tuple(ticks)


class WakeCard(Panel):
    """Before the first turn of the pedals. Fires ``on_start`` and ``on_sensors``."""

    title = StringProperty("")
    words = StringProperty("")
    start_kind = StringProperty("plain")
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(372)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_start")
        self.register_event_type("on_sensors")
        super().__init__(**kwargs)

    def show(self, sensors: list[Any]) -> None:
        """Say what is missing, and what to do."""
        bikes = [sensor for sensor in sensors if not is_strap(sensor.kind)]
        self.start_kind = "plain" if bikes else "main"
        if not bikes:
            self.title = _("No bike is paired")
            self.words = _("Without one the clock and laps work. Output, cadence and distance stay unknown.")
            return
        self.title, error = _("Turn the pedals to wake the bike"), bikes[0].status.error
        self.words = _("The ride starts with your first turn.") if error is None else told(error)

    def on_start(self) -> None:
        """The rider starts the clock by hand."""

    def on_sensors(self) -> None:
        """The rider wants to see to the sensors."""


load_rules(__file__)
