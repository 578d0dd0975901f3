"""How far the rider is ahead of, or behind, the own best ride of this class."""

from __future__ import annotations

from collections import deque

import numpy as np
from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from console import theme as T
from console.widgets import digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules
from console.widgets.panel import Panel
from console.words import _

KEPT = 90
EVERY_S = 4.0
LEAST_SPAN_KJ = 1.0


class OwnBestCard(Panel):
    """``show`` once a frame. The line is the distance over the last six minutes."""

    value = StringProperty("")
    words = StringProperty("")
    ahead = BooleanProperty(True)
    natural = NumericProperty(203)

    def __init__(self, **kwargs: object) -> None:
        self._history: deque[tuple[float, float]] = deque(maxlen=KEPT)
        super().__init__(**kwargs)

    def show(self, my_kj: float, best_kj: float, class_s: float) -> None:
        """Show the distance at a second of the class."""
        distance = my_kj - best_kj
        self.ahead = distance >= 0
        self.value = ("+" if self.ahead else "−") + f"{abs(distance):.1f}"
        self.words = _("kJ ahead") if self.ahead else _("kJ behind")
        if len(self.value) > 4:
            self.words = _("kJ")  # the sign says the rest
        if not self._history or class_s - self._history[-1][0] >= EVERY_S:
            self._history.append((class_s, distance))
            self.paint_moving()

    def clear(self) -> None:
        """Forget the distances of another ride."""
        self._history.clear()
        self.paint_moving()

    def paint_moving(self) -> None:
        """The line of distances around the level of the best ride."""
        self.moving.clear()
        left, room = self.x + 24 * self.u, self.width - 48 * self.u
        middle, reach = self.y + 34 * self.u, 24 * self.u
        self.moving.rectangle(left, round(middle), room, 2, T.MUTED)
        if len(self._history) > 1:
            seconds, distances = np.array(self._history).T
            span = max(float(np.abs(distances).max()), LEAST_SPAN_KJ)
            x = left + room * (seconds - seconds[0]) / max(seconds[-1] - seconds[0], 1)
            colour = T.ACCENT if self.ahead else T.UNDER
            self.moving.line(np.stack([x, middle + distances / span * reach], axis=1), 4 * self.u, colour)
        self.moving.show()


load_rules(__file__)
