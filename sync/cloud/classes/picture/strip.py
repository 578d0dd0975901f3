"""Pictures that move past: endless to both sides, placed between two pixels where the movement is slow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sync.cloud.classes.picture.canvas import Canvas, Floats, Sprite, halved, to_yuv

STEPS = 4  # positions between two pixels


class Strip:
    """A picture repeated sideways across a canvas; its width is the period."""

    def __init__(self, picture: Floats, canvas_width: int, top: float) -> None:
        """From premultiplied RGBA as in :class:`Sprite`; even width. ``top`` is the canvas row of its first row."""
        self._period, self._width, self._top = picture.shape[1], canvas_width, round(top)
        copies = -(-canvas_width // self._period) + 1
        self._steps = [Sprite(np.tile(step, (1, copies, 1))) for step in _between_pixels(picture)]

    def draw(self, canvas: Canvas, way: float) -> None:
        """Draw it as seen after ``way`` canvas pixels to the right."""
        pixel, step = divmod(round(way * STEPS), STEPS)
        self._steps[step].draw(canvas, -(pixel % self._period), self._top)


def _between_pixels(picture: Floats) -> Iterator[Floats]:
    following = np.roll(picture, -1, axis=1)
    for step in range(STEPS):
        yield picture + (following - picture) * (step / STEPS)


class Rows:
    """Opaque rows of one colour each, across the whole canvas: the ground under a strip, a gradient."""

    def __init__(self, colours: Floats, top: float) -> None:
        """From ``(rows, 3)`` RGB; an even number of rows."""
        self._top = round(top) & ~1
        light, blue, red = (plane[:, None] for plane in to_yuv(colours))
        wide = np.ones((1, 2), np.float32)
        self._y = (light + 0.5).astype(np.uint8)
        self._u, self._v = ((halved(plane * wide) + 0.5).astype(np.uint8) for plane in (blue, red))

    def draw(self, canvas: Canvas) -> None:
        """Fill the rows."""
        end, half = self._top + len(self._y), self._top // 2
        canvas.y[self._top : end] = self._y
        canvas.u[half : end // 2] = self._u
        canvas.v[half : end // 2] = self._v
