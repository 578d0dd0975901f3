"""Round gauges for riding without a class."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.effort import ZONE_NAMES, power_zone, zone_position
from console.ride import Figures, Reading
from console.widgets import digits  # noqa: F401 - the rules use it
from console.widgets.flat import Batch
from console.widgets.glide import Glide
from console.widgets.kv import load_rules
from console.widgets.metric_card import DASH
from console.widgets.panel import Panel
from console.wording import speed
from console.words import _
from sync.records import Totals

SWEEP, LINE = 268.0, 26.0  # degrees of the whole scale; width of the ring, in design pixels
DIMMED, GAP_DEG = 0.32, 5.0
FASTEST_KMH = 20.0  # of a treadmill


class Dial(Panel):
    """A value on a ring from ``low`` to ``high``. ``show`` once a frame, ``step`` moves the needle."""

    label = StringProperty("")
    unit = StringProperty("")
    value = StringProperty(DASH)
    average = StringProperty(DASH)
    brake = StringProperty("")  # what the brake does now
    colour = ColorProperty(T.CADENCE)
    ink = ColorProperty(T.TEXT)
    low = NumericProperty(0)
    high = NumericProperty(100)
    ring = NumericProperty(198)
    drop = NumericProperty(222)  # from the top to the ring's middle, in design pixels
    natural = NumericProperty(464)
    ground = ColorProperty(T.CLEAR)

    def __init__(self, **kwargs: object) -> None:
        self._glide = Glide()
        self._drawn: int | None = None
        super().__init__(**kwargs)

    def show(self, reading: Reading, figures: Figures, now_s: float) -> None:
        """Show a value and the ride's average."""
        self._write(reading, figures)
        fresh = reading.value if not reading.stale else None
        self._glide.aim(None if fresh is None else self.share(fresh), now_s)

    def _write(self, reading: Reading, figures: Figures) -> None:
        self.value = DASH if reading.value is None else str(round(reading.value))
        self.ink = T.MUTED if reading.value is None or reading.stale else T.TEXT
        self.average = DASH if figures.average is None else str(round(figures.average))

    def share(self, value: float) -> float:
        """Where on the scale a value stands, 0-1."""
        return float(min(max((value - self.low) / (self.high - self.low), 0.0), 1.0))

    def step(self, now_s: float) -> None:
        """Let the needle move on, by steps of at least a pixel."""
        share = self._glide.step(now_s)
        pixel = None if share is None else round(share * self.ring * self.u * np.radians(SWEEP))
        if pixel != self._drawn:
            self._drawn = pixel
            self.paint_moving()

    @property
    def _middle(self) -> tuple[float, float]:
        return self.center_x, self.top - self.drop * self.u

    def paint(self) -> None:
        """The empty ring."""
        self._arc(self.still, 1.0, T.LINE, round_ends=True)

    def paint_moving(self) -> None:
        """The filled part and the needle."""
        self.moving.clear()
        if (share := self._glide.at) is not None:
            self._arc(self.moving, share, self.colour)
            self._needle(share)
        self.moving.show()

    def _arc(self, batch: Batch, end: float, colour: Sequence[float], round_ends: bool = False) -> None:
        """The ring from its beginning to a share of it; the needle covers a square end."""
        x, y = self._middle
        radius, width = self.ring * self.u, LINE * self.u
        first, last = -SWEEP / 2, SWEEP * (end - 0.5)
        batch.arc(x, y, radius, width, first, last, colour)
        for turn in np.radians([first, last] if round_ends else [first]):
            batch.disc(x + radius * np.sin(turn), y + radius * np.cos(turn), width / 2, colour)

    def _needle(self, share: float) -> None:
        x, y = self._middle
        turn = np.radians(SWEEP * (share - 0.5))
        outwards = np.array([np.sin(turn), np.cos(turn)])
        reach = np.array([[(self.ring - LINE) * self.u], [(self.ring + LINE) * self.u]])
        ends = np.array([x, y]) + reach * outwards
        self.moving.line(ends, 18 * self.u, T.BG)
        self.moving.line(ends, 11 * self.u, T.TEXT)


class OutputDial(Dial):
    """The output: its ring is the ladder of zones. Where no power is known it shows a belt's or a wheel's speed."""

    label = StringProperty(_("Output"))
    unit = StringProperty("W")
    plain = BooleanProperty(False)  # a ring without zones, as for a speed
    zone = NumericProperty(-1)
    zone_words = StringProperty("")
    zone_colour = ColorProperty(T.MUTED)
    ring = NumericProperty(248)
    drop = NumericProperty(273)
    natural = NumericProperty(540)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bind(zone=self.repaint, plain=self.repaint)

    def show_power(self, reading: Reading, figures: Figures, threshold_w: float, now_s: float) -> None:
        """Show a power, its zone for a rider with this threshold power, and the ride's average."""
        self.label, self.unit, self.plain = _("Output"), "W", False
        self._write(reading, figures)
        if reading.value is None or reading.stale:
            self.zone, self.zone_words = -1, ""
            self._glide.aim(None, now_s)
            return
        zone = power_zone(reading.value, threshold_w)
        name = _(ZONE_NAMES[zone - 1]).lower()
        self.zone, self.zone_words = zone - 1, _("Zone {n}, {name}").format(n=zone, name=name)
        self.zone_colour = T.ZONES[zone - 1]
        self._glide.aim(zone_position(reading.value, threshold_w) / 7, now_s)

    def show_speed(self, speed_kmh: float, totals: Totals, units: str, now_s: float) -> None:
        """Show a speed, and the ride's average."""
        average_kmh = totals.distance_m / totals.seconds * 3.6 if totals.seconds else None
        self.label, self.plain, self.zone, self.zone_words, self.ink = _("Speed"), True, -1, "", T.TEXT
        self.value, self.unit = speed(speed_kmh, units)
        self.average = speed(average_kmh, units)[0]
        self._glide.aim(min(speed_kmh / FASTEST_KMH, 1.0), now_s)

    def paint(self) -> None:
        """The seven zones, the rider's own full."""
        if self.plain:
            super().paint()
            return
        x, y = self._middle
        for zone in range(7):
            colour = T.ZONES[zone]
            if zone != self.zone:
                colour = [DIMMED * c + (1 - DIMMED) * g for c, g in zip(colour[:3], T.BG[:3], strict=True)] + [1]
            start = SWEEP * (zone / 7 - 0.5) + GAP_DEG / 2
            end = SWEEP * ((zone + 1) / 7 - 0.5) - GAP_DEG / 2
            self.still.arc(x, y, self.ring * self.u, LINE * self.u, start, end, colour)

    def paint_moving(self) -> None:
        """The needle."""
        if self.plain:
            super().paint_moving()
            return
        self.moving.clear()
        if self._glide.at is not None:
            self._needle(self._glide.at)
        self.moving.show()


load_rules(__file__)
