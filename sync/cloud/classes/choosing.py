"""Which renditions a title is worth, from what samples of it need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.cloud.classes.renditions import Rendition, families
from sync.cloud.classes.sampling import Need

ALIKE = 0.995  # from here on nobody tells two heights apart
CLOSE = 0.75  # who can fetch this share of a rung's bits can mostly fetch all of them


@dataclass(frozen=True, slots=True)
class Left:
    """A rendition that is not made, and why."""

    rendition: Rendition
    why: str


def choose(needs: Sequence[Need]) -> tuple[list[Rendition], list[Left]]:
    """The renditions to make, and those that would bring nothing: of each codec, a height that shows no more than
    the one below it, and one that saves too little against the one above. The lowest H.264 is always made."""
    by_name = {need.rendition.name: need for need in needs}
    made: list[Rendition] = []
    left: list[Left] = []
    for family in families([need.rendition for need in needs]):
        finer = _finer([by_name[one.name] for one in family], left)
        made += [need.rendition for need in _apart(finer, left)]
    return made, left


def _finer(needs: list[Need], left: list[Left]) -> list[Need]:
    kept = needs[:1]
    for need in needs[1:]:
        if need.likeness >= ALIKE:
            left.append(Left(need.rendition, f"shows no more than {kept[-1].rendition.height}p"))
        else:
            kept.append(need)
    return kept


def _apart(needs: list[Need], left: list[Left]) -> list[Need]:
    kept = needs[-1:]
    for need in reversed(needs[:-1]):
        lowest = need is needs[0] and need.rendition.codec == "h264"
        if need.rate >= CLOSE * kept[0].rate and not lowest:
            above = kept[0].rendition.height
            left.append(Left(need.rendition, f"needs {need.rate / kept[0].rate:.0%} of what {above}p needs"))
        else:
            kept.insert(0, need)
    return kept
