"""Flat shapes with smooth edges, many in one draw call.

Under software GL the area of a textured quad is what costs: Kivy's own shapes sample a white texture for every pixel,
four times the price of this shader, which samples none. Edges are smoothed by a fringe of one pixel that fades out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from kivy.graphics import Mesh, RenderContext

from console.widgets.strokes import bevelled

Colour = Sequence[float]
Radius = float | tuple[float, float, float, float]  # or one a corner: top right, top left, bottom left, bottom right
Floats = npt.NDArray[np.float32]

_FORMAT = [(b"vPosition", 2, "float"), (b"vColor", 4, "float")]
_PRECISION = "#ifdef GL_ES\nprecision highp float;\n#endif\n"
_VERTEX_SHADER = (
    _PRECISION
    + """
attribute vec2 vPosition;
attribute vec4 vColor;
uniform mat4 modelview_mat;
uniform mat4 projection_mat;
varying vec4 tint;
void main(void) {
    tint = vColor;
    gl_Position = projection_mat * modelview_mat * vec4(vPosition, 0.0, 1.0);
}
"""
)
_FRAGMENT_SHADER = _PRECISION + "varying vec4 tint;\nvoid main(void) { gl_FragColor = tint; }\n"

_STEPS = 7  # points of a quarter circle
_TURNS = (np.arange(4)[:, None] + np.linspace(0, 1, _STEPS)) * (math.pi / 2)
_NORMALS = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=2)  # of each corner's arc: top right, top left, ...
_OUTWARDS = np.array([(1, 1), (-1, 1), (-1, -1), (1, -1)], dtype=float)


class Flat(RenderContext):
    """The shader of flat shapes, around the batches that it draws; add it to a canvas."""

    def __init__(self, *batches: Batch) -> None:
        super().__init__(vs=_VERTEX_SHADER, fs=_FRAGMENT_SHADER, use_parent_projection=True, use_parent_modelview=True)
        for batch in batches:
            self.add(batch.mesh)


class Batch:
    """Shapes drawn together, in the order they were added. Positions and sizes are window pixels.

    ``clear``, add, then ``show``; until ``show`` the old picture stays.
    """

    def __init__(self) -> None:
        self.mesh = Mesh(fmt=_FORMAT, mode="triangles")
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self._vertices: list[Floats] = []
        self._indices: list[npt.NDArray[np.uint16]] = []
        self._count = 0

    def show(self) -> None:
        """Draw what was added, from the next frame on."""
        if not self._vertices:
            self.mesh.vertices, self.mesh.indices = [], []
            return
        self.mesh.vertices = np.concatenate(self._vertices).ravel()
        self.mesh.indices = np.concatenate(self._indices).ravel()

    def box(self, x: float, y: float, width: float, height: float, radius: Radius, colour: Colour) -> None:
        """A filled box with round corners, on whole pixels. On each side both corners are alike, or one is square.

        The body is three upright rectangles: a fan over all of it would be thin slivers, which cost most to fill.
        """
        left, foot, right, top = round(x), round(y), round(x + width), round(y + height)
        if right <= left or top <= foot:
            return
        most = min(right - left, top - foot) // 2
        radii = np.clip(np.round(np.broadcast_to(np.asarray(radius, dtype=float), 4)), 0, most)
        upper_right, upper_left, lower_left, lower_right = radii
        inner_left, inner_right = left + max(upper_left, lower_left), right - max(upper_right, lower_right)
        body = (
            (inner_left, foot, inner_right - inner_left, top - foot),
            (left, foot + lower_left, inner_left - left, top - foot - lower_left - upper_left),
            (inner_right, foot + lower_right, right - inner_right, top - foot - lower_right - upper_right),
        )
        parts = np.array([part for part in body if part[2] > 0 and part[3] > 0])
        self.rectangles(parts, np.broadcast_to(colour, (len(parts), 4)))
        self._corners((left, foot, right, top), radii, (0.5, -0.5), (0, 1), colour, filled=True)

    def frame(
        self, x: float, y: float, width: float, height: float, radius: float, line: float, colour: Colour
    ) -> None:
        """The outline of a box with round corners, on whole pixels; the line lies inside the box."""
        left, foot, right, top, line = round(x), round(y), round(x + width), round(y + height), max(round(line), 1)
        bend = min(round(radius), (right - left) // 2, (top - foot) // 2)
        sides = [(left + bend, y, right - left - 2 * bend, line) for y in (foot, top - line)]
        sides += [(x, foot + bend, line, top - foot - 2 * bend) for x in (left, right - line)]
        self.rectangles(np.array(sides), np.broadcast_to(colour, (4, 4)))
        depths, alphas = (0.5, -0.5, 0.5 - line, -0.5 - line), (0, 1, 1, 0)
        self._corners((left, foot, right, top), np.full(4, float(bend)), depths, alphas, colour)

    def _corners(
        self,
        sides: tuple[float, float, float, float],
        radii: npt.NDArray[np.floating],
        depths: Sequence[float],
        alphas: Sequence[float],
        colour: Colour,
        filled: bool = False,
    ) -> None:
        """The arcs of round corners, at some depths from the outline; ``filled`` down to their centres."""
        left, foot, right, top = sides
        for corner, (radius, outwards) in enumerate(zip(radii, _OUTWARDS, strict=True)):
            if radius > 0:
                edge = np.array([right if outwards[0] > 0 else left, top if outwards[1] > 0 else foot])
                centre = edge - outwards * radius
                rows = [centre + _NORMALS[corner] * max(radius + depth, 0.0) for depth in depths]
                if filled:
                    rows.append(np.broadcast_to(centre, (_STEPS, 2)))
                self._strips(rows, colour, (*alphas, 1) if filled else alphas)

    def rectangle(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A plain rectangle; sharp where its sides lie on whole pixels."""
        self.rectangles(np.array([(x, y, width, height)]), np.array([colour]))

    def rectangles(self, boxes: npt.NDArray[np.floating], colours: npt.NDArray[np.floating]) -> None:
        """Many plain rectangles at once: rows of x, y, width, height, and of r, g, b, a."""
        if not len(boxes):
            return
        x, y, width, height = boxes.T
        corners = np.stack([x, y, x + width, y, x + width, y + height, x, y + height], axis=1).reshape(-1, 2)
        first = self._add(corners, np.repeat(colours, 4, axis=0))
        quads = first + 4 * np.arange(len(boxes))[:, None] + np.array([0, 1, 2, 0, 2, 3])
        self._indices.append(_triangles(quads))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """A filled circle around a point."""
        ring = np.concatenate([*_NORMALS, _NORMALS[0, :1]])
        rows = [np.array([x, y]) + ring * depth for depth in (radius + 0.5, max(radius - 0.5, 0.0), 0.0)]
        self._strips(rows, colour, (0, 1, 1))

    def arc(
        self, x: float, y: float, radius: float, line: float, start_deg: float, end_deg: float, colour: Colour
    ) -> None:
        """A part of a ring around a point, with square ends; ``radius`` is to the middle of the line, degrees run
        clockwise from the top."""
        steps = max(int(abs(end_deg - start_deg) / 3), 2)
        turns = np.radians(np.linspace(start_deg, end_deg, steps))
        outwards = np.stack([np.sin(turns), np.cos(turns)], axis=1)
        self._band(np.array([x, y]) + outwards * radius, outwards, line, colour)

    def line(self, points: npt.NDArray[np.floating], width: float, colour: Colour) -> None:
        """A line through points (rows of x, y), with round ends."""
        if len(points) > 1:
            self._band(*bevelled(points), width, colour)
            for x, y in (points[0], points[-1]):
                self.disc(x, y, width / 2, colour)

    def area(self, points: npt.NDArray[np.floating], floor: float, colour: Colour) -> None:
        """The area between a line through points, from left to right, and a floor."""
        if len(points) > 1:
            feet = np.stack([points[:, 0], np.full(len(points), floor)], axis=1)
            self._strips([points, feet], colour, (1, 1))

    def _band(
        self, middle: npt.NDArray[np.floating], normals: npt.NDArray[np.floating], width: float, colour: Colour
    ) -> None:
        half = width / 2
        offsets = (half + 0.5, max(half - 0.5, 0.0), min(0.5 - half, 0.0), -half - 0.5)
        self._strips([middle + normals * offset for offset in offsets], colour, (0, 1, 1, 0))

    def _strips(self, rows: Sequence[npt.NDArray[np.floating]], colour: Colour, alphas: Sequence[float]) -> int:
        """Join rows of points, each at its share of the colour's opacity; returns the index of the first point."""
        length = len(rows[0])
        tints = np.repeat(np.array([(*colour[:3], colour[3] * alpha) for alpha in alphas]), length, axis=0)
        first = self._add(np.concatenate(rows), tints)
        step = np.arange(length - 1)[:, None]
        quad = step + np.array([0, 1, length + 1, 0, length + 1, length])
        for row in range(len(rows) - 1):
            self._indices.append(_triangles(first + row * length + quad))
        return first

    def _add(self, points: npt.NDArray[np.floating], tints: npt.NDArray[np.floating]) -> int:
        first, self._count = self._count, self._count + len(points)
        self._vertices.append(np.concatenate([points, tints], axis=1).astype(np.float32))
        return first


def _triangles(indices: npt.NDArray[np.integer]) -> npt.NDArray[np.uint16]:
    return indices.astype(np.uint16).ravel()
