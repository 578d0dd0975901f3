"""The index of all classes: SQLite's FTS5 for the words, columns for the rest. In memory: it is made anew at a start.

Words are found by their beginnings. A word that no class has is read as those that lie near it.
https://www.sqlite.org/fts5.html
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Set

import numpy as np
from numpy.typing import NDArray

from sync.records import FitnessClass
from sync.search.columns import Columns
from sync.search.query import Found, Query
from sync.search.spelling import Vocabulary
from sync.search.words import MOST, words

TABLE = """
CREATE VIRTUAL TABLE classes USING fts5 (
    title, coach, kind, music, collections, songs, description, segments,
    content = '', tokenize = 'unicode61', prefix = '2 3'
)
"""
# How much a word counts where it stands: in the title ten times as much as in the description.
WEIGHTS = "10, 6, 4, 3, 4, 3, 1, 1"
Rows = NDArray[np.int64]

RANKED = 2000  # of more matches than this none fits better than others: the newest come first


class ClassIndex:
    """Of classes. May be asked and changed from any thread."""

    def __init__(self, classes: Iterable[FitnessClass] = ()) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(TABLE)
        self._lock = threading.Lock()
        self._ids: list[str] = []  # by row
        self._rows: dict[str, int] = {}
        self._texts: dict[str, tuple[str, ...]] = {}
        self._columns = Columns()
        self._vocabulary = Vocabulary()
        self.put(classes)

    def close(self) -> None:
        """Free it."""
        self._db.close()

    def put(self, classes: Iterable[FitnessClass]) -> None:
        """Take classes in, also such as have changed."""
        for one in classes:
            with self._lock:  # for each alone: who searches meanwhile does not wait for all of them
                self._put(one)

    def remove(self, ids: Iterable[str]) -> None:
        """Take classes out."""
        with self._lock:
            for class_id in ids:
                self._forget_words(class_id)
                row = self._rows.pop(class_id, None)
                if row is not None:
                    self._columns.remove(row)

    def replace(self, classes: Iterable[FitnessClass]) -> None:
        """Have these classes, and no others."""
        classes = list(classes)
        self.remove(self._rows.keys() - {one.id for one in classes})
        self.put(classes)

    def search(self, query: Query, without: Set[str] = frozenset()) -> Found:
        """What the query asks for, without these classes."""
        with self._lock:
            rows, read_as = self._rows_of(query.text)
            among = self._columns.rows(rows)
            hidden = [self._rows[class_id] for class_id in without if class_id in self._rows]
            if hidden:
                among = among.copy()
                among[hidden] = False
            matching, counts = self._columns.matching(query, among)
            if query.order == "best" and rows is not None and len(rows) <= RANKED:
                ordered = rows[matching[rows]].tolist()
            else:
                ordered = self._columns.ordered(matching, query.order).tolist()
            page = ordered[query.offset : query.offset + query.limit]
            return Found(tuple(self._ids[row] for row in page), len(ordered), counts, read_as)

    def _put(self, one: FitnessClass) -> None:
        text = _text(one)
        row = self._rows.get(one.id)
        if row is None or self._texts[one.id] != text:
            self._forget_words(one.id)
            if row is not None:
                self._columns.remove(row)
            row = self._rows[one.id] = len(self._ids)
            self._ids.append(one.id)
            self._texts[one.id] = text
            self._db.execute("INSERT INTO classes (rowid, title, coach, kind, music, collections, songs, description,"
                             " segments) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (row, *text))  # fmt: skip
            self._vocabulary.add(" ".join(text).split())
        self._columns.put(row, one)

    def _forget_words(self, class_id: str) -> None:
        # The row stays in FTS5, which has no cheap way to delete without the content; its column says it is gone.
        if class_id in self._texts:
            self._vocabulary.remove(" ".join(self._texts.pop(class_id)).split())

    def _rows_of(self, text: str) -> tuple[Rows | None, str | None]:
        """The rows that have the words, the best first; ``None`` for no words."""
        asked = words(text)[:MOST]
        if not asked:
            return None, None
        if all(self._vocabulary.begins(word) for word in asked):
            rows = self._match([[word] for word in asked])
            if len(rows):
                return rows, None
        meant = [self._meant(word) for word in asked]
        if not all(meant):
            return np.array([], np.int64), None
        best = [choices[0] for choices in meant]
        return self._match(meant), " ".join(best) if best != asked else None

    def _meant(self, word: str) -> list[str]:
        return [word] if self._vocabulary.begins(word) else self._vocabulary.meant(word)

    def _match(self, choices: list[list[str]]) -> Rows:
        groups = ["(" + " OR ".join(f'"{word}" *' for word in group) + ")" for group in choices]
        match = " AND ".join(groups)
        # All rows as one text: tens of thousands of them are read twice as fast as one by one.
        told = self._db.execute("SELECT group_concat(rowid) FROM classes WHERE classes MATCH ?", (match,)).fetchone()[0]
        rows = np.fromstring(told or "", np.int64, sep=",")
        if len(rows) > RANKED:
            return rows
        ranked = f"SELECT rowid FROM classes WHERE classes MATCH ? ORDER BY bm25(classes, {WEIGHTS}), rowid DESC"
        return np.array([row for (row,) in self._db.execute(ranked, (match,))], np.int64)


def _text(one: FitnessClass) -> tuple[str, ...]:
    """The words of a class by where they stand, in the order of the table's columns."""
    songs = [f"{song.title} {song.artist}" for segment in one.segments for song in segment.songs]
    fields = (
        one.title,
        one.coach,
        one.kind,
        one.music,
        " ".join(one.collections),
        " ".join(songs),
        one.description,
        " ".join(segment.name for segment in one.segments),
    )
    return tuple(" ".join(words(text)) for text in fields)
