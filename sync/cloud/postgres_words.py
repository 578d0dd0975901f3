"""Words in PostgreSQL's full-text search: https://www.postgresql.org/docs/15/textsearch.html

Clouds that share a database share these tables. A row is named by what is in it, so that it can be put any number of
times and never changes; which rows are its own each cloud knows by itself, and of others it sees nothing. None deletes
a row because a class is gone for it: rows that nobody has put for a week go. The tables hold nothing that is not in the
classes, and may be dropped; who changes them gives them another number.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from sync.cloud.database import Database, Rows, transaction
from sync.cloud.errors import StoreFailed
from sync.search.word_table import NOTHING, RANKED, Entry, Fits, Text

log = logging.getLogger(__name__)

TABLES = (
    """CREATE TABLE IF NOT EXISTS class_words_1 (
           no BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
           key BYTEA NOT NULL UNIQUE,
           words TSVECTOR NOT NULL,
           put_at TIMESTAMPTZ NOT NULL DEFAULT now())""",
    # Without its list of what is to be sorted in later, which every question would read.
    "CREATE INDEX IF NOT EXISTS class_words_1_words ON class_words_1 USING gin (words) WITH (fastupdate = off)",
    """CREATE TABLE IF NOT EXISTS class_vocabulary_1 (
           word TEXT PRIMARY KEY,
           put_at TIMESTAMPTZ NOT NULL DEFAULT now())""",
)
# https://www.postgresql.org/docs/15/pgtrgm.html. Letters that changed places leave short words little in common, far
# less than the 0.3 at which trigrams begin to count; the threshold is the function's, so that no connection lacks it.
TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS class_vocabulary_1_near ON class_vocabulary_1 USING gin (word gin_trgm_ops)",
    """CREATE OR REPLACE FUNCTION class_words_near_1(asked TEXT) RETURNS SETOF TEXT LANGUAGE sql STABLE
       SET pg_trgm.similarity_threshold = 0.1 AS 'SELECT word FROM class_vocabulary_1 WHERE word % asked'""",
)
# One program at a time makes the tables; the number is nobody else's.
LOCK = "SELECT pg_advisory_xact_lock(7202612)"

FRESH, KEPT = "interval '1 day'", "interval '7 days'"
SWEEP_EVERY_S = 3600.0
KNOWN = f"SELECT key, no FROM class_words_1 WHERE key = ANY(?) AND put_at > now() - {FRESH}"
PUT_TEXTS = """
INSERT INTO class_words_1 (key, words)
SELECT key, words::tsvector FROM unnest(?::bytea[], ?::text[]) AS given (key, words)
ON CONFLICT (key) DO UPDATE SET put_at = now() RETURNING key, no
"""
PUT_VOCABULARY = f"""
INSERT INTO class_vocabulary_1 AS kept (word) SELECT unnest(?::text[])
ON CONFLICT (word) DO UPDATE SET put_at = now() WHERE kept.put_at < now() - {FRESH}
"""
SWEEPS = [f"DELETE FROM {table} WHERE put_at < now() - {KEPT}" for table in ("class_words_1", "class_vocabulary_1")]

# How much a word counts where it stands: what title, coach, the next four and the last two of a Text are to
# PostgreSQL, and what D, C, B and A count.
PLACES = "ABCCCCDD"
WEIGHTS = [0.1, 0.4, 0.6, 1.0]
# https://www.postgresql.org/docs/15/textsearch-limitations.html
LAST_POSITION = 16383
MOST_BYTES = 1_000_000  # of words; what comes after them is not found
SHORTER_IS_BETTER = 1  # a rank is divided by 1 + the logarithm of the text's length
MATCH = "SELECT string_agg(no::text, ',') FROM class_words_1 WHERE words @@ ?::tsquery"
RANK = f"""
SELECT no, ts_rank(?::real[], words, ?::tsquery, {SHORTER_IS_BETTER}) FROM class_words_1 WHERE words @@ ?::tsquery
"""


class PostgresWords:
    """A :class:`sync.search.word_table.WordTable` in a database, which is its own. Every verb raises
    :class:`StoreFailed`; a row is mentioned after it was put."""

    def __init__(self, db: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._db, self._clock = db, clock
        self._numbers: dict[int, int] = {}  # PostgreSQL's, by our rows
        self._rows: dict[int, int] = {}  # and the other way round
        self._sorted: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._make(TABLES)
        self._has_trigrams = self._make_trigrams()
        self._sweep()

    def put(self, entries: Sequence[Entry]) -> None:
        """Keep these; what is kept already stays."""
        keyed = sorted((_key(entry), entry) for entry in entries)  # in one order, lest two programs lock each other out
        known = dict(self._ask(KNOWN, ([key for key, _ in keyed],)).fetchall())
        if fresh := [(key, entry.text) for key, entry in keyed if key not in known]:
            vocabulary = {word for _, text in fresh for part in text for word in part.split()}
            self._ask(PUT_VOCABULARY, (sorted(vocabulary),))
            vectors = [_vector(text) for _, text in fresh]
            known |= dict(self._ask(PUT_TEXTS, ([key for key, _ in fresh], vectors)).fetchall())
        for key, entry in keyed:
            self._forget(entry.row)
            self._numbers[entry.row], self._rows[known[key]] = known[key], entry.row
        self._sorted = None

    def remove(self, rows: Iterable[int]) -> None:
        """Forget these, and delete what nobody has kept for long."""
        for row in rows:
            self._forget(row)
        self._sorted = None
        if self._clock() >= self._swept_at + SWEEP_EVERY_S:
            self._sweep()

    def match(self, choices: Sequence[Sequence[str]]) -> Fits:
        """The rows that have, of each group, a word that begins like one of the group."""
        asked = " & ".join("(" + " | ".join(f"'{word}':*" for word in group) + ")" for group in choices)
        told = self._ask(MATCH, (asked,)).fetchone()[0]
        _, rows = self._ours(np.fromstring(told or "", np.int64, sep=","))
        if len(rows) > RANKED or not len(rows):
            return Fits(rows, None) if len(rows) else NOTHING
        ranked = self._ask(RANK, (WEIGHTS, asked, asked)).fetchall()
        here, rows = self._ours(np.array([no for no, _ in ranked], np.int64))
        return Fits(rows, np.array([rank for _, rank in ranked], np.float64)[here])

    def near(self, word: str) -> list[str] | None:
        """Words that have some letters in a row in common with it; ``None`` where trigrams are not to be had: letters
        that are not English have none in a database whose locale is C."""
        if not (self._has_trigrams and word.isascii()):
            return None
        return [found for (found,) in self._ask("SELECT class_words_near_1(?)", (word,))]

    def close(self) -> None:
        """Let the database go."""
        self._db.close()

    def _ours(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
        """Which of these are ours, and those as rows."""
        if self._sorted is None:
            known = sorted(self._rows.items())
            self._sorted = (np.array([no for no, _ in known], np.int64), np.array([row for _, row in known], np.int64))
        all_numbers, all_rows = self._sorted
        if not len(all_numbers):
            return np.zeros(len(numbers), bool), all_rows
        at = np.searchsorted(all_numbers, numbers).clip(max=len(all_numbers) - 1)
        here = all_numbers[at] == numbers
        return here, all_rows[at[here]]

    def _forget(self, row: int) -> None:
        number = self._numbers.pop(row, None)
        if number is not None and self._rows.get(number) == row:
            del self._rows[number]

    def _sweep(self) -> None:
        self._swept_at = self._clock()
        for sweep in SWEEPS:
            self._db.execute(sweep)

    def _make(self, statements: Iterable[str]) -> None:
        with transaction(self._db):
            self._db.execute(LOCK)
            for statement in statements:
                self._db.execute(statement)

    def _make_trigrams(self) -> bool:
        try:
            self._make(TRIGRAMS)
        except StoreFailed as error:
            log.warning("faults in searched words are forgiven without pg_trgm, at the cost of some time: %s", error)
            return False
        return True

    def _ask(self, query: str, values: Sequence[object]) -> Rows:
        """A query that may be asked twice: a server that was restarted is only noticed by asking it."""
        try:
            return self._db.execute(query, values)
        except StoreFailed:
            return self._db.execute(query, values)


def _key(entry: Entry) -> bytes:
    return blake2b(repr((entry.class_id, entry.text)).encode(), digest_size=16).digest()


def _vector(text: Text) -> str:
    """A text in the form of a tsvector. Words hold nothing but letters and digits: there is nothing to quote."""
    found: dict[str, list[str]] = {}
    size = 0
    every = ((place, word) for place, part in zip(PLACES, text, strict=True) for word in part.split())
    for position, (place, word) in enumerate(every, start=1):
        size += len(word.encode()) + 4
        if size > MOST_BYTES:
            break
        found.setdefault(word, []).append(f"{min(position, LAST_POSITION)}{place}")
    return " ".join(f"{word}:{','.join(places)}" for word, places in found.items())
