"""What is written on the riding screens: numbers and phrases in sight, beside the labels of the others."""

from __future__ import annotations

from typing import Any

from kivy.core.window import Window
from kivy.uix.widget import Widget

from console.widgets.digits import Digits, Phrase
from console.widgets.text import Text
from console.widgets.touch import Tap
from tests.gallery.sight import visible

Writing = Digits | Phrase | Text


def writings(root: Widget | None = None) -> list[Any]:
    """Numbers, phrases and labels in sight that say something."""
    return [widget for widget in visible(root) if isinstance(widget, Writing) and widget.text.strip()]


def said(root: Widget | None = None) -> set[str]:
    """All that can be read."""
    return {writing.text for writing in writings(root)}


def target(text: str, root: Widget | None = None) -> Any:
    """The target that bears these words."""
    for writing in writings(root):
        if writing.text == text:
            widget: Any = writing
            while isinstance(widget, Widget) and not isinstance(widget, Tap):
                widget = widget.parent
            if isinstance(widget, Tap):
                return widget
    raise AssertionError(f"no target says “{text}”; there is {sorted(said(root))}")


def box(widget: Any) -> tuple[float, float, float, float]:
    """Left, foot, right and top of a widget in the window."""
    left, foot = widget.to_window(widget.x, widget.y)
    return left, foot, left + widget.width, foot + widget.height


def inside_window(widget: Any) -> bool:
    """Whether all of a widget is in the window."""
    left, foot, right, top = box(widget)
    return left >= -1 and foot >= -1 and right <= Window.width + 1 and top <= Window.height + 1


def overlap(one: Any, other: Any) -> bool:
    """Whether two writings lie on each other."""
    left, foot, right, top = box(one)
    left2, foot2, right2, top2 = box(other)
    return min(right, right2) - max(left, left2) > 1 and min(top, top2) - max(foot, foot2) > 1


def cut_short(phrase: Any) -> bool:
    """Whether a phrase ends in an ellipsis for want of room."""
    if not isinstance(phrase, Phrase) or not phrase.limit:
        return False
    from kivy.core.text import Label

    natural = Label(font_name=phrase.font_name, font_size=phrase.pixels).get_extents(phrase.text)[0]
    return bool(natural > phrase.limit + 1)
