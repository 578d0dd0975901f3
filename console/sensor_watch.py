"""What one sensor has said and how its link did, of late: for the service screen, and for words about its state.

No Kivy, no clock: time is passed in. ``*_s`` are on the monotonic clock, ``wall_s`` is Unix time.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from console.sources import METRICS
from drivers import DriverError, LinkState, Sample, SensorStatus

MINUTE_S = 60.0
MOST = 1200  # values a minute that are kept of each metric: 20 a second
CHANGES = 50
RATE_S = 5.0
BRIEF_S = 1.0  # a try to connect that ends sooner is no change worth a line
MUTE_S = 5.0


@dataclass(frozen=True, slots=True)
class Change:
    """How a link stood from ``wall_s`` on."""

    wall_s: float
    state: LinkState
    error: DriverError | None = None


class SensorWatch:
    """``hear`` every Sample of a sensor, ``look`` at its status a few times a second.

    ``changes`` are the last 50 turns of its link, the newest last; ``frames`` the newest raw bytes by characteristic,
    with the moment they came; ``estimated`` the metrics it reckons rather than measures.
    """

    def __init__(self) -> None:
        self.changes: deque[Change] = deque(maxlen=CHANGES)
        self.frames: dict[str | None, tuple[float, bytes]] = {}
        self.estimated: set[str] = set()
        self._values: dict[str, deque[tuple[float, float]]] = {}
        self._first_s: dict[str, float] = {}
        self._said_s: float | None = None
        self._receiving_s: float | None = None
        self._connecting_s: float | None = None

    @property
    def metrics(self) -> tuple[str, ...]:
        """Everything it has ever said a value of."""
        return tuple(metric for metric in METRICS if metric in self._values)

    def hear(self, sample: Sample) -> None:
        """Take in what it said."""
        for metric in METRICS:
            if (value := getattr(sample, metric)) is not None:
                self._values.setdefault(metric, deque(maxlen=MOST)).append((sample.at_s, value))
                self._first_s.setdefault(metric, sample.at_s)
                self._said_s = sample.at_s
                (self.estimated.add if metric in sample.estimated else self.estimated.discard)(metric)

    def tap(self, at_s: float, from_sensor: bool, characteristic: str | None, data: bytes) -> None:
        """Keep raw bytes that came: a :data:`drivers.tapped_link.Tap`."""
        if from_sensor:
            self.frames[characteristic] = at_s, data

    def look(self, status: SensorStatus, now_s: float, wall_s: float) -> None:
        """Note how the link stands."""
        state, error = status.state, status.error
        self._receiving_s = (self._receiving_s or now_s) if state is LinkState.RECEIVING else None
        if state is LinkState.CONNECTING:
            self._connecting_s = now_s if self._connecting_s is None else self._connecting_s
            if self.changes and now_s - self._connecting_s < BRIEF_S:
                return
            error = None
        else:
            self._connecting_s = None
        last = self.changes[-1] if self.changes else None
        if last is None or (last.state, str(last.error)) != (state, str(error)):
            self.changes.append(Change(wall_s, state, error))

    def newest(self, metric: str) -> tuple[float, float] | None:
        """When a metric was last said, and its value."""
        values = self._values.get(metric)
        return values[-1] if values else None

    def rate(self, metric: str, now_s: float) -> float:
        """Values a second of one metric, over the last 5 s."""
        values = self._values.get(metric, ())
        span_s = min(RATE_S, now_s - self._first_s.get(metric, now_s))
        return sum(now_s - RATE_S < at_s for at_s, _value in values) / span_s if span_s > 0.5 else 0.0

    def minute(self, metric: str, now_s: float) -> list[tuple[float, float]]:
        """The last 60 s of one metric: (seconds ago, value), oldest first."""
        return [(now_s - at, value) for at, value in self._values.get(metric, ()) if now_s - at <= MINUTE_S]

    def mute(self, now_s: float) -> bool:
        """Whether frames have been coming for 5 s, and no value in any of them."""
        since_s = max(self._receiving_s or now_s, self._said_s or float("-inf"))
        return self._receiving_s is not None and now_s - since_s > MUTE_S
