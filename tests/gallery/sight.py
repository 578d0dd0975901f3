"""What a rider sees on the window: visible widgets by kind and by their words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.core.window import Window
from kivy.uix.widget import Widget

from console.widgets.text import Text
from console.widgets.touch import Tap


def visible(root: Widget | None = None) -> Iterator[Widget]:
    """Widgets that are drawn and lie at least partly in the window, front ones first."""
    for top in [root] if root else Window.children:
        yield from _walk(top)


def _walk(widget: Widget) -> Iterator[Widget]:
    if widget.opacity <= 0.01:
        return
    x, y = widget.to_window(widget.x, widget.y)
    if x < Window.width and y < Window.height and x + widget.width > 0 and y + widget.height > 0:
        yield widget
    for child in widget.children:
        yield from _walk(child)


def texts(root: Widget | None = None) -> list[Text]:
    """Visible labels that have words."""
    return [widget for widget in visible(root) if isinstance(widget, Text) and widget.text.strip()]


def words(root: Widget | None = None) -> list[str]:
    """All words in sight."""
    return [label.text for label in texts(root)]


def find(text: str, root: Widget | None = None) -> Any:
    """The target (button, chip, card) that bears these words, or the label itself."""
    for label in texts(root):
        if label.text == text:
            widget: Any = label
            while widget is not None and not isinstance(widget, Tap):
                widget = widget.parent if isinstance(widget.parent, Widget) else None
            return widget or label
    raise AssertionError(f"“{text}” is not in sight; there is {words(root)}")


def targets(root: Widget | None = None) -> list[Any]:
    """Visible things that can be tapped."""
    return [widget for widget in visible(root) if isinstance(widget, Tap) and not widget.disabled]
