"""Words in SQLite's FTS5, in memory: made anew at a start. https://www.sqlite.org/fts5.html"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from sync.search.word_table import RANKED, Entry, Fits

TABLE = """
CREATE VIRTUAL TABLE classes USING fts5 (
    title, coach, kind, music, collections, songs, description, segments,
    content = '', tokenize = 'unicode61', prefix = '2 3'
)
"""
INSERT = """
INSERT INTO classes (rowid, title, coach, kind, music, collections, songs, description, segments)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
# How much a word counts where it stands: in the title ten times as much as in the description.
WEIGHTS = "10, 6, 4, 3, 4, 3, 1, 1"


class Fts5Table:
    """A :class:`sync.search.word_table.WordTable`; any thread may use it, one at a time."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute(TABLE)
        self._kept: set[int] = set()

    def put(self, entries: Sequence[Entry]) -> None:
        """Keep these; what is kept already stays."""
        fresh = [entry for entry in entries if entry.row not in self._kept]
        self._db.executemany(INSERT, [(entry.row, *entry.text) for entry in fresh])
        self._kept.update(entry.row for entry in fresh)

    def remove(self, rows: Iterable[int]) -> None:
        """Nothing: the rows stay, as FTS5 has no cheap way to delete without the content."""

    def match(self, choices: Sequence[Sequence[str]]) -> Fits:
        """The rows that have, of each group, a word that begins like one of the group."""
        groups = ["(" + " OR ".join(f'"{word}" *' for word in group) + ")" for group in choices]
        match = " AND ".join(groups)
        # All rows as one text: tens of thousands of them are read twice as fast as one by one.
        told = self._db.execute("SELECT group_concat(rowid) FROM classes WHERE classes MATCH ?", (match,)).fetchone()[0]
        rows = np.fromstring(told or "", np.int64, sep=",")
        if len(rows) > RANKED:
            return Fits(rows, None)
        ranked = f"SELECT rowid, -bm25(classes, {WEIGHTS}) FROM classes WHERE classes MATCH ? ORDER BY rowid"
        scored = self._db.execute(ranked, (match,)).fetchall()
        return Fits(np.array([row for row, _ in scored], np.int64), np.array([score for _, score in scored]))

    def near(self, word: str) -> None:
        """Has no such list."""

    def close(self) -> None:
        """Free it."""
        self._db.close()
