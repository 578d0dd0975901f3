"""A live value with its target: number, cue, range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, NumericProperty, ObjectProperty, StringProperty

from console import theme as T
from console.cues import Cue, Standing, cue
from console.ride import Reading
from console.widgets import pill, range_bar  # noqa: F401 - the rules use them
from console.widgets.flat import Colour
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.words import _

DASH = "–"
BLINK_DARK = 0.4  # share of each second in which a coming target is dark
SIZES = ((156, 54), (156, 46), (132, 46), (120, 40))  # of value and target: the largest that fit are taken
DIGIT, MARGINS = 0.498, 70  # width of a digit as a share of its size; what the card keeps free, in design pixels
ROW_SIZES, ROW_MARGINS = (122, 104, 90, 76, 64), 136
Range = tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Look:
    """How a value shows: the colour of its number and edge, and its pill."""

    colour: Colour
    edge: Colour
    icon: str = ""
    words: str = ""
    pill: Colour | None = None
    ink: Colour | None = None


def look_of(reading: Reading, target: Range) -> Look:
    """Shape, word and colour for a value and its target."""
    if reading.value is None or reading.stale:
        words = _("No sensor") if reading.source is None else _("No signal")
        return Look(T.MUTED, T.LINE, "plug-connected-x", words, T.CONTROL, T.MUTED)
    return _look_of_cue(cue(reading.value, target))


def _look_of_cue(given: Cue) -> Look:
    if given.standing is Standing.NO_TARGET:
        return Look(T.TEXT, T.CLEAR)
    if given.standing is Standing.IN:
        return Look(T.ACCENT, T.ACCENT, "check", _("In range"), T.ACCENT, T.INK)
    if given.standing is Standing.UNDER:
        return Look(T.UNDER, T.UNDER, "arrow-up", _("Add {n}").format(n=given.by), T.UNDER, T.INK)
    return Look(T.OVER, T.OVER, "arrow-down", _("Ease {n}").format(n=-given.by), T.OVER, T.INK)


def range_words(target: Range) -> str:
    """A target as riders read it: ``95–105``; a dash without one."""
    if target is None:
        return DASH
    low, high = target
    return str(low) if low == high else f"{low}–{high}"


class MetricCard(Panel):
    """``show`` once a frame; only what changed is drawn again."""

    label = StringProperty("")
    unit = StringProperty("")
    value = StringProperty(DASH)
    colour = ColorProperty(T.TEXT)
    low = NumericProperty(0)
    high = NumericProperty(100)
    span = NumericProperty(60)
    value_px = NumericProperty(156)
    target_px = NumericProperty(54)
    target = StringProperty("")
    target_label = StringProperty("")
    target_shown = BooleanProperty(True)
    brake = StringProperty("")  # what the brake does now, in the place of the word "Target"
    moves = BooleanProperty(True)
    band = ObjectProperty(None, allownone=True)
    natural = NumericProperty(256)

    def on_kv_post(self, _base: Any) -> None:
        """Fit the two numbers beside each other."""
        names = ("value", "target", "size")
        self.bind(**dict.fromkeys(names, self._fit), band=self._turn)
        self._turn()

    def _fit(self, *_: Any) -> None:
        room = self.width / self.u - MARGINS
        for self.value_px, self.target_px in SIZES:
            if DIGIT * (len(self.value) * self.value_px + len(self.target) * self.target_px) <= room:
                break

    def _turn(self, *_: Any) -> None:
        """With a target the bar spans what lies around it, so that a glance at its middle is enough."""
        bar, middle = self.ids.bar, sum(self.band) / 2 if self.band else 0.0
        bar.low, bar.high = (middle - self.span / 2, middle + self.span / 2) if self.band else (self.low, self.high)

    def show(self, reading: Reading, target: Range, now_s: float, coming: Range = None, left_s: float = 0.0) -> None:
        """Show a value, its target, and in a segment's last 3 s the target that comes, blinking once a second."""
        look = look_of(reading, target)
        self.value = DASH if reading.value is None else str(round(reading.value))
        self.colour, self.edge = look.colour, look.edge
        sign = self.ids.pill
        sign.icon, sign.text = look.icon, look.words
        sign.colour, sign.ink = look.pill or T.CLEAR, look.ink or T.INK
        announced = coming is not None and coming != target
        shown = coming if announced else target
        self.target, self.band = ("" if shown is None else range_words(shown)), shown
        self.target_label = _("Next") if announced else self.brake or ("" if shown is None else _("Target"))
        self.target_shown = not announced or not self.moves or left_s % 1.0 > BLINK_DARK
        self.ids.bar.band_colour = T.MUTED if announced else look.colour
        self.ids.bar.aim(None if reading.stale else reading.value, now_s)

    def step(self, now_s: float) -> None:
        """Let the needle move on."""
        self.ids.bar.step(now_s)


class MetricRow(Panel):
    """The same value on one row, for the folded screen."""

    label = StringProperty("")
    unit = StringProperty("")
    value = StringProperty(DASH)
    colour = ColorProperty(T.TEXT)
    sign = StringProperty("")
    words = StringProperty("")
    words_colour = ColorProperty(T.MUTED)
    value_px = NumericProperty(122)
    natural = NumericProperty(132)

    def on_kv_post(self, _base: Any) -> None:
        """Keep the number clear of the words."""
        self.bind(**dict.fromkeys(("value", "label", "size", "words"), self._fit))

    def _fit(self, *_: Any) -> None:
        words = max(self.ids.label.width, self.ids.words.width + 36 * self.u) / self.u
        room = self.width / self.u - words - ROW_MARGINS
        self.value_px = next((px for px in ROW_SIZES if DIGIT * len(self.value) * px <= room), ROW_SIZES[-1])

    def show(self, reading: Reading, target: Range, *_unused: Any) -> None:
        """Show a value and its target."""
        look = look_of(reading, target)
        self.value = DASH if reading.value is None else str(round(reading.value))
        self.colour, self.words_colour, self.sign = look.colour, look.colour, look.icon
        silent = reading.value is None or reading.stale
        self.words = look.words if silent else ("" if target is None else range_words(target))


load_rules(__file__)
