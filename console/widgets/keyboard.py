"""Keys on the glass, for tablets without any others."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from console.widgets import text  # noqa: F401 - the rules use it
from console.widgets.ground import Card, Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap

LETTERS = ("qwertyuiop", "asdfghjkl'", "zxcvbnm-.é")
SIGNS = ("1234567890", "@:/_+&()?!", "áäåçèñöøüß")
DIGITS = ("123", "456", "789")


class Key(Tap, Ground, AnchorLayout):
    """One key: a letter, a word, or an icon."""

    text = StringProperty("")
    icon = StringProperty("")
    main = BooleanProperty(False)
    quiet = BooleanProperty(False)
    px = NumericProperty(0)


class Keyboard(Card):
    """Writes into a field (anything with ``write``, ``erase``, ``finish`` and ``text``) at the foot of the window.

    The first letter of a word in an empty field is a capital; a touch outside keyboard and field ends the writing.
    """

    capitals = BooleanProperty(False)
    signs = BooleanProperty(False)

    def __init__(self, field: Any, *, digits: bool = False, **kwargs: Any) -> None:
        self._field, self._digits = field, digits
        super().__init__(**kwargs)
        self.capitals = not digits and not field.text
        self.bind(capitals=self._build, signs=self._build)
        self._build()

    def open(self) -> None:
        """Show it at the foot of the window."""
        Window.add_widget(self)

    def close(self) -> None:
        """Take it away."""
        if self.parent is not None:
            Window.remove_widget(self)

    def on_touch_down(self, touch: Any) -> bool:
        """A touch beside keyboard and field ends the writing, and goes on to what it meant."""
        if self.collide_point(*touch.pos):
            super().on_touch_down(touch)
            return True
        if not self._field.collide_point(*self._field.to_widget(*touch.pos)):
            self._field.finish()
        return False

    def _build(self, *_: Any) -> None:
        rows = self.ids.rows
        rows.clear_widgets()
        for letters in DIGITS if self._digits else SIGNS if self.signs else LETTERS:
            rows.add_widget(self._row(letters))
        rows.add_widget(self._last_row())

    def _row(self, letters: str) -> BoxLayout:
        row = KeyRow()
        for letter in letters.upper() if self.capitals and not self.signs else letters:
            key = Key(text=letter)
            key.bind(on_tap=lambda key: self._write(key.text))
            row.add_widget(key)
        return row

    def _last_row(self) -> BoxLayout:
        row = KeyRow()
        if self._digits:
            keys = [(Key(icon="backspace"), self._field.erase), (Key(text="0"), lambda: self._write("0"))]
        else:
            keys = [
                (Key(text="abc" if self.signs else "123", size_hint_x=1.5), self._turn_signs),
                (Key(icon="arrow-up", size_hint_x=1.2), self._turn_capitals),
                (Key(text=" ", size_hint_x=4), lambda: self._write(" ")),
                (Key(icon="backspace", size_hint_x=1.5), self._field.erase),
            ]
        keys.append((Key(icon="check", main=True, size_hint_x=1 if self._digits else 1.8), self._field.finish))
        for key, act in keys:
            key.bind(on_tap=lambda _key, act=act: act())
            row.add_widget(key)
        return row

    def _write(self, letter: str) -> None:
        self._field.write(letter)
        if self.capitals and letter != " ":
            self.capitals = False

    def _turn_signs(self) -> None:
        self.signs = not self.signs

    def _turn_capitals(self) -> None:
        self.capitals = not self.capitals


class KeyRow(BoxLayout):
    """One row of keys."""


load_rules(__file__)
