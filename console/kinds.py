"""The kinds of sensor as :func:`drivers.profiles.kinds` names them: their words, their icons, what each can tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.words import _

_FORMER = {"heart": "heart rate", "power": "power meter"}  # what earlier versions kept in the tablet's cache
_WORDS = {
    "bike": _("bike"),
    "treadmill": _("treadmill"),
    "power meter": _("power meter"),
    "speed/cadence": _("speed and cadence"),
    "heart rate": _("heart rate"),
}
ORDER = tuple(_WORDS)
ICONS = {
    "treadmill": "run",
    "power meter": "bolt",
    "speed/cadence": "gauge",
    "heart rate": "heartbeat",
}

TELLS: Mapping[str, tuple[str, ...]] = {
    "cadence_rpm": ("bike", "power meter", "speed/cadence"),
    "resistance_pct": ("bike",),
    "power_w": ("bike", "power meter"),
    "heart_rate_bpm": ("heart rate", "bike", "treadmill"),
}
"""By metric of a ride: the kinds that may tell it."""


def canonical(kind: str) -> str:
    """The kind by its name of today."""
    return _FORMER.get(kind, kind)


def kind_words(kinds: Iterable[str]) -> str:
    """Kinds for the rider to read: ``Bike, heart rate``."""
    words = ", ".join(_WORDS.get(canonical(kind), kind) for kind in kinds)
    return words[:1].upper() + words[1:]


def icon(kind: str) -> str:
    """The icon of a kind."""
    return ICONS.get(canonical(kind), "bike")


def is_strap(kind: str) -> bool:
    """Whether it only knows the heart."""
    return canonical(kind) == "heart rate"
