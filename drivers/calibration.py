"""Reading a bike's calibration table, entry by entry, over a line that may be damaged. No I/O, no clock."""

from __future__ import annotations

from collections import Counter

from drivers.resistance import ENTRIES, ResistanceTable


class TableReading:
    """One attempt at the table: ask for ``index``, then say what became of it, until ``table`` is there.

    A sum of bytes does not see every damage, and a reply does not say which entry it is. So one reading of each entry
    is enough only while the line is faultless; from the first damage on every entry must be read twice alike.
    """

    def __init__(self) -> None:
        self.doubtful = False
        self._heard: list[Counter[float]] = [Counter() for _ in range(ENTRIES)]
        self.index = 0  # the entry to ask for next
        self.misses = 0  # questions in a row that stayed unanswered

    def hear(self, counts: float) -> None:
        """The bike's answer about ``index``."""
        self._heard[self.index][counts] += 1
        self.misses = 0
        self._advance()

    def miss(self) -> None:
        """``index`` stayed unanswered."""
        self.misses += 1
        self._advance()

    def doubt(self) -> None:
        """Damaged bytes were seen."""
        self.doubtful = True

    def table(self) -> ResistanceTable | None:
        """The table, ``None`` while entries are missing. Raises :class:`ValueError` when it cannot be a bike's."""
        counts = [self._sure(index) for index in range(ENTRIES)]
        known = [count for count in counts if count is not None]
        return ResistanceTable(known) if len(known) == ENTRIES else None

    def _advance(self) -> None:
        """Go on to the next entry that is not sure."""
        for step in range(1, ENTRIES + 1):
            index = (self.index + step) % ENTRIES
            if self._sure(index) is None:
                self.index = index
                return

    def _sure(self, index: int) -> float | None:
        """The counts of an entry that enough readings agree on."""
        ranked = self._heard[index].most_common(2)
        if not ranked or ranked[0][1] < (2 if self.doubtful else 1):
            return None
        return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else None
