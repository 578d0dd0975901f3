"""The parts of a riding screen: which of them are on it now, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kivy.clock import Clock

from console.screens.ride_layout import Place
from console.theme import theme

COMPACT_UNIT = 1920 / 1280  # design pixels of small panels are those of 1280x800


class Parts:
    """Holds every part that a screen's rules name; ``show`` puts some on the screen, in their places."""

    def __init__(self, screen: Any) -> None:
        self._screen = screen
        self._all = {name: part.__self__ for name, part in screen.ids.items()}
        self._table: Mapping[str, Place] = {}
        self.shown: tuple[str, ...] = ()
        screen.clear_widgets()
        again = Clock.create_trigger(self._place, -1)
        for part in self._all.values():
            part.bind(size=again)  # a button's own rules would make it as wide as its words
        screen.bind(size=self._place)
        theme.bind(px=self._place)

    def __getitem__(self, name: str) -> Any:
        return self._all[name]

    def show(self, names: tuple[str, ...], table: Mapping[str, Place]) -> None:
        """Have these parts on the screen, the last on top; one without a place fills it."""
        if names == self.shown and table is self._table:
            return
        self.shown, self._table = names, table
        self._screen.clear_widgets()
        for name in names:
            self._screen.add_widget(self._all[name])
        self._place()

    def _place(self, *_: Any) -> None:
        screen = self._screen
        unit = theme.px * (COMPACT_UNIT if theme.compact else 1.0)
        for name in self.shown:
            part, place = self._all[name], self._table.get(name)
            if place is None:
                part.pos, part.size = (0, 0), screen.size
                continue
            x, y, width, height = place.box(unit, screen.width, screen.height)
            if natural := part.property("natural", quiet=True):
                part.natural = place.natural or natural.defaultvalue
            part.height, part.pos = height, (x, y)  # a Screen's children lie relative to it
            if not place.hugs:
                part.width = width
