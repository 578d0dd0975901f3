"""Which classes the library shows: search, filters, order, and what to let go when nothing matches. No Kivy."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from console.words import _
from sync.records import FitnessClass

LENGTHS: dict[str, tuple[int, int]] = {
    "Up to 15 min": (0, 17 * 60),
    "20–30 min": (17 * 60, 32 * 60),
    "35–45 min": (32 * 60, 50 * 60),
    "60 min and more": (50 * 60, 10**6),
}
EFFORTS = {"Easy": 1, "Medium": 2, "Hard": 3}
ORDERS = {
    "Newest": lambda one: -one.published_at,
    "Shortest": lambda one: one.duration_s,
    "Longest": lambda one: -one.duration_s,
    "Easiest": lambda one: one.effort,
    "Hardest": lambda one: -one.effort,
}
FIELDS = ("length", "kind", "coach", "effort", "music", "not_taken", "search")


@dataclass(frozen=True, slots=True)
class ClassFilter:
    """What the rider asked for; an empty text asks for nothing."""

    search: str = ""
    length: str = ""
    kind: str = ""
    coach: str = ""
    effort: str = ""
    music: str = ""
    not_taken: bool = False
    order: str = "Newest"

    def matches(self, one: FitnessClass, taken: Set[str]) -> bool:
        """Whether a class is what was asked for."""
        low, high = LENGTHS.get(self.length, (0, 10**9))
        return (
            low <= one.duration_s < high
            and all(not asked or asked == value for asked, value in self._texts(one))
            and not (self.not_taken and one.id in taken)
            and self.search.strip().casefold() in _searchable(one)
        )

    def _texts(self, one: FitnessClass) -> list[tuple[object, object]]:
        return [
            (self.kind, one.kind),
            (self.coach, one.coach),
            (self.music, one.music),
            (EFFORTS.get(self.effort), one.effort),
        ]

    def apply(self, classes: Sequence[FitnessClass], taken: Set[str]) -> list[FitnessClass]:
        """The classes that match, in the order asked for."""
        return sorted((one for one in classes if self.matches(one, taken)), key=ORDERS[self.order])

    def without(self, field: str) -> ClassFilter:
        """The same without one of the ``FIELDS``."""
        return replace(self, **{field: type(getattr(self, field))()})

    @property
    def asked(self) -> list[str]:
        """The fields by which it filters."""
        return [field for field in FIELDS if getattr(self, field)]

    def least_change(self, classes: Sequence[FitnessClass], taken: Set[str]) -> tuple[str, int] | None:
        """The one field whose removal brings classes, with how many; of several, the one that brings the fewest
        (it changes least of what was asked). ``None`` when no single removal helps."""
        counts = [(len(self.without(field).apply(classes, taken)), field) for field in self.asked]
        helping = [(count, field) for count, field in counts if count]
        return (min(helping)[1], min(helping)[0]) if helping else None


def choices(classes: Sequence[FitnessClass], field: str) -> list[str]:
    """What can be chosen in a field: only what some class has."""
    if field == "length":
        return [name for name in LENGTHS if any(ClassFilter(length=name).matches(one, set()) for one in classes)]
    if field == "effort":
        return [name for name, effort in EFFORTS.items() if any(one.effort == effort for one in classes)]
    return sorted({getattr(one, field) for one in classes} - {""})


def _searchable(one: FitnessClass) -> str:
    return " ".join((one.title, one.coach, one.kind, one.music, one.description)).casefold()


def field_words(field: str) -> str:
    """A field as it reads in a sentence."""
    return {
        "length": _("length"),
        "kind": _("type"),
        "coach": _("coach"),
        "effort": _("effort"),
        "music": _("music"),
        "not_taken": _("“not taken”"),
        "search": _("search"),
    }[field]
