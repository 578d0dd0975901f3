"""Curves over a ride: values by second, means by column of a plot, time in zones. No Kivy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from console.effort import ZONE_TOPS
from sync.records import Point

Curve = npt.NDArray[np.float64]  # one value a second; NaN where nobody measured


def curve(points: Iterable[Point], field: str) -> Curve:
    """One field of a ride, second by second."""
    values = [getattr(point, field) for point in points]
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def means(values: Curve, columns: int) -> Curve:
    """The mean of each of ``columns`` equal stretches (fewer values: as they are); NaN where all of one is."""
    if len(values) <= columns:
        return values
    edges = np.linspace(0, len(values), columns + 1).astype(int)
    known = ~np.isnan(values)
    sums = np.add.reduceat(np.where(known, values, 0.0), edges[:-1])
    counts = np.add.reduceat(known.astype(float), edges[:-1])
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan)


def smooth(values: Curve, width: int) -> Curve:
    """The mean of the ``width`` values around each; what nobody measured stays unknown."""
    if width < 2 or len(values) < width:
        return values
    known = ~np.isnan(values)
    window = np.ones(width)
    sums = np.convolve(np.where(known, values, 0.0), window, "same")
    counts = np.convolve(known.astype(float), window, "same")
    return np.where(known, sums / np.maximum(counts, 1), np.nan)


def zones(power_w: Curve, threshold_w: float) -> npt.NDArray[np.intp]:
    """The zone, 0-6, of every power; unknown powers count as the lowest."""
    shares = np.nan_to_num(power_w) / threshold_w
    return np.searchsorted(np.array(ZONE_TOPS), shares, side="right")


def seconds_in_zones(power_w: Curve, threshold_w: float) -> list[int]:
    """How many seconds were ridden in each of the seven zones; unknown seconds in none."""
    known = power_w[~np.isnan(power_w)]
    return [int(count) for count in np.bincount(zones(known, threshold_w), minlength=7)]


def extent(values: Curve, step: int, least: float) -> tuple[int, int]:
    """A round range, in whole steps, that holds all values and spans at least ``least``."""
    known = values[~np.isnan(values)]
    if not len(known):
        return 0, max(int(least), step)
    low = int(known.min() // step) * step
    high = max(int(-(-known.max() // step)) * step, low + step)
    while high - low < least:
        high += step
    return low, high


def round_seconds(length_s: float, most: int) -> int:
    """A round step for at most ``most`` marks of a time axis."""
    for step in (5, 10, 15, 30, 60, 120, 150, 300, 420, 600, 900, 1200, 1800, 3600):
        if length_s / step <= most:
            return step
    return 7200


def gaps(known: Sequence[bool] | npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Stretches ``[first, last)`` in which everything is known."""
    flags = np.concatenate([[False], np.asarray(known, dtype=bool), [False]]).astype(int)
    turns = np.diff(flags)
    return list(zip(np.flatnonzero(turns == 1).tolist(), np.flatnonzero(turns == -1).tolist(), strict=True))
