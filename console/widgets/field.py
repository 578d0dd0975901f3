"""A line to write on: with the keys on the glass, or with a real keyboard."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from console.widgets import button, text  # noqa: F401 - the rules use them
from console.widgets.ground import Ground
from console.widgets.keyboard import Keyboard
from console.widgets.kv import load_rules
from console.widgets.touch import Tap

BACKSPACE, ENTER, ESCAPE = 8, (13, 271), 27


class Field(Tap, Ground, BoxLayout):
    """Words typed by the rider. A tap opens the keyboard on the glass; ``on_done`` follows its Done key or Enter.

    ``digits`` brings a keyboard of numbers; ``most`` is the longest text.
    """

    text = StringProperty("")
    hint = StringProperty("")
    icon = StringProperty("")
    focused = BooleanProperty(False)
    digits = BooleanProperty(False)
    most = NumericProperty(40)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_done")
        self._keyboard: Keyboard | None = None
        self._keys: Any = None
        super().__init__(**kwargs)

    def on_tap(self) -> None:
        """Begin to write."""
        self.focused = True

    def on_focused(self, _field: Any, focused: bool) -> None:
        """Bring the keyboards, or let them go."""
        if focused:
            self._keyboard = Keyboard(self, digits=self.digits)
            self._keyboard.open()
            self._keys = Window.request_keyboard(self._keys_gone, self, "text")
            self._keys.bind(on_key_down=self._on_key_down, on_textinput=lambda _keys, words: self.write(words))
        else:
            if self._keyboard is not None:
                self._keyboard.close()
                self._keyboard = None
            if self._keys is not None:
                self._keys.release()

    def write(self, words: str) -> None:
        """Add what was typed."""
        self.text = (self.text + words)[: int(self.most)]

    def erase(self) -> None:
        """Take the last letter back."""
        self.text = self.text[:-1]

    def clear(self) -> None:
        """Take everything back."""
        self.text = ""

    def finish(self) -> None:
        """Writing is over."""
        self.focused = False
        self.dispatch("on_done")

    def on_done(self) -> None:
        """The rider is done."""

    def _keys_gone(self) -> None:
        self._keys = None
        self.focused = False

    def _on_key_down(self, _keys: Any, key: tuple[int, str], _text: str, _modifiers: list[str]) -> bool:
        if key[0] == BACKSPACE:
            self.erase()
        elif key[0] in ENTER or key[0] == ESCAPE:
            self.finish()
        return True


load_rules(__file__)
