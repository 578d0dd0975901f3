"""The kinds of sensor as :func:`drivers.profiles.kinds` names them: their order, their icons, what each
can tell. No words: the engine reads this too."""

from __future__ import annotations

from collections.abc import Mapping

_FORMER = {"heart": "heart rate", "power": "power meter"}  # what earlier versions kept in the tablet's cache
ORDER = ("bike", "treadmill", "power meter", "speed/cadence", "heart rate")  # as they are offered
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


def icon(kind: str) -> str:
    """The icon of a kind."""
    return ICONS.get(canonical(kind), "bike")


def is_strap(kind: str) -> bool:
    """Whether it only knows the heart."""
    return canonical(kind) == "heart rate"
