"""A month of riding: each day filled by what was ridden on it."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from typing import Any

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle, SmoothLine, SmoothRoundedRectangle
from kivy.properties import DictProperty, NumericProperty
from kivy.uix.widget import Widget

from console.theme import ACCENT, CARD, INK, MUTED, TEXT, theme
from console.widgets.planchart import words_texture
from console.widgets.touch import Tap
from console.wording import WEEKDAY_LETTERS
from console.words import _

WEEKS = 6
FILLS = 5
LIGHTEST = 0.35  # up to this share of the strongest day the fill is the first


def fill_step(kj: float, most_kj: float) -> int:
    """Which of the five fills a day gets, 1-5, against the month's strongest day; 0 without a ride."""
    if kj <= 0:
        return 0
    return min(max(1 + int((kj / most_kj - LIGHTEST) / (1 - LIGHTEST) * FILLS), 1), FILLS)


class MonthGrid(Tap, Widget):
    """``kj`` is what was ridden on which day of the month; ``today`` is the day to ring (0: another month).

    A tap on a day with a ride fires ``on_day(day)``; ``chosen`` is the day that is chosen (0: none).
    """

    year = NumericProperty(2026)
    month = NumericProperty(1)
    today = NumericProperty(0)
    last = NumericProperty(31)
    kj = DictProperty()
    chosen = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_day")
        super().__init__(**kwargs)
        redraw = Clock.create_trigger(self._draw, -1)
        names = ("pos", "size", "year", "month", "today", "last", "kj", "chosen")
        self.bind(**dict.fromkeys(names, redraw))

    @property
    def _head(self) -> float:
        return max(28.0, 44 * theme.px)

    def day_at(self, x: float, y: float) -> int:
        """The day drawn at a position; 0 beside all days."""
        column = int((x - self.x) / (self.width / 7))
        row = int((self.top - self._head - y) / ((self.height - self._head) / WEEKS))
        first = calendar.monthrange(int(self.year), int(self.month))[0]
        day = row * 7 + column - first + 1
        inside = 0 <= column < 7 and 0 <= row < WEEKS
        return day if inside and 1 <= day <= calendar.monthrange(int(self.year), int(self.month))[1] else 0

    def centre_of(self, day: int) -> tuple[float, float]:
        """Where a day is drawn."""
        place = calendar.monthrange(int(self.year), int(self.month))[0] + day - 1
        across, along = self.width / 7, (self.height - self._head) / WEEKS
        return self.x + (place % 7 + 0.5) * across, self.top - self._head - (place // 7 + 0.5) * along

    def on_touch_up(self, touch: Any) -> bool:
        """Choose the day under the finger."""
        if touch.grab_current is self and (day := self.day_at(*touch.pos)) and self.kj.get(day):
            self.dispatch("on_day", day)
        return super().on_touch_up(touch)

    def on_day(self, day: int) -> None:
        """A day with rides was tapped."""

    def _draw(self, *_args: Any) -> None:
        self.canvas.clear()
        across = self.width / 7
        side = min(across, (self.height - self._head) / WEEKS) * 0.84
        most = max(self.kj.values(), default=0.0)
        with self.canvas:
            for column, letter in enumerate(WEEKDAY_LETTERS):
                centre = (self.x + (column + 0.5) * across, self.top - self._head / 2)
                _draw_words(_(letter), "Text", max(20.0, 22 * theme.px), MUTED, centre)
            for day in range(1, calendar.monthrange(int(self.year), int(self.month))[1] + 1):
                self._draw_day(day, side, fill_step(self.kj.get(day, 0.0), most))

    def _draw_day(self, day: int, side: float, step: int) -> None:
        x, y = self.centre_of(day)
        radius = side * 0.26
        if step:
            share = 0.35 + 0.65 * step / FILLS
            Color(*(share * lime + (1 - share) * card for lime, card in zip(ACCENT[:3], CARD[:3], strict=True)))
            SmoothRoundedRectangle(pos=(x - side / 2, y - side / 2), size=(side, side), radius=[radius])
        if day in (self.today, self.chosen):
            Color(*(TEXT if day == self.chosen or not self.chosen else MUTED))
            ring = side + 8
            SmoothLine(rounded_rectangle=(x - ring / 2, y - ring / 2, ring, ring, radius + 4), width=1.5)
        ink = INK if step else (MUTED if day > self.last else TEXT)
        _draw_words(str(day), "NumbersLight", max(22.0, 30 * theme.px), ink, (x, y))


def _draw_words(words: str, face: str, size: float, ink: Sequence[float], centre: tuple[float, float]) -> None:
    texture = words_texture(words, face, size)
    Color(*ink)
    lift = 0.05 * size if face.startswith("Numbers") else 0.0  # digits stand low in their line
    corner = (round(centre[0] - texture.width / 2), round(centre[1] - texture.height / 2 + lift))
    Rectangle(texture=texture, size=texture.size, pos=corner)
