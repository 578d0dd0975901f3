"""Lines through points, as shapes: where their sides run, and how they are dashed. Pure geometry."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

GENTLE = 0.5  # a bend up to 90 degrees
DASH_ON, DASH_OFF = 14, 10  # window pixels


def bevelled(points: npt.NDArray[np.floating]) -> tuple[npt.NDArray[np.floating], npt.NDArray[np.floating]]:
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


def dashes(points: npt.NDArray[np.floating]) -> list[npt.NDArray[np.floating]]:
    """The pieces of a dashed line through points."""
    if len(points) < 2:
        return []
    steps = np.hypot(*np.diff(points, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    pieces = []
    for start in np.arange(0.0, way[-1], DASH_ON + DASH_OFF):
        end = min(start + DASH_ON, way[-1])
        inside = way[(way > start) & (way < end)]
        stops = np.concatenate([[start], inside, [end]])
        pieces.append(np.stack([np.interp(stops, way, points[:, 0]), np.interp(stops, way, points[:, 1])], axis=1))
    return pieces
