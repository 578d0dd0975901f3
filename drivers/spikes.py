"""A lone reading that no bike can mean: held back until the next one has spoken. No clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from statistics import median

# A change beyond these, from one reading to the next, must be read twice: of resistance always (its sensor has lone
# spikes; one count of jitter is up to 0.7 %), of the others when bytes were damaged lately or the value fell to 0.
NEAR = {"cadence_rpm": 5.0, "power_w": 15.0, "resistance_pct": 1.5}
DOUBT_S = 5.0


class Belief:
    """What may be told of one bike's readings. ``damaged_at_s`` is when bytes were last damaged, set by the caller."""

    def __init__(self) -> None:
        self.damaged_at_s = float("-inf")
        self._spikes = {field: Spikes(near) for field, near in NEAR.items()}

    def judge(self, field: str, value: float, now_s: float) -> dict[str, float]:
        """The fields to tell now that ``value`` was read; ``{}`` when only the next reading can tell."""
        spikes = self._spikes[field]
        doubtful = field == "resistance_pct" or value == 0 or now_s - self.damaged_at_s < DOUBT_S
        believed = spikes.judge(value) if doubtful else spikes.trust(value)
        return {} if believed is None else {field: float(believed)}


class Spikes:
    """Judges the readings of one quantity, one after the other.

    A reading within ``near`` of the last one that was believed passes at once. Beyond that the middle one of the last
    believed, the one before and this one counts: a lone spike is never told, a real change one reading late at most.
    """

    def __init__(self, near: float) -> None:
        self._near = near
        self._believed: float | None = None
        self._last: deque[float] = deque(maxlen=3)

    def judge(self, value: float) -> float | None:
        """What may be believed now that ``value`` was read; ``None`` when only the next reading can tell."""
        self._last.append(value)
        now = self._first() if self._believed is None else self._next(self._believed, value)
        if now is not None:
            self._believed = now
        return now

    def trust(self, value: float) -> float:
        """Believe a reading as it is."""
        self._last.append(value)
        self._believed = value
        return value

    def _first(self) -> float | None:
        """Two alike, or the middle one of three."""
        last = list(self._last)
        if len(last) > 1 and abs(last[-1] - last[-2]) <= self._near:
            return last[-1]
        return median(last) if len(last) == 3 else None

    def _next(self, believed: float, value: float) -> float | None:
        if abs(value - believed) <= self._near:
            return value
        middle = median([believed, self._last[-2], value])
        return middle if middle != believed else None


class LoneZeros:
    """Holds back a zero that some bikes send between good readings: of cadence while there is power, of power while
    the cranks turn. A second zero, or one in both, is a stop and told at once."""

    def __init__(self) -> None:
        self._held: set[str] = set()

    def judge(self, reading: dict[str, float], newest: Mapping[str, float]) -> dict[str, float]:
        """The fields to tell of one message; ``newest`` are those told last."""
        told = reading
        for field, other in (("cadence_rpm", "power_w"), ("power_w", "cadence_rpm")):
            if field not in reading:
                continue
            turning = reading.get(other, newest.get(other, 0.0)) > 0
            if reading[field] or not turning or field in self._held or not newest.get(field):
                self._held.discard(field)
            else:
                self._held.add(field)
                told = {name: value for name, value in told.items() if name != field}
        return told
