"""What counts as a tap. Wet fingers slide, so a tap ends inside the target grown by 12 px."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty

SLOP = 12
SMALLEST_TARGET = 64


class Tap:
    """Gives a widget ``on_tap``, fired on release inside the target grown by ``SLOP`` window pixels.

    ``pressed`` is true while a finger is on it. A target drawn smaller than 64 px reaches out to 64.
    """

    pressed = BooleanProperty(False)
    reach = NumericProperty(0)

    def __init__(self, **kwargs: Any) -> None:
        self.register_event_type("on_tap")  # type: ignore[attr-defined]
        super().__init__(**kwargs)

    def within(self: Any, x: float, y: float, margin: float = 0.0) -> bool:
        """Whether a position lies on the target, grown by ``margin``."""
        across = max(margin + self.reach, (SMALLEST_TARGET - self.width) / 2)
        along = max(margin + self.reach, (SMALLEST_TARGET - self.height) / 2)
        return self.x - across <= x <= self.right + across and self.y - along <= y <= self.top + along

    def on_touch_down(self: Any, touch: Any) -> bool:
        """Take the touch when it falls on this target and on none of its children."""
        if super().on_touch_down(touch):  # type: ignore[misc]
            return True
        if touch.is_mouse_scrolling or self.disabled or not self.within(*touch.pos):
            return False
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self: Any, touch: Any) -> bool:
        """Show whether letting go here would count."""
        if touch.grab_current is not self:
            return bool(super().on_touch_move(touch))  # type: ignore[misc]
        self.pressed = self.within(*touch.pos, margin=SLOP)
        return True

    def on_touch_up(self: Any, touch: Any) -> bool:
        """Fire ``on_tap`` when the finger leaves the glass on the target."""
        if touch.grab_current is not self:
            return bool(super().on_touch_up(touch))  # type: ignore[misc]
        touch.ungrab(self)
        self.pressed = False
        if not self.disabled and self.within(*touch.pos, margin=SLOP):
            self.dispatch("on_tap")
        return True

    def on_tap(self) -> None:
        """The target was tapped."""
