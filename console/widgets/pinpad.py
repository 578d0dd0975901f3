"""Four digits typed with large keys, or with real ones."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from console.pin import LENGTH
from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.keyboard import Key
from console.widgets.kv import load_rules

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "backspace")
BACKSPACE = 8


class PinDots(Widget):
    """As many dots as a PIN has digits, ``filled`` of them lime."""

    filled = NumericProperty(0)
    wrong = BooleanProperty(False)


class PinPad(BoxLayout):
    """Fires ``on_pin(pin)`` with the fourth digit. ``locked`` takes no more; ``message`` stands under the dots."""

    message = StringProperty("")
    wrong = BooleanProperty(False)
    locked = BooleanProperty(False)
    typed = StringProperty("")

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_pin")
        super().__init__(**kwargs)

    def on_kv_post(self, base_widget: Any) -> None:
        """Put up the keys."""
        for name in KEYS:
            self.ids.digits.add_widget(self._key(name) if name else Widget())
        Window.bind(on_key_down=self._on_key_down)

    def type(self, digit: str) -> None:
        """Add a digit."""
        if self.locked:
            return
        self.wrong = False
        self.typed += digit
        if len(self.typed) == LENGTH:
            pin, self.typed = self.typed, ""
            self.dispatch("on_pin", pin)

    def erase(self) -> None:
        """Take the last digit back."""
        self.typed = self.typed[:-1]

    def on_pin(self, pin: str) -> None:
        """A whole PIN was typed."""

    def _key(self, name: str) -> Key:
        if name == "backspace":
            key = Key(icon=name, quiet=True)
            key.bind(on_tap=lambda _key: self.erase())
        else:
            key = Key(text=name, px=62)
            key.bind(on_tap=lambda _key: self.type(name))
        return key

    def _on_key_down(self, _window: Any, key: int, _scan: int, letter: str | None, _modifiers: Any) -> bool:
        if self.get_root_window() is None:  # made, but not shown
            return False
        if letter and letter.isdigit():
            self.type(letter)
            return True
        if key == BACKSPACE:
            self.erase()
            return True
        return False


load_rules(__file__)
