"""What the classes are, in columns: filtered and counted without a look at any class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sync.records import FitnessClass
from sync.search.query import FIELDS, Query, effort_of, values

Mask = NDArray[np.bool_]
FIRST_ROOM = 256


class Columns:
    """A row a class. A field's values are numbered; a class may have several collections, so each of those has a
    column of its own. Values that differ only in case are one, told as they were written last."""

    def __init__(self) -> None:
        self._room = 0
        self._alive: Mask = np.zeros(0, bool)
        self._codes: dict[str, NDArray[np.int32]] = {}
        self._sorts: dict[str, NDArray[np.float64]] = {}
        self._names: dict[str, dict[str, int]] = {name: {"": 0} for name in FIELDS}
        self._written: dict[str, dict[str, str]] = {name: {} for name in FIELDS}
        self._shelves: dict[str, Mask] = {}
        self._grow(FIRST_ROOM)

    def put(self, row: int, one: FitnessClass) -> None:
        """Write a row."""
        if row >= self._room:
            self._grow(max(self._room * 2, row + 1))
        self._alive[row] = True
        told = {name: self._folded(name, some) for name, some in values(one).items()}
        for name, column in self._codes.items():
            column[row] = self._names[name].setdefault(told[name][0], len(self._names[name]))
        for shelf in told["collection"]:
            self._shelves.setdefault(shelf, np.zeros(self._room, bool))
        for shelf, mask in self._shelves.items():
            mask[row] = shelf in told["collection"]
        self._sorts["newest"][row] = -one.published_at
        self._sorts["shortest"][row] = one.duration_s
        self._sorts["longest"][row] = -one.duration_s
        self._sorts["easiest"][row] = _hardness(one)
        self._sorts["hardest"][row] = -_hardness(one)

    def remove(self, row: int) -> None:
        """Empty a row."""
        self._alive[row] = False

    def rows(self, rows: NDArray[np.int64] | None) -> Mask:
        """A mask of these rows, of all when ``None``."""
        if rows is None:
            return self._alive
        mask = np.zeros(self._room, bool)
        mask[rows] = True
        return mask & self._alive

    def matching(self, query: Query, among: Mask) -> tuple[Mask, dict[str, dict[str, int]]]:
        """The rows among these that are as the query asks, and what each value of each field would bring."""
        asked = {name: self._equal(name, value) for name in FIELDS if (value := getattr(query, name))}
        matching = among.copy()
        for mask in asked.values():
            matching &= mask
        counts = {}
        for name in FIELDS:
            others = matching
            if name in asked:
                others = among.copy()
                for other, mask in asked.items():
                    if other != name:
                        others &= mask
            counts[name] = self._count(name, others)
        return matching, counts

    def ordered(self, matching: Mask, order: str) -> NDArray[np.int64]:
        """The rows of a mask in an order; of two alike the newer first."""
        rows = np.flatnonzero(matching)
        newest = self._sorts["newest"][rows]
        if order in ("best", "newest"):
            return rows[np.argsort(newest, kind="stable")]
        return rows[np.lexsort((newest, self._sorts[order][rows]))]

    def best(self, rows: NDArray[np.int64], scores: NDArray[np.float64]) -> NDArray[np.int64]:
        """These rows by their scores, the highest first; of two alike the newer."""
        return rows[np.lexsort((self._sorts["newest"][rows], -scores))]

    def _folded(self, name: str, some: tuple[str, ...]) -> list[str]:
        """Values as they are compared; how they are written is kept."""
        self._written[name] |= {value.casefold(): value for value in some}
        return [value.casefold() for value in some]

    def _equal(self, name: str, value: str) -> Mask:
        value = value.casefold()
        if name == "collection":
            return self._shelves.get(value, np.zeros(self._room, bool))
        return self._codes[name] == self._names[name].get(value, -1)

    def _count(self, name: str, mask: Mask) -> dict[str, int]:
        if name == "collection":
            found: Mapping[str, int] = {shelf: int((mask & on).sum()) for shelf, on in self._shelves.items()}
        else:
            by_code = np.bincount(self._codes[name][mask], minlength=len(self._names[name]))
            found = {value: int(by_code[code]) for value, code in self._names[name].items() if value}
        return {self._written[name][value]: count for value, count in found.items() if count}

    def _grow(self, room: int) -> None:
        more = room - self._room
        self._alive = np.concatenate([self._alive, np.zeros(more, bool)])
        for name in FIELDS:
            if name != "collection":
                before = self._codes.get(name, np.zeros(0, np.int32))
                self._codes[name] = np.concatenate([before, np.zeros(more, np.int32)])
        for order in ("newest", "shortest", "longest", "easiest", "hardest"):
            self._sorts[order] = np.concatenate([self._sorts.get(order, np.zeros(0)), np.zeros(more)])
        self._shelves = {name: np.concatenate([mask, np.zeros(more, bool)]) for name, mask in self._shelves.items()}
        self._room = room


def _hardness(one: FitnessClass) -> float:
    """The riders' word where there is one, on a scale with the author's."""
    return one.difficulty / 10 * 3 if one.difficulty is not None else float(effort_of(one))
