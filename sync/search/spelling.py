"""The words that somebody may have meant."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4  # letters; a shorter word with a fault could be any
TWO_FAULTS = 8  # letters from which two faults are forgiven
MEANT = 6  # words that one may stand for


class Vocabulary:
    """The words of all classes, counted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._sorted: list[str] | None = None

    def add(self, words: Iterable[str]) -> None:
        """Count words in."""
        self._counts.update(words)
        self._sorted = None

    def remove(self, words: Iterable[str]) -> None:
        """Count words out."""
        self._counts.subtract(words)
        self._sorted = None

    @property
    def words(self) -> list[str]:
        """All words, in order."""
        if self._sorted is None:
            self._counts = +self._counts
            self._sorted = sorted(self._counts)
        return self._sorted

    def begins(self, start: str) -> bool:
        """Whether any word begins so."""
        place = bisect_left(self.words, start)
        return place < len(self.words) and self.words[place].startswith(start)

    def meant(self, word: str, near: Callable[[str], Iterable[str] | None] = lambda word: None) -> list[str]:
        """The words that lie near one: one fault away (two in long words), where a fault is a letter too many, too few
        or wrong, or two that changed places. The nearest first, the commoner of two as near. ``near(word)`` may spare
        a look at all words: it tells those that come into question, among others perhaps that are not here."""
        if len(word) < SHORTEST:
            return []
        told, known = near(word), self.words
        if told is not None:
            known = sorted(other for other in told if self._counts[other] > 0)
        faults = 2 if len(word) >= TWO_FAULTS else 1
        found = process.extract(word, known, scorer=OSA.distance, score_cutoff=faults, limit=None)
        found.sort(key=lambda one: (one[1], -self._counts[one[0]]))
        return [other for other, _, _ in found[:MEANT]]
