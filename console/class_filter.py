"""Which classes the library shows: search, filters, order, and what to let go when nothing matches. No Kivy."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

from console.words import _
from sync.search.index import ClassIndex
from sync.search.query import Found, Query

# What the rider reads: what is asked for.
LENGTHS = {"Up to 15 min": "15", "20–30 min": "30", "35–45 min": "45", "60 min and more": "60"}
EFFORTS = {"Easy": "1", "Medium": "2", "Hard": "3"}
ORDERS = {
    "Newest": "newest",
    "Shortest": "shortest",
    "Longest": "longest",
    "Easiest": "easiest",
    "Hardest": "hardest",
}
BEST = "Best match"  # what "Newest" becomes while the rider searches for words
CODED = {"length": LENGTHS, "effort": EFFORTS}
FIELDS = ("length", "kind", "coach", "effort", "music", "collection", "not_taken", "on_tablet", "search")
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class ClassFilter:
    """What the rider asked for; an empty text asks for nothing. ``taken`` and ``elsewhere`` of its methods are the
    classes that the rider has ridden, and those that are not on this tablet."""

    search: str = ""
    length: str = ""
    kind: str = ""
    coach: str = ""
    effort: str = ""
    music: str = ""
    collection: str = ""
    not_taken: bool = False
    on_tablet: bool = False
    order: str = "Newest"

    @property
    def order_words(self) -> str:
        """The order as the rider reads it."""
        return BEST if self.search.strip() and self.order == "Newest" else self.order

    def find(self, index: ClassIndex, taken: Set[str], limit: int = ALL, elsewhere: Set[str] = frozenset()) -> Found:
        """What matches, in the order asked for, without the classes that are not wanted."""
        query = Query(
            text=self.search,
            length=LENGTHS.get(self.length, ""),
            kind=self.kind,
            coach=self.coach,
            effort=EFFORTS.get(self.effort, ""),
            music=self.music,
            collection=self.collection,
            order="best" if self.order_words == BEST else ORDERS[self.order],
            limit=limit,
        )
        none: Set[str] = frozenset()
        return index.search(query, (taken if self.not_taken else none) | (elsewhere if self.on_tablet else none))

    def without(self, field: str) -> ClassFilter:
        """The same without one of the ``FIELDS``."""
        return replace(self, **{field: type(getattr(self, field))()})

    @property
    def asked(self) -> list[str]:
        """The fields by which it filters."""
        return [field for field in FIELDS if getattr(self, field)]

    def least_change(
        self, index: ClassIndex, taken: Set[str], elsewhere: Set[str] = frozenset()
    ) -> tuple[str, int] | None:
        """The one field whose removal brings classes, with how many; of several, the one that brings the fewest
        (it changes least of what was asked). ``None`` when no single removal helps."""
        counts = [(self.without(field).find(index, taken, 0, elsewhere).total, field) for field in self.asked]
        helping = [(count, field) for count, field in counts if count]
        return (min(helping)[1], min(helping)[0]) if helping else None

    def choices(
        self, index: ClassIndex, taken: Set[str], field: str, elsewhere: Set[str] = frozenset()
    ) -> list[tuple[str, int]]:
        """What can be chosen in a field: what any class has, and how many classes each choice would bring with the
        other fields as they are."""
        offered = ClassFilter().find(index, taken, 0).counts[field]
        counts = self.find(index, taken, 0, elsewhere).counts[field]
        words = CODED[field] if field in CODED else {value: value for value in sorted(offered)}
        return [(choice, counts.get(code, 0)) for choice, code in words.items() if code in offered]


def field_words(field: str) -> str:
    """A field as it reads in a sentence."""
    return {
        "length": _("length"),
        "kind": _("type"),
        "coach": _("coach"),
        "effort": _("effort"),
        "music": _("music"),
        "collection": _("collection"),
        "not_taken": _("“not taken”"),
        "on_tablet": _("“on tablet”"),
        "search": _("search"),
    }[field]
