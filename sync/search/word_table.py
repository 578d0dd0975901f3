"""The door to whatever finds classes by their words: a table of words, a row a class. There are two: SQLite's
(:mod:`sync.search.fts5`) and, in the cloud, PostgreSQL's (:mod:`sync.cloud.postgres_words`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from sync.records import FitnessClass
from sync.search.words import words

RANKED = 2000  # of more matches than this none fits better than others

Text = tuple[str, ...]
"""The words of a class, plain, by where they stand: title, coach, kind, music, collections, songs, description,
segments."""


class Entry(NamedTuple):
    """What a table is given to keep. A row is never used again for other words."""

    row: int
    class_id: str
    text: Text


class Fits(NamedTuple):
    """Rows, and how well each fits (more is better); ``None`` when there are more than ``RANKED``. There may be rows
    among them that were removed."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64] | None


NOTHING = Fits(np.array([], np.int64), np.array([], np.float64))


class WordTable(Protocol):
    """For one thread at a time. Words are :func:`sync.search.words.words` of a text."""

    def put(self, entries: Sequence[Entry]) -> None:
        """Keep these; what is kept already stays."""

    def remove(self, rows: Iterable[int]) -> None:
        """Forget these."""

    def match(self, choices: Sequence[Sequence[str]]) -> Fits:
        """The rows that have, of each group, a word that begins like one of the group."""

    def near(self, word: str) -> Iterable[str] | None:
        """Words that may be what was meant by one, those with one fault surely among them; ``None``: look at all."""

    def close(self) -> None:
        """Free it."""


def text_of(one: FitnessClass) -> Text:
    """The words of a class by where they stand."""
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
