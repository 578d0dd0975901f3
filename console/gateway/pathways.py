"""How well each pathway serves, and which one is asked next. Pure: time is passed in.

Trouble counts against a pathway; too much of it and the pathway rests, longer each time. When the rest is over it is
*on probation*: it is asked again only when that can be afforded, and one good piece brings it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

REST_S = (10.0, 20.0, 40.0, 80.0, 160.0, 300.0)
REST_AT = 2.0  # of the weight below
FORGET_S = 60.0  # in which trouble loses half its weight
PROVEN = 8  # pieces in a row after which the next rest is a short one again


class Trouble(Enum):
    """What can be wrong with a piece, or with the asking."""

    UNREACHABLE = "unreachable"
    LATE = "late"
    CUT = "cut"
    SHORT = "short"  # or too long: not of the length that was told
    WRONG = "wrong"  # not what its hash says
    MISSING = "missing"  # 404, 410
    BUSY = "busy"  # 429, 5xx
    REFUSED = "refused"  # every other 4xx, and what leads elsewhere


# One missing piece may be just that; a pathway that lies or does not answer is left at once.
WEIGHT = {
    Trouble.UNREACHABLE: 2.0,
    Trouble.LATE: 2.0,
    Trouble.CUT: 1.0,
    Trouble.SHORT: 1.0,
    Trouble.WRONG: 2.0,
    Trouble.MISSING: 1.0,
    Trouble.BUSY: 1.0,
    Trouble.REFUSED: 1.0,
}


class Standing(Enum):
    """How a pathway stands."""

    GOOD = "good"
    PROBATION = "probation"  # rested; nobody knows yet whether it is well again
    RESTING = "resting"


@dataclass(slots=True)
class _Health:
    weight: float = 0.0
    at_s: float = 0.0
    rests: int = 0
    rested_until_s: float | None = None  # None: good
    in_a_row: int = 0
    rate: float | None = None

    def standing(self, now_s: float) -> Standing:
        if self.rested_until_s is None:
            return Standing.GOOD
        return Standing.RESTING if now_s < self.rested_until_s else Standing.PROBATION

    def fail(self, now_s: float, weight: float) -> None:
        before = self.standing(now_s)
        faded = 0.5 ** (max(now_s - self.at_s, 0.0) / FORGET_S)
        self.weight, self.at_s, self.in_a_row = self.weight * faded + weight, now_s, 0
        if before is Standing.PROBATION or (before is Standing.GOOD and self.weight >= REST_AT):
            self.rested_until_s = now_s + REST_S[min(self.rests, len(REST_S) - 1)]
            self.rests += 1

    def succeed(self, now_s: float) -> None:
        self.in_a_row += 1
        self.rested_until_s, self.weight = None, self.weight / 2
        if self.in_a_row >= PROVEN:
            self.rests, self.weight = 0, 0.0


@dataclass(slots=True)
class Pathways:
    """The pathways of one class by name, best first as given or as :meth:`prioritise` last said."""

    names: tuple[str, ...]
    _priority: dict[str, int] = field(default_factory=dict)
    _health: dict[str, _Health] = field(default_factory=dict)

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(names))
        self._health = {name: _Health() for name in self.names}
        self._priority = {}

    def add(self, name: str) -> None:
        """One more pathway, behind the others."""
        if name not in self._health:
            self.names += (name,)
            self._health[name] = _Health()

    def prioritise(self, names: Sequence[str]) -> None:
        """The steering's word: these first, in this order; those it does not name come last, as a last resort."""
        self._priority = {name: i for i, name in enumerate(names)}

    def standing(self, name: str, now_s: float) -> Standing:
        """How a pathway stands."""
        return self._health[name].standing(now_s)

    def order(self, now_s: float, probe: bool = False) -> list[str]:
        """All pathways, the one to ask first in front: good ones by priority, then those on probation, then those
        that rest, the one that rested longest first. ``probe`` puts one on probation where its priority has it."""

        def key(name: str) -> tuple[int, float, int]:
            health, place = self._health[name], self._place(name)
            standing = health.standing(now_s)
            if standing is Standing.GOOD or (probe and standing is Standing.PROBATION):
                return 0, place, 0
            if standing is Standing.PROBATION:
                return 1, place, 0
            return 2, health.rested_until_s or 0.0, place

        return sorted(self.names, key=key)

    def failed(self, name: str, now_s: float, trouble: Trouble) -> None:
        """A piece from this pathway was not what it should be."""
        if name in self._health:
            self._health[name].fail(now_s, WEIGHT[trouble])

    def succeeded(self, name: str, now_s: float, rate: float | None = None) -> None:
        """A whole, right piece came from this pathway, at ``rate`` bytes a second where that is worth knowing."""
        if name in self._health:
            self._health[name].succeed(now_s)
            self._health[name].rate = rate or self._health[name].rate

    def rate(self, name: str) -> float | None:
        """Bytes a second of the last piece from this pathway."""
        return self._health[name].rate

    def _place(self, name: str) -> int:
        return self._priority.get(name, len(self._priority) + self.names.index(name))
