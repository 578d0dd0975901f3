"""What lies over a screen for a moment: a menu of choices, a question. A tap beside it closes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from kivy.core.window import Window
from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.floatlayout import FloatLayout

from console.widgets import button, text  # noqa: F401 - the rules use them
from console.widgets.ground import Card, Ground
from console.widgets.kv import load_rules
from console.widgets.touch import Tap


class Overlay(FloatLayout):
    """Covers the window; ``panel`` is what may be touched. Touches beside it close the overlay and go no further."""

    def open(self) -> None:
        """Show it above everything."""
        if self.parent is None:
            Window.add_widget(self)

    def close(self) -> None:
        """Take it away."""
        if self.parent is not None:
            Window.remove_widget(self)

    def on_touch_down(self, touch: Any) -> bool:
        """Let the panel have its touches; close on others."""
        if not super().on_touch_down(touch) and not self.children[0].collide_point(*touch.pos):
            self.close()
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Nothing below feels it."""
        super().on_touch_move(touch)
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Nothing below feels it."""
        super().on_touch_up(touch)
        return True


class MenuRow(Tap, Ground, BoxLayout):
    """One choice of a menu. ``note`` stands quietly at its right."""

    text = StringProperty("")
    note = StringProperty("")
    on = BooleanProperty(False)


class Menu(Overlay):
    """Choices under a widget. ``choose(words)`` is called with the chosen one."""

    def __init__(self, rows: Sequence[tuple[str, str, str]], chosen: str, choose: Callable[[str], None]) -> None:
        """``rows`` are (value, words, note)."""
        super().__init__()
        for value, words, note in rows:
            row = MenuRow(text=words, note=note, on=value == chosen)
            row.bind(on_tap=lambda _row, value=value: self._chosen(value, choose))
            self.ids.rows.add_widget(row)

    def open_under(self, widget: Any) -> None:
        """Show it under a widget, inside the window."""
        self.open()
        x, y = widget.to_window(widget.x, widget.y)
        panel = self.ids.panel
        panel.x = min(x, Window.width - panel.width - 16)
        self.ids.rows.bind(minimum_height=lambda *_: self._fit(y))
        self._fit(y)

    def open_over(self, widget: Any) -> None:
        """Show it over a widget near the foot of the window."""
        self.open()
        x, y = widget.to_window(widget.x, widget.top)
        panel = self.ids.panel
        panel.x = x if x + panel.width < Window.width - 16 else x + widget.width - panel.width

        def fit() -> None:
            panel.height = min(self.ids.rows.minimum_height + panel.padding[1] * 2, Window.height - y - 32)
            panel.y = y + 8

        self.ids.rows.bind(minimum_height=lambda *_: fit())
        fit()

    def _fit(self, top: float) -> None:
        panel = self.ids.panel
        panel.height = min(self.ids.rows.minimum_height + panel.padding[1] * 2, top - 24)
        panel.top = top - 8

    def _chosen(self, value: str, choose: Callable[[str], None]) -> None:
        self.close()
        choose(value)


class QuestionCard(Card):
    """The panel of a question."""


class Question(Overlay):
    """A question before something that cannot be taken back; the lime button keeps things as they are."""

    title = StringProperty("")
    text = StringProperty("")
    keep = StringProperty("")
    lose = StringProperty("")

    def __init__(self, on_lose: Callable[[], None], **kwargs: Any) -> None:
        self._on_lose = on_lose
        super().__init__(**kwargs)

    def confirm(self) -> None:
        """The rider really wants it."""
        self.close()
        self._on_lose()


load_rules(__file__)
