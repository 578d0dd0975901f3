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

GENTLE = 0.5  # a bend up to 90 degrees
_CORNER_STEPS = 8
_TURNS = np.concatenate([np.linspace(q, q + 1, _CORNER_STEPS) for q in range(4)]) * (math.pi / 2)
_NORMALS = np.stack([np.cos(_TURNS), np.sin(_TURNS)], axis=1)
_CORNERS = np.repeat(np.array([(1, 1), (0, 1), (0, 0), (1, 0)], dtype=float), _CORNER_STEPS, axis=0)


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
        """A filled box with round corners."""
        if width <= 0 or height <= 0:
            return
        centres, radii = _corner_centres(x, y, width, height, radius)
        ring = self._rings([centres + _NORMALS * (radii - 0.5), centres + _NORMALS * (radii + 0.5)], colour, (1, 0))
        fan = np.arange(1, len(_NORMALS) - 1)
        self._indices.append(_triangles(np.stack([np.full_like(fan, ring), ring + fan, ring + fan + 1], axis=1)))

    def frame(
        self, x: float, y: float, width: float, height: float, radius: float, line: float, colour: Colour
    ) -> None:
        """The outline of a box with round corners; the line lies inside the box."""
        centres, radii = _corner_centres(x, y, width, height, radius)
        depths = (radii + 0.5, radii - 0.5, radii - line + 0.5, radii - line - 0.5)
        self._rings([centres + _NORMALS * depth for depth in depths], colour, (0, 1, 1, 0))

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
        self.box(x - radius, y - radius, 2 * radius, 2 * radius, radius, colour)

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
            self._band(*_bevelled(points), width, colour)
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

    def _rings(self, rings: list[npt.NDArray[np.floating]], colour: Colour, alphas: Sequence[float]) -> int:
        return self._strips([np.concatenate([ring, ring[:1]]) for ring in rings], colour, alphas)

    def _strips(self, rows: list[npt.NDArray[np.floating]], colour: Colour, alphas: Sequence[float]) -> int:
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


def _corner_centres(
    x: float, y: float, width: float, height: float, radius: Radius
) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """The centre and the radius that belong to every point of the outline."""
    each = np.broadcast_to(np.asarray(radius, dtype=float), 4)
    radii = np.repeat(np.clip(each, 0.5, max(min(width, height) / 2, 0.5)), _CORNER_STEPS)[:, None]
    return np.array([x, y]) + radii + _CORNERS * (np.array([width, height]) - 2 * radii), radii


def _bevelled(points: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
    """Each stretch of a line with the normals at its two ends: at a gentle bend both stretches share one, at a sharp
    one each keeps its own, so that neither gets thin."""
    steps = np.diff(points, axis=0)
    lengths = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-6)[:, None]
    sides = np.stack([-steps[:, 1], steps[:, 0]], axis=1) / lengths
    normals = np.repeat(sides, 2, axis=0)
    means = (sides[:-1] + sides[1:]) / 2
    squares = (means**2).sum(axis=1)[:, None]
    gentle = np.flatnonzero(squares[:, 0] > GENTLE)
    shared = means[gentle] / squares[gentle]
    normals[2 * gentle + 1], normals[2 * gentle + 2] = shared, shared
    return np.repeat(points, 2, axis=0)[1:-1], normals


def _triangles(indices: npt.NDArray[np.integer]) -> npt.NDArray[np.uint16]:
    return indices.astype(np.uint16).ravel()
