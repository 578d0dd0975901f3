"""The index of all classes: a table of their words, and columns for what else they are.

Words are found by their beginnings. A word that no class has is read as those that lie near it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Set
from itertools import islice
from typing import TypeVar

from sync.records import FitnessClass
from sync.search.columns import Columns
from sync.search.fts5 import Fts5Table
from sync.search.query import Found, Query
from sync.search.spelling import Vocabulary
from sync.search.word_table import NOTHING, Entry, Fits, Text, WordTable, text_of
from sync.search.words import MOST, words

AT_ONCE = 100  # classes taken in while who searches waits

T = TypeVar("T")


class ClassIndex:
    """Of classes. May be asked and changed from any thread. Raises what its table raises, and is then as it was or
    has a part of the change: make the change again."""

    def __init__(self, classes: Iterable[FitnessClass] = (), table: WordTable | None = None) -> None:
        self._table: WordTable = table or Fts5Table()
        self._lock = threading.Lock()
        self._ids: list[str] = []  # by row
        self._rows: dict[str, int] = {}
        self._texts: dict[str, Text] = {}
        self._columns = Columns()
        self._vocabulary = Vocabulary()
        self.put(classes)

    def close(self) -> None:
        """Free it."""
        with self._lock:
            self._table.close()

    def put(self, classes: Iterable[FitnessClass]) -> None:
        """Take classes in, also such as have changed."""
        for some in _portions(classes):
            texts = [(one, text_of(one)) for one in some]
            with self._lock:
                self._put({one.id: (one, text) for one, text in texts})

    def remove(self, ids: Iterable[str]) -> None:
        """Take classes out."""
        with self._lock:
            gone = [class_id for class_id in ids if class_id in self._rows]
            if gone:
                self._table.remove([self._rows[class_id] for class_id in gone])
            for class_id in gone:
                self._forget(class_id)

    def replace(self, classes: Iterable[FitnessClass]) -> None:
        """Have these classes, and no others."""
        classes = list(classes)
        self.remove(self._rows.keys() - {one.id for one in classes})
        self.put(classes)

    def renew(self) -> None:
        """Have the table keep all words once more: one that is shared with others forgets what nobody asks for."""
        with self._lock:
            ids = list(self._rows)
        for some in _portions(ids):
            with self._lock:
                self._table.put([Entry(self._rows[one], one, self._texts[one]) for one in some if one in self._rows])

    def search(self, query: Query, without: Set[str] = frozenset()) -> Found:
        """What the query asks for, without these classes."""
        with self._lock:
            fits, read_as = self._fits(query.text)
            among = self._columns.rows(fits.rows if fits else None)
            hidden = [self._rows[class_id] for class_id in without if class_id in self._rows]
            if hidden:
                among = among.copy()
                among[hidden] = False
            matching, counts = self._columns.matching(query, among)
            if query.order == "best" and fits and fits.scores is not None:
                kept = matching[fits.rows]
                ordered = self._columns.best(fits.rows[kept], fits.scores[kept]).tolist()
            else:
                ordered = self._columns.ordered(matching, query.order).tolist()
            page = ordered[query.offset : query.offset + query.limit]
            return Found(tuple(self._ids[row] for row in page), len(ordered), counts, read_as)

    def _put(self, classes: dict[str, tuple[FitnessClass, Text]]) -> None:
        texts = {class_id: text for class_id, (_, text) in classes.items() if self._texts.get(class_id) != text}
        fresh = [Entry(row, *text) for row, text in enumerate(texts.items(), start=len(self._ids))]
        if fresh:  # the table first: should it fail, nothing has changed here
            self._table.put(fresh)
        if replaced := [self._rows[class_id] for class_id in texts if class_id in self._rows]:
            self._table.remove(replaced)
        for row, class_id, text in fresh:
            if class_id in self._rows:
                self._forget(class_id)
            self._ids.append(class_id)
            self._rows[class_id], self._texts[class_id] = row, text
            self._vocabulary.add(" ".join(text).split())
        for one, _ in classes.values():
            self._columns.put(self._rows[one.id], one)

    def _forget(self, class_id: str) -> None:
        self._columns.remove(self._rows.pop(class_id))
        self._vocabulary.remove(" ".join(self._texts.pop(class_id)).split())

    def _fits(self, text: str) -> tuple[Fits | None, str | None]:
        """What has the words, and the words that were looked for instead; ``None`` for no words."""
        asked = words(text)[:MOST]
        if not asked:
            return None, None
        if all(self._vocabulary.begins(word) for word in asked):
            fits = self._table.match([[word] for word in asked])
            if len(fits.rows):
                return fits, None
        meant = [self._meant(word) for word in asked]
        if not all(meant):
            return NOTHING, None
        best = [choices[0] for choices in meant]
        return self._table.match(meant), " ".join(best) if best != asked else None

    def _meant(self, word: str) -> list[str]:
        if self._vocabulary.begins(word):
            return [word]
        return self._vocabulary.meant(word, self._table.near)


def _portions(every: Iterable[T]) -> Iterator[list[T]]:
    left = iter(every)
    while some := list(islice(left, AT_ONCE)):
        yield some
