"""This week: the days, the goal, the streak; as a card, or as one line where room is short."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.ground import Card, Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap
from console.wording import WEEKDAY_LETTERS
from console.words import _


class WeekDay(BoxLayout):
    """One day: a bar as high as its share of the week's best day."""

    share = NumericProperty(0.0)
    letter = StringProperty("")
    today = BooleanProperty(False)


class Bar(Ground, BoxLayout):
    """The ground of a day's bar."""


class WeekSums:
    """What both forms show; a tap opens the history, on a week without a goal the place to set one."""

    rides = StringProperty("0")
    of_goal = StringProperty("")
    kj = StringProperty("0")
    time = StringProperty("0")
    time_unit = StringProperty("min")
    streak = StringProperty("")
    ask = StringProperty("")


class WeekCard(Tap, WeekSums, Card):
    """``shares`` are the seven days' bars (0-1), ``today`` the index of the outlined one."""

    shares = ListProperty([0.0] * 7)
    today = NumericProperty(-1)

    def on_kv_post(self, base_widget: Any) -> None:
        """Put up the days."""
        for letter in WEEKDAY_LETTERS:
            self.ids.days.add_widget(WeekDay(letter=_(letter)))
        self.bind(shares=self._mark, today=self._mark)
        self._mark()

    def _mark(self, *_args: Any) -> None:
        for index, day in enumerate(reversed(self.ids.days.children)):
            day.share, day.today = self.shares[index], index == self.today


class WeekLine(Tap, WeekSums, Card):
    """The same in one line, without the days."""


load_rules(__file__)
