"""How long a ride was in each zone."""

from __future__ import annotations

from collections.abc import Sequence

from kivy.properties import ColorProperty, NumericProperty

from console import theme as T
from console.widgets.digits import Digits, Phrase
from console.widgets.panel import Panel
from console.wording import clock
from console.words import _

ROW, FIRST = 46, 97  # distance of rows, and of the first from the top


class ZoneBars(Panel):
    """``show`` the seconds in each of the seven zones, the hardest on top."""

    ground = ColorProperty(T.CARD)
    natural = NumericProperty(420)

    def __init__(self, **kwargs: object) -> None:
        self._seconds: Sequence[int] = (0,) * 7
        super().__init__(**kwargs)
        self._title = Phrase(text=_("Time in zone"), font_name="TextBold")
        self._names = [Digits(text=f"Z{zone + 1}") for zone in range(7)]
        self._times = [Digits() for _zone in range(7)]
        for words in (self._title, *self._names, *self._times):
            self.add_widget(words)

    def show(self, seconds: Sequence[int]) -> None:
        """Show these from the next frame on."""
        self._seconds = seconds
        self.repaint()

    def paint(self) -> None:
        """Names, bars, times."""
        u, most = self.u, max(*self._seconds, 1)
        self._title.font_size = 28 * u
        self._title.pos = self.x + 34 * u, self.top - 42 * u - self._title.height / 2
        for zone, seconds in enumerate(self._seconds):
            y = self.top - (FIRST + ROW * (6 - zone)) * u
            name, time = self._names[zone], self._times[zone]
            name.font_size = time.font_size = 34 * u
            time.text = clock(seconds)
            name.pos = self.x + 34 * u, y - name.height / 2
            time.pos = self.right - 34 * u - time.width, y - time.height / 2
            left, room = self.x + 88 * u, self.width - (88 + 34 + 110) * u
            if seconds:
                self.still.box(left, y - 13 * u, max(room * seconds / most, 8 * u), 26 * u, 7 * u, T.ZONES[zone])
