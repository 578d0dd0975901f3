"""The words that somebody may have meant."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST = 4  # letters; a shorter word with a fault could be any
SHORTEST_BEGUN = 5  # the same, of a word that is still being typed: many more begin like it
TWO_FAULTS = 8  # letters from which two faults are forgiven
MEANT = 6  # words that one may stand for


class Vocabulary:
    """The words of all classes, counted."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._sorted: list[str] | None = None
        self._starts: dict[int, list[str]] = {}  # by their length

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
            self._starts = {}
        return self._sorted

    def begins(self, start: str) -> bool:
        """Whether any word begins so."""
        place = bisect_left(self.words, start)
        return place < len(self.words) and self.words[place].startswith(start)

    def meant(self, word: str, near: Callable[[str], Iterable[str] | None] = lambda word: None) -> list[str]:
        """The words that lie near one: one fault away (two in long words), where a fault is a letter too many, too few
        or wrong, or two that changed places; after them those whose beginning lies near it. The nearest first, the
        commoner of two as near. ``near(word)`` may spare a look at all whole words: it tells those that come into
        question, among others perhaps that are not here."""
        if len(word) < SHORTEST:
            return []
        told, known = near(word), self.words
        if told is not None:
            known = sorted(other for other in told if self._counts[other] > 0)
        faults = 2 if len(word) >= TWO_FAULTS else 1
        whole = {other: distance for other, distance, _ in _near(word, known, faults)}
        found = self._nearest(whole)
        if len(found) < MEANT and len(word) >= SHORTEST_BEGUN:
            found += self._nearest({one: far for one, far in self._begun(word, faults).items() if one not in whole})
        return found[:MEANT]

    def _nearest(self, distances: dict[str, int]) -> list[str]:
        return sorted(distances, key=lambda one: (distances[one], -self._counts[one], one))

    def _begun(self, word: str, faults: int) -> dict[str, int]:
        """The words whose beginning lies near: as long as what was typed, or a letter longer or shorter."""
        found: dict[str, int] = {}
        for length in range(len(word) - 1, len(word) + 2):
            for start, distance, _ in _near(word, self._starts_of(length), faults):
                for other in self._words_from(start):
                    found[other] = min(distance, found.get(other, distance))
        return found

    def _starts_of(self, length: int) -> list[str]:
        """What words begin with, in so many letters."""
        words = self.words
        if length not in self._starts:
            self._starts[length] = list(dict.fromkeys(word[:length] for word in words if len(word) >= length))
        return self._starts[length]

    def _words_from(self, start: str) -> Iterator[str]:
        words = self.words
        place = bisect_left(words, start)
        while place < len(words) and words[place].startswith(start):
            yield words[place]
            place += 1


def _near(word: str, known: list[str], faults: int) -> list[tuple[str, int, int]]:
    return process.extract(word, known, scorer=OSA.distance, score_cutoff=faults, limit=None)
