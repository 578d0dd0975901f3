"""Isotonic regression: the nearest values that never fall, in a row or in both directions of a grid. No I/O."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

ROUNDS = 40
NEAR = 0.02  # rounds end when nothing moves by more; what is left to fall is then raised


def rising(values: Values, weights: Values) -> Values:
    """The least-squares fit to ``values`` that never falls (pool adjacent violators); ``weights`` above 0."""
    means: list[float] = []
    masses: list[float] = []
    sizes: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        mean, mass, size = value, weight, 1
        while means and means[-1] > mean:
            before, heavy = means.pop(), masses.pop()
            mean = (mean * mass + before * heavy) / (mass + heavy)
            mass += heavy
            size += sizes.pop()
        means.append(mean)
        masses.append(mass)
        sizes.append(size)
    return np.repeat(means, sizes)


def rising_grid(values: Values, weights: Values) -> Values:
    """The same for a grid, along rows and columns alike: projections in turn (Dykstra), until they agree."""
    fit, off_rows, off_columns = values.astype(float), np.zeros_like(values), np.zeros_like(values)
    for _ in range(ROUNDS):
        rows = _along_rows(fit + off_rows, weights)
        off_rows = fit + off_rows - rows
        columns = _along_rows((rows + off_columns).T, weights.T).T
        off_columns = rows + off_columns - columns
        moved = float(np.abs(columns - fit).max())
        fit = columns
        if moved < NEAR:
            break
    return np.maximum.accumulate(np.maximum.accumulate(fit, axis=0), axis=1)


def _along_rows(values: Values, weights: Values) -> Values:
    fit = values.copy()
    for row in np.flatnonzero((np.diff(values, axis=1) < 0).any(axis=1)):
        fit[row] = rising(values[row], weights[row])
    return fit
