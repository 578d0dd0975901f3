"""Frames that change in a few known places are drawn only there, where there is no graphics chip.

Without one every pixel of a frame costs the processor: a ride's three numbers over a film take a fifth of what the
whole window takes, and need not wait for the next picture. The rest of the window is what the frame before left
there, which software renderers promise (they show a copy of it) and graphics chips do not: with a chip every frame
is whole.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics.opengl import glDisable, glEnable, glGetString, glScissor

_GL_SCISSOR_TEST, _GL_RENDERER = 0x0C11, 0x1F01
_SOFTWARE = (b"llvmpipe", b"softpipe", b"SwiftShader")  # renderers without a graphics chip


def drawn_by_software() -> bool:
    """Whether the processor draws. Asks OpenGL: the window must be open."""
    renderer = glGetString(_GL_RENDERER)
    return any(name in renderer for name in _SOFTWARE)


class Patches:
    """Of one ``window``. ``only`` before a frame draws it in part, ``all`` takes that back; ``owing`` says that since
    the last whole frame only parts were drawn: what else changed meanwhile is not on the screen yet."""

    def __init__(self, window: Any, able: bool | None = None) -> None:
        self.able = drawn_by_software() if able is None else able
        self.owing = False
        self._asked = 0  # in which frame
        self._box: tuple[int, int, int, int] | None = None  # x, y, width, height in pixels
        window.bind(on_draw=self._begin, on_flip=self._end)

    def only(self, widgets: list[Any]) -> None:
        """The next frame changes nothing outside the smallest rectangle around these widgets."""
        corners = [(*one.to_window(one.x, one.y), *one.to_window(one.right, one.top)) for one in widgets]
        left, foot = min(corner[0] for corner in corners), min(corner[1] for corner in corners)
        right, head = max(corner[2] for corner in corners), max(corner[3] for corner in corners)
        x, y = int(left), int(foot)
        self._asked = Clock.frames
        self._box = (x, y, int(right) + 1 - x, int(head) + 1 - y)

    def all(self) -> None:
        """The next frame is whole after all."""
        self._box = None

    def _begin(self, _window: Any) -> None:
        if Clock.frames > self._asked + 1:
            self._box = None  # asked for a frame that was never drawn
        self.owing = self._box is not None
        if self._box is not None:
            glEnable(_GL_SCISSOR_TEST)
            glScissor(*self._box)

    def _end(self, _window: Any) -> None:
        if self._box is not None:
            glDisable(_GL_SCISSOR_TEST)
            self._box = None
