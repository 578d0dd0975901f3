"""The rungs of a film that can be put together into one stream, and the same rungs on other pathways."""

from __future__ import annotations

from collections.abc import Sequence

from console.gateway.outline import Unavailable
from console.gateway.reading import Film, Rung

VIDEO = ("avc1", "avc3", "hvc1", "hev1", "dvh1", "dvhe", "av01", "vp09")
PREFERRED = (("avc1", "avc3"), ("hvc1", "hev1"))  # families of codecs, the cheapest to decode first
_OTHER = "Choose another class, and tell the studio."


def playable(film: Film) -> tuple[Rung, ...]:
    """The rungs of the film's first pathway that a player can change between: lowest first, one codec, with picture.
    Raises :class:`Unavailable` if there is none."""
    first = film.steering.pathway if film.steering and film.steering.pathway else film.rungs[0].pathway
    rungs = [rung for rung in film.rungs if rung.pathway == first] or list(film.rungs)
    pictured = [rung for rung in rungs if _has_picture(rung)]
    if pictured and all(rung.audio for rung in pictured):
        raise Unavailable("The class's sound is in files of its own, which this console does not play.", _OTHER)
    pictured = [rung for rung in pictured if not rung.audio]
    for family in PREFERRED:
        chosen = [rung for rung in pictured if _codec(rung) in family]
        if chosen:
            return _ascending(chosen)
    if pictured:
        return _ascending([rung for rung in pictured if _codec(rung) == _codec(pictured[0])])
    raise Unavailable("The class has sound but no picture.", _OTHER)


def on_pathway(rung: Rung, index: int, count: int, offered: Sequence[Rung]) -> Rung | None:
    """The same rung among those that another pathway offers: by its stable id, by what it says of itself, or by its
    place if there are as many."""
    if rung.stable_id:
        same = [other for other in offered if other.stable_id == rung.stable_id]
        if same:
            return same[0]
    said = (rung.height, rung.width, rung.bandwidth, rung.codecs)
    same = [other for other in offered if (other.height, other.width, other.bandwidth, other.codecs) == said]
    if same:
        return same[0]
    ordered = _ascending(offered)
    return ordered[index] if len(ordered) == count else None


def _ascending(rungs: Sequence[Rung]) -> tuple[Rung, ...]:
    return tuple(sorted({rung.bandwidth: rung for rung in rungs}.values(), key=lambda rung: rung.bandwidth))


def _codec(rung: Rung) -> str:
    named = [codec.strip().partition(".")[0] for codec in rung.codecs.split(",")]
    return next((name for name in named if name in VIDEO), "")


def _has_picture(rung: Rung) -> bool:
    return rung.height > 0 or not rung.codecs or bool(_codec(rung))
