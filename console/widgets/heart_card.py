"""The rider's heart: rate and zone, as a card or as a pill in the top bar."""

from __future__ import annotations

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, StringProperty

from console import theme as T
from console.effort import HEART_TOPS, heart_zone
from console.ride import Reading
from console.widgets import digits, text, zone_ladder  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.metric_card import DASH
from console.widgets.panel import Panel

LOWEST_SHARE = 0.45  # of the highest rate: where the ladder begins


def ladder_position(heart_rate_bpm: float, highest_bpm: float) -> float:
    """Where on a ladder of five equal blocks a heart rate stands, 0-5."""
    bounds = (LOWEST_SHARE, *HEART_TOPS, 1.0)
    share = min(max(heart_rate_bpm / highest_bpm, LOWEST_SHARE), 1.0)
    zone = min(heart_zone(heart_rate_bpm, highest_bpm), 5) - 1
    return zone + min((share - bounds[zone]) / (bounds[zone + 1] - bounds[zone]), 0.999)


class HeartPill(Panel):
    """Rate and zone on one line; it draws the zone's tag itself."""

    value = StringProperty(DASH)
    zone = NumericProperty(0)
    muted = BooleanProperty(True)
    zone_ink = ColorProperty(T.INK)
    natural = NumericProperty(72)
    radius = NumericProperty(36)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.bind(zone=self.repaint)

    def show(self, reading: Reading, highest_bpm: float, now_s: float) -> None:
        """Show a heart rate for a rider with this highest rate."""
        silent = reading.value is None or reading.stale
        self.value = DASH if reading.value is None else str(round(reading.value))
        self.muted = silent
        self.zone = 0 if silent or reading.value is None else heart_zone(reading.value, highest_bpm)
        self.zone_ink = T.ZONE_INKS[int(self.zone) - 1]

    def tag_box(self) -> tuple[float, float, float, float]:
        """Where the zone's tag lies: x, y, width, height."""
        return self.right - 70 * self.u, self.center_y - 20 * self.u, 50 * self.u, 40 * self.u

    def paint(self) -> None:
        """The tag of the zone."""
        if self.zone:
            self.still.box(*self.tag_box(), 10 * self.u, T.ZONES[int(self.zone) - 1])

    def step(self, now_s: float) -> None:
        """Nothing moves on a pill."""


class HeartCard(HeartPill):
    """The same as a card, with the ladder of heart zones."""

    natural = NumericProperty(185)
    radius = NumericProperty(24)

    def tag_box(self) -> tuple[float, float, float, float]:
        """Where the zone's tag lies: x, y, width, height."""
        return self.right - 74 * self.u, self.top - 57 * self.u, 50 * self.u, 42 * self.u

    def show(self, reading: Reading, highest_bpm: float, now_s: float) -> None:
        """Show a heart rate for a rider with this highest rate."""
        super().show(reading, highest_bpm, now_s)
        silent = reading.value is None or reading.stale
        position = None if silent or reading.value is None else ladder_position(reading.value, highest_bpm)
        self.ids.ladder.aim(position, now_s)

    def step(self, now_s: float) -> None:
        """Let the needle move on."""
        self.ids.ladder.step(now_s)


load_rules(__file__)
