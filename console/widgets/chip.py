"""Chips: filters that open a menu or switch something on, and segmented choices and switches."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ListProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from console.widgets.ground import Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class Chip(Tap, Ground, AnchorLayout):
    """A pill 64 tall; ``on`` outlines it in lime. ``lead`` and ``tail`` are icons before and after the word."""

    text = StringProperty("")
    lead = StringProperty("")
    tail = StringProperty("")
    on = BooleanProperty(False)


class SegmentedChoice(Tap, Ground, AnchorLayout):
    """One word of a Segmented."""

    text = StringProperty("")
    on = BooleanProperty(False)


class Segmented(Ground, BoxLayout):
    """A few words of which one is chosen. ``choices`` are the words, ``chosen`` the index; a tap fires
    ``on_choose(index)`` and moves ``chosen``."""

    choices = ListProperty()
    chosen = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_choose")
        super().__init__(**kwargs)
        self.bind(choices=self._build, chosen=self._mark)
        self._build()

    def _build(self, *_: Any) -> None:
        self.clear_widgets()
        for index, words in enumerate(self.choices):
            choice = SegmentedChoice(text=words)
            choice.bind(on_tap=lambda _choice, index=index: self._choose(index))
            self.add_widget(choice)
        self._mark()

    def _mark(self, *_: Any) -> None:
        for index, choice in enumerate(reversed(self.children)):
            choice.on = index == self.chosen

    def _choose(self, index: int) -> None:
        if index != self.chosen:
            self.chosen = index
            self.dispatch("on_choose", index)

    def on_choose(self, index: int) -> None:
        """The rider chose."""


class Toggle(Tap, Ground, Widget):
    """A switch; a tap turns ``on`` over and fires ``on_turn(on)``."""

    on = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_turn")
        super().__init__(**kwargs)

    def on_tap(self) -> None:
        """Turn it over."""
        self.on = not self.on
        self.dispatch("on_turn", self.on)

    def on_turn(self, on: bool) -> None:
        """The rider turned it."""


load_rules(__file__)
