"""A goal for riding without a class. No Kivy."""

from __future__ import annotations

from dataclasses import dataclass

from console.ride import Now
from console.wording import distance, minutes, number
from console.words import _

METRES = {"metric": 1000.0, "imperial": 1609.344}


@dataclass(frozen=True, slots=True)
class Goal:
    """``kind`` is ``time`` (s), ``output`` (kJ), ``distance`` (m) or ``none``; ``key`` is its kept form."""

    kind: str = "none"
    amount: float = 0.0

    @property
    def key(self) -> str:
        """As text, to be kept."""
        return f"{self.kind} {self.amount!r}"

    @staticmethod
    def from_key(key: object) -> Goal:
        """A kept goal; what cannot be read is no goal."""
        kind, _space, amount = str(key).partition(" ")
        try:
            return Goal(kind, float(amount)) if kind in ("time", "output", "distance") else Goal()
        except ValueError:
            return Goal()

    def done(self, now: Now) -> float:
        """How much of it is ridden, in its own unit."""
        reached = {"time": now.elapsed_s, "output": now.totals.kj, "distance": now.totals.distance_m}
        return reached.get(self.kind, 0.0)


def choices(units: str) -> list[Goal]:
    """What a rider may choose from, none first."""
    times = [Goal("time", minute * 60.0) for minute in (20, 30, 45)]
    outputs = [Goal("output", kj) for kj in (100.0, 200.0, 300.0, 400.0)]
    ways = [Goal("distance", way * METRES[units]) for way in ((10, 20, 30) if units == "metric" else (5, 10, 20))]
    return [Goal(), *times, *outputs, *ways]


def goal_words(goal: Goal, units: str) -> str:
    """``300 kJ``, ``30 min``, ``20 km``; what a menu says."""
    if goal.kind == "time":
        return minutes(goal.amount)
    if goal.kind == "output":
        return f"{number(goal.amount)} {_('kJ')}"
    if goal.kind == "distance":
        value, unit = distance(goal.amount, units)
        return f"{value.removesuffix('.0')} {unit}"
    return _("No goal")


def goal_line(goal: Goal, now: Now, units: str) -> str:
    """What the chip says: ``Goal 300 kJ, 27 to go``."""
    if goal.kind == "none":
        return _("Set a goal")
    words, left = goal_words(goal, units), goal.amount - goal.done(now)
    if left <= 0:
        return _("Goal {goal} reached").format(goal=words)
    if goal.kind == "time":
        rest = minutes(left + 29)
    else:
        rest = number(left + 0.49) if goal.kind == "output" else distance(left, units)[0]
    return _("Goal {goal}, {rest} to go").format(goal=words, rest=rest)
