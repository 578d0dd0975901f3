"""What can be asked of the classes, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sync.records import FitnessClass

# By the class's length in minutes; a class is a little longer or shorter than its name says.
LENGTHS: dict[str, tuple[int, int]] = {
    "15": (0, 17 * 60),
    "30": (17 * 60, 32 * 60),
    "45": (32 * 60, 50 * 60),
    "60": (50 * 60, 10**9),
}
FIELDS = ("length", "kind", "coach", "effort", "music", "collection")
ORDERS = ("best", "newest", "shortest", "longest", "easiest", "hardest")
PAGE = 50
RATED = 3  # riders whose word on a class's difficulty counts for more than its author's


@dataclass(frozen=True, slots=True)
class Query:
    """An empty field asks for nothing. ``length`` is one of ``LENGTHS``, ``effort`` 1 to 3 as text. The order "best" is
    by how well the words fit, and the newest first where there are none."""

    text: str = ""
    length: str = ""
    kind: str = ""
    coach: str = ""
    effort: str = ""
    music: str = ""
    collection: str = ""
    order: str = "best"
    offset: int = 0
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class Found:
    """``ids`` is the page that was asked for, of ``total``. ``counts`` tells for each field how many classes each of
    its values would bring with the other fields as they are. ``read_as`` are the words that were looked for instead,
    where nothing has those of the question."""

    ids: tuple[str, ...]
    total: int
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    read_as: str | None = None


def length_of(duration_s: int) -> str:
    """The one of ``LENGTHS`` that a class belongs to."""
    return next(name for name, (low, high) in LENGTHS.items() if low <= duration_s < high)


def effort_of(one: FitnessClass) -> int:
    """1 to 3: the riders' word where enough of them rated it (1 to 10), else its author's."""
    if one.difficulty is not None and one.ratings >= RATED:
        return 1 if one.difficulty < 4 else 2 if one.difficulty < 7 else 3
    return one.effort


def values(one: FitnessClass) -> dict[str, tuple[str, ...]]:
    """What a class is, field by field."""
    return {
        "length": (length_of(one.duration_s),),
        "kind": (one.kind,),
        "coach": (one.coach,),
        "effort": (str(effort_of(one)),),
        "music": (one.music,),
        "collection": one.collections,
    }
