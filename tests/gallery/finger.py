"""A finger on the glass: real touches, sent through the window to whatever lies under them."""

from __future__ import annotations

from itertools import count
from typing import Any

from kivy.base import EventLoop
from kivy.input import MotionEvent

from tests.gallery.window import step

_ids = count(1)


class _Touch(MotionEvent):
    def __init__(self, x: float, y: float) -> None:
        super().__init__("finger", next(_ids), self.args_at(x, y), is_touch=True, type_id="touch")

    @staticmethod
    def args_at(x: float, y: float) -> dict[str, float]:
        window = EventLoop.window
        return {"x": x / (window.width - 1), "y": y / (window.height - 1)}

    def depack(self, args: dict[str, float]) -> None:
        self.sx, self.sy, self.profile = args["x"], args["y"], ["pos"]
        super().depack(args)


class Finger:
    """Positions are window pixels; a widget stands for its middle."""

    def tap(self, target: Any) -> None:
        """Press and let go."""
        touch = self.press(target)
        self.lift(touch)

    def press(self, target: Any) -> _Touch:
        """Put the finger down."""
        touch = _Touch(*where(target))
        EventLoop.post_dispatch_input("begin", touch)
        step()
        return touch

    def slide(self, touch: _Touch, x: float, y: float) -> None:
        """Move the finger to a position."""
        touch.move(touch.args_at(x, y))
        EventLoop.post_dispatch_input("update", touch)
        step()

    def lift(self, touch: _Touch) -> None:
        """Take the finger away."""
        EventLoop.post_dispatch_input("end", touch)
        step(2)

    def swipe(self, start: tuple[float, float], end: tuple[float, float], steps: int = 12) -> None:
        """Draw the finger from one position to another, as when scrolling."""
        touch = self.press(start)
        for i in range(1, steps + 1):
            share = i / steps
            self.slide(touch, start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
        self.lift(touch)


def where(target: Any) -> tuple[float, float]:
    """The position meant: a widget's middle in the window, or the position itself."""
    if isinstance(target, tuple):
        return target
    x, y = target.to_window(*target.center)
    return float(x), float(y)
