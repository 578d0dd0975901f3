"""A number set by steps: less, the value, more."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.widgets import button, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules


class Stepper(BoxLayout):
    """``value`` between ``low`` and ``high``, by ``step``; a change by the rider fires ``on_change(value)``.

    ``unset`` shows a dash until the first step, which then starts at ``value``.
    """

    value = NumericProperty(0)
    low = NumericProperty(0)
    high = NumericProperty(100)
    step = NumericProperty(1)
    unit = StringProperty("")
    unset = BooleanProperty(False)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_change")
        super().__init__(**kwargs)

    def move(self, steps: int) -> None:
        """Go some steps up or down, as far as the ends."""
        value = self.value if self.unset else min(max(self.value + steps * self.step, self.low), self.high)
        changed = self.unset or value != self.value
        self.unset, self.value = False, value
        if changed:
            self.dispatch("on_change", value)

    def on_change(self, value: float) -> None:
        """The rider changed it."""


load_rules(__file__)
