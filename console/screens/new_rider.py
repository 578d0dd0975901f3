"""A new rider: a name and a colour. The rest is set later."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, ColorProperty, ListProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from console.theme import RAISED, RIDERS
from console.widgets import button, field  # noqa: F401 - the rules use them
from console.widgets.ground import Card, Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap
from sync.riders import Rider


class Swatch(Tap, Ground, Widget):
    """One colour to choose."""

    colour = ColorProperty(RAISED)
    chosen = BooleanProperty(False)


class Swatches(BoxLayout):
    """The riders' colours; ``chosen`` is the index. A tap fires ``on_choose(index)``."""

    chosen = NumericProperty(0)
    colours = ListProperty(RIDERS)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_choose")
        super().__init__(**kwargs)
        for index, colour in enumerate(self.colours):
            swatch = Swatch(colour=colour)
            swatch.bind(on_tap=lambda _swatch, index=index: self._choose(index))
            self.add_widget(swatch)
        self.bind(chosen=self._mark)
        self._mark()

    def on_choose(self, index: int) -> None:
        """The rider chose a colour."""

    def _choose(self, index: int) -> None:
        self.chosen = index
        self.dispatch("on_choose", index)

    def _mark(self, *_: Any) -> None:
        for index, swatch in enumerate(reversed(self.children)):
            swatch.chosen = index == self.chosen


class NewRiderPanel(Card):
    """Calls ``added(rider)`` with the new rider, or ``given_up()``."""

    def __init__(
        self, colour: int, added: Callable[[Rider], None], given_up: Callable[[], None], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self._added, self._given_up = added, given_up
        self.ids.swatches.chosen = colour % len(RIDERS)
        self.ids.name.focused = True

    def close(self) -> None:
        """Stop writing."""
        self.ids.name.focused = False

    def add(self) -> None:
        """Add the rider who was described."""
        name = " ".join(self.ids.name.text.split())
        if name:
            self.close()
            now = time.time()
            self._added(Rider(Rider.new_id(), name, int(self.ids.swatches.chosen), created_at=now))

    def give_up(self) -> None:
        """Add nobody."""
        self._given_up()


load_rules(__file__)
