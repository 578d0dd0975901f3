"""Several sensors in one ride: for each value, who of those that speak of it is believed.

A meter on the pedals knows power better than the bike, a strap knows the heart better, and either beats a value that
was only reckoned from others. Who is silent for 2 s gives way to the next best, and takes over again with the first
word. The rider's own choice comes before all ranks, as long as that sensor speaks. No Kivy, no clock of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from drivers import Sample

SILENT_S = 2.0
METRICS = ("cadence_rpm", "resistance_pct", "power_w", "heart_rate_bpm", "speed_kmh", "incline_pct", "distance_m")

# The kinds of sensor that may speak of a value, the most trusted first; others come after them, in the order paired.
TRUSTED: Mapping[str, tuple[str, ...]] = {
    "power_w": ("power meter", "bike"),
    "cadence_rpm": ("power meter", "speed/cadence", "bike"),
    "heart_rate_bpm": ("heart rate", "bike", "treadmill"),
    "speed_kmh": ("treadmill", "bike", "speed/cadence"),
}


class Sources:
    """Decides, value by value, which sensor is believed."""

    def __init__(self) -> None:
        self._kinds: dict[str, str] = {}
        self._chosen: dict[str, str] = {}
        self._heard_s: dict[tuple[str, str], float] = {}
        self._reckoned: set[tuple[str, str]] = set()  # what was not measured, when it was last said

    def know(self, source: str, kind: str) -> None:
        """A sensor has been paired; ``kind`` as in :data:`TRUSTED`."""
        self._kinds[source] = kind

    def forget(self, source: str) -> None:
        """A sensor is no longer paired."""
        self._kinds.pop(source, None)
        for key in [key for key in self._heard_s if key[1] == source]:
            del self._heard_s[key]

    def choose(self, metric: str, source: str | None) -> None:
        """The rider's wish for one value; ``None`` leaves it to the ranks."""
        if source is None:
            self._chosen.pop(metric, None)
        else:
            self._chosen[metric] = source

    def admit(self, sample: Sample) -> Sample | None:
        """The Sample without the values that a better sensor speaks of now; ``None`` when nothing is left of it."""
        said = [metric for metric in METRICS if getattr(sample, metric) is not None]
        for metric in said:
            self._heard_s[metric, sample.source] = sample.at_s
            (self._reckoned.add if metric in sample.estimated else self._reckoned.discard)((metric, sample.source))
        muted: dict[str, Any] = {metric: None for metric in said if self.speaker(metric, sample.at_s) != sample.source}
        if len(muted) == len(said):
            return None
        return dataclasses.replace(sample, **muted) if muted else sample

    def speaker(self, metric: str, now_s: float) -> str | None:
        """Whose word counts for a value now; ``None`` when nobody has spoken of it for 2 s."""
        speaking = self.speaking(metric, now_s)
        return speaking[0] if speaking else None

    def speaking(self, metric: str, now_s: float) -> list[str]:
        """All who speak of a value now, the one that is believed first."""
        those = [s for (m, s), at_s in self._heard_s.items() if m == metric and now_s - at_s <= SILENT_S]
        return sorted(those, key=lambda source: self._rank(metric, source))

    def _rank(self, metric: str, source: str) -> tuple[bool, bool, int, int]:
        kinds, kind = TRUSTED.get(metric, ()), self._kinds.get(source, "")
        order = list(self._kinds)
        return (
            self._chosen.get(metric) != source,
            (metric, source) in self._reckoned,
            kinds.index(kind) if kind in kinds else len(kinds),
            order.index(source) if source in order else len(order),
        )
