"""The two questions that cover the whole ride: paused, and leave?"""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty
from kivy.uix.floatlayout import FloatLayout

from console.widgets import button, digits, text  # noqa: F401 - the rules use them
from console.widgets.kv import load_rules


class RideVeil(FloatLayout):
    """Lies over the whole screen and keeps every touch."""

    def on_touch_down(self, touch: Any) -> bool:
        """What falls beside the buttons goes nowhere."""
        super().on_touch_down(touch)
        return True


class PauseOverlay(RideVeil):
    """Paused: the clock, why, and how to go on. Fires ``on_continue`` and ``on_end``."""

    clock = StringProperty("")
    reason = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_continue")
        self.register_event_type("on_end")
        super().__init__(**kwargs)

    def on_continue(self) -> None:
        """The rider goes on."""

    def on_end(self) -> None:
        """The rider ends the ride."""


class LeaveQuestion(RideVeil):
    """Asked once before a ride ends. Fires ``on_keep``, ``on_pause`` and ``on_leave``; without ``pause_words`` that
    way is not offered."""

    title = StringProperty("")
    words = StringProperty("")
    leave_words = StringProperty("")
    keep_words = StringProperty("")
    pause_words = StringProperty("")
    leave_icon = StringProperty("player-stop")

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_keep")
        self.register_event_type("on_pause")
        self.register_event_type("on_leave")
        super().__init__(**kwargs)

    def on_kv_post(self, _base: Any) -> None:
        """A way that is not offered is not there."""
        if not self.pause_words:
            self.ids.ways.remove_widget(self.ids.pause)

    def on_keep(self) -> None:
        """The rider stays."""

    def on_pause(self) -> None:
        """The rider takes a break."""

    def on_leave(self) -> None:
        """The rider leaves."""


load_rules(__file__)
