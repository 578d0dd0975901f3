"""Figures of a ride on tiles."""

from __future__ import annotations

from typing import Any

from kivy.animation import Animation
from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.digits import phrase_texture
from console.widgets.kv import load_rules
from console.widgets.panel import Panel

FILL_S = 0.4
DIGIT = 0.498  # width of a digit as a share of its size
SIZES = (68, 60, 52, 44)


class StatTile(Panel):
    """A label, a number with its unit, and a second line."""

    label = StringProperty("")
    value = StringProperty("")
    unit = StringProperty("")
    second = StringProperty("")
    value_px = NumericProperty(68)
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(212)

    def on_kv_post(self, _base: Any) -> None:
        """Number and unit share a line."""
        self.ids.unit.bind(width=self._fit)
        self.bind(value=self._fit, size=self._fit)

    def _fit(self, *_: Any) -> None:
        room = self.width - 38 * self.u - self.ids.unit.width
        wide = len(self.value) - 0.5 * sum(self.value.count(mark) for mark in ".,")
        self.value_px = next((px for px in SIZES if wide * DIGIT * px * self.u <= room), SIZES[-1])


class TotalTile(Panel):
    """The ride's output. A new best fills with lime.

    ``ranks`` and ``compared`` are words at full length and in brief: as much is said as one line holds.
    """

    value = StringProperty("")
    headline = StringProperty("")
    ranks = ListProperty(["", ""])
    compared = ListProperty(["", ""])
    rank = StringProperty("")
    words = StringProperty("")
    best = BooleanProperty(False)
    filled = NumericProperty(0.0)
    ink = ColorProperty(T.TEXT)
    ground = ColorProperty(T.CARD)
    natural = NumericProperty(212)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bind(filled=self.repaint)
        self.bind(ranks=self._fit, compared=self._fit, size=self._fit)

    def show(self, best: bool, moves: bool) -> None:
        """A best is celebrated: slowly if things may move, else at once."""
        Animation.cancel_all(self, "filled")
        self.best, self.filled = best, float(best and not moves)
        if best and moves:
            Animation(filled=1.0, d=FILL_S, t="out_quad").start(self)

    def on_filled(self, _tile: Any, filled: float) -> None:
        """The ink turns when the lime is under it."""
        self.ink = T.INK if filled > 0.3 else T.TEXT

    def _fit(self, *_: Any) -> None:
        (rank, rank_brief), (words, words_brief) = self.ranks, self.compared
        line = self.ids.rank
        room = self.width - 84 * self.u
        for self.rank, self.words in ((rank, words), (rank, words_brief), (rank_brief, words_brief)):
            written = (
                phrase_texture(one, line.font_name, line.pixels, 0)[0].width for one in (self.rank, self.words) if one
            )
            if sum(written) <= room:
                break

    def paint(self) -> None:
        """The lime, as far as it has come."""
        if self.filled > 0:
            width = max(self.width * self.filled, min(self.width, 2 * self.radius * self.u))
            self.still.box(self.x, self.y, width, self.height, self.radius * self.u, T.ACCENT)


load_rules(__file__)
