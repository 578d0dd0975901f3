"""The ride engine: Samples in, one Point a second out. No Kivy, no I/O, no clock of its own: time is passed in.

All ``*_s`` moments are on one monotonic clock, except ``wall_s`` (Unix time) and ``class_s`` (the class clock).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from console.effort import kcal_per_second, speed_mps
from drivers.sample import Sample
from sync.records import Figures, Point, Totals

STALE_S = 2.0  # an older value is shown as stale and no longer counted
LOST_S = 4.0  # an older value is shown as a dash
AUTO_PAUSE_S = 3.0
LONGEST_GAP_S = 10.0  # a longer silence of the caller means that the tablet slept: nobody rode
ROUNDING_S = 1e-6  # of floating-point sums
METRICS = ("cadence_rpm", "resistance_pct", "power_w", "heart_rate_bpm")


class RideState(Enum):
    """Where a ride stands."""

    IDLE = "idle"
    RIDING = "riding"
    PAUSED = "paused"
    FINISHED = "finished"


class Pause(Enum):
    """Why a ride is paused."""

    NO_PEDALLING = "no pedalling"
    PLANNED = "planned"


@dataclass(frozen=True, slots=True)
class Reading:
    """One value as a screen shows it. ``value`` is ``None`` when never heard, or last heard over 4 s ago;
    ``stale`` when last heard over 2 s ago. ``heard_s`` is when its bytes arrived."""

    value: float | None = None
    stale: bool = False
    source: str | None = None
    heard_s: float | None = None


@dataclass(frozen=True, slots=True)
class Now:
    """What is true at this moment; screens read it every frame. ``speed_kmh`` follows from the power, and where none is
    known it is what a belt or a wheel tells."""

    state: RideState
    pause: Pause | None
    elapsed_s: float
    cadence_rpm: Reading
    resistance_pct: Reading
    power_w: Reading
    heart_rate_bpm: Reading
    speed_kmh: float | None
    totals: Totals


@dataclass(slots=True)
class Signal:
    """One value's newest reading, and its mean over the running second."""

    value: float | None = None
    heard_s: float = float("-inf")
    source: str | None = None
    weighted: float = 0.0
    weight_s: float = 0.0

    def hear(self, value: float, at_s: float, source: str) -> None:
        """Take in a newer reading."""
        self.value, self.heard_s, self.source = value, at_s, source

    def integrate(self, from_s: float, to_s: float) -> None:
        """Count the newest value over a stretch of time, for as long as it is not stale."""
        if self.value is not None:
            held = min(to_s, self.heard_s + STALE_S) - from_s
            if held > 0:
                self.weighted += self.value * held
                self.weight_s += held

    def close(self) -> float | None:
        """The mean over the second that ends now, to a tenth; ``None`` when nothing fresh was heard in it."""
        mean = round(self.weighted / self.weight_s, 1) if self.weight_s > 0 else None
        self.weighted = self.weight_s = 0.0
        return mean

    def reading(self, now_s: float) -> Reading:
        """The value as a screen shows it at ``now_s``."""
        age = now_s - self.heard_s
        if self.value is None or age > LOST_S:
            return Reading(source=self.source)
        return Reading(self.value, age > STALE_S, self.source, self.heard_s)


@dataclass(slots=True)
class _Sum:
    total: float = 0.0
    count: int = 0
    best: float | None = None

    def add(self, value: float) -> None:
        self.total += value
        self.count += 1
        self.best = value if self.best is None else max(self.best, value)

    def figures(self) -> Figures:
        return Figures(self.total / self.count, self.best) if self.count else Figures()


@dataclass(slots=True)
class _Tally:
    """Running totals over a ride's Points."""

    weight_kg: float
    seconds: int = 0
    kj: float = 0.0
    distance_m: float = 0.0
    kcal: float = 0.0
    sums: dict[str, _Sum] = field(default_factory=lambda: {name: _Sum() for name in METRICS})

    def add(self, point: Point) -> None:
        self.seconds += 1
        if point.power_w is not None:
            self.kj += point.power_w / 1000
            self.distance_m += speed_mps(point.power_w)
            self.kcal += kcal_per_second(point.power_w, self.weight_kg)
        elif point.speed_kmh is not None:
            self.distance_m += point.speed_kmh / 3.6
        for name in METRICS:
            if (value := getattr(point, name)) is not None:
                self.sums[name].add(value)

    def totals(self) -> Totals:
        figures = {name: tally.figures() for name, tally in self.sums.items()}
        return Totals(self.seconds, self.kj, self.distance_m, self.kcal, **figures)


def totals_of(points: Iterable[Point], weight_kg: float) -> Totals:
    """The totals of kept Points, as the ride itself would have counted them."""
    tally = _Tally(weight_kg)
    for point in points:
        tally.add(point)
    return tally.totals()


class Ride:
    """One ride from its first second to its end.

    ``start`` begins to count. Every few hundredths of a second the owner calls ``advance``, which returns the
    Points of the seconds that have ended. Without pedalling for 3 s the ride pauses itself (where a sensor says so:
    silence is not standing still) and goes on with the first turn of the pedals; a planned pause waits for ``unpause``.
    Without cadence and power the speed tells, as of a treadmill's belt.
    """

    def __init__(self, *, weight_kg: float = 75.0, auto_pause: bool = True) -> None:
        self.state = RideState.IDLE
        self.paused: Pause | None = None
        self._auto_pause = auto_pause
        self._signals = {name: Signal() for name in (*METRICS, "speed_kmh")}
        self._tally = _Tally(weight_kg)
        self._counted_s = 0.0  # the monotonic moment up to which time has been counted
        self._second_ends_s = 0.0
        self._ended: list[tuple[float, dict[str, float | None]]] = []
        self._still_since_s: float | None = None
        self._has_pedalled = False

    @classmethod
    def resume(cls, points: Iterable[Point], *, weight_kg: float = 75.0, auto_pause: bool = True) -> Ride:
        """A ride that goes on after its kept Points: paused, until the rider continues it."""
        ride = cls(weight_kg=weight_kg, auto_pause=auto_pause)
        for point in points:
            ride._tally.add(point)
        ride.state, ride.paused = RideState.PAUSED, Pause.PLANNED
        ride._second_ends_s = 1.0
        return ride

    @property
    def totals(self) -> Totals:
        """What the ride has come to, over all ended seconds."""
        return self._tally.totals()

    @property
    def pedalling(self) -> bool | None:
        """Whether the pedals turn, or the belt runs; ``None`` when no sensor knows."""
        for name in ("cadence_rpm", "power_w", "speed_kmh"):
            signal = self._signals[name]
            if signal.value is not None and self._counted_s - signal.heard_s <= STALE_S:
                return signal.value > 0
        return None

    def start(self, now_s: float) -> None:
        """Begin to count seconds."""
        if self.state is RideState.IDLE:
            self.state = RideState.RIDING
            self._counted_s, self._second_ends_s = now_s, now_s + 1.0

    def pause(self, now_s: float) -> None:
        """A planned pause: only ``unpause`` ends it."""
        if self.state in (RideState.RIDING, RideState.PAUSED):
            self._count_to(now_s)
            self.state, self.paused = RideState.PAUSED, Pause.PLANNED

    def unpause(self, now_s: float) -> None:
        """Go on after a pause of either kind."""
        if self.state is RideState.PAUSED:
            self.state, self.paused = RideState.RIDING, None
            self._still_since_s, self._has_pedalled = None, False
            self._skip_to(now_s)

    def finish(self, now_s: float, wall_s: float, class_s: float | None = None) -> list[Point]:
        """End the ride; returns the last Points. The second that is running is dropped, never rounded up."""
        points = self.advance(now_s, wall_s, class_s)
        self.state, self.paused = RideState.FINISHED, None
        return points

    def feed(self, sample: Sample) -> None:
        """Take in what a sensor said; values count from the moment their bytes arrived."""
        at_s = max(sample.at_s, self._counted_s) if self.state is RideState.RIDING else sample.at_s
        if self.state is RideState.RIDING:
            self._count_to(at_s)
        else:
            self._skip_to(at_s)
        for name, signal in self._signals.items():
            if (value := getattr(sample, name)) is not None:
                signal.hear(max(value, 0.0), at_s, sample.source)  # a trainer may report a brake
        if self.state is RideState.PAUSED and self.paused is Pause.NO_PEDALLING and self.pedalling:
            self.unpause(at_s)

    def advance(self, now_s: float, wall_s: float, class_s: float | None = None) -> list[Point]:
        """Let time pass up to ``now_s``; returns one Point for every second of riding that has ended."""
        if self.state is RideState.RIDING:
            self._count_to(now_s)
            self._watch_pedals(now_s)
        else:
            self._skip_to(now_s)
        return [self._point(ended_s - now_s, values, wall_s, class_s) for ended_s, values in self._take_ended()]

    def now(self, now_s: float) -> Now:
        """What is true at ``now_s``."""
        readings = {name: signal.reading(now_s) for name, signal in self._signals.items()}
        power, speed = readings["power_w"].value, readings.pop("speed_kmh").value
        return Now(
            state=self.state,
            pause=self.paused,
            elapsed_s=self._tally.seconds + len(self._ended) + self._into_second_s,
            speed_kmh=speed if power is None else speed_mps(power) * 3.6,
            totals=self.totals,
            **readings,
        )

    def _take_ended(self) -> list[tuple[float, dict[str, float | None]]]:
        ended, self._ended = self._ended, []
        return ended

    def _point(self, ago_s: float, values: dict[str, float | None], wall_s: float, class_s: float | None) -> Point:
        at_class_s = None if class_s is None else round(max(class_s + ago_s, 0.0), 3)
        if values["power_w"] is not None:
            values = values | {"speed_kmh": None}
        point = Point(self._tally.seconds, round(wall_s + ago_s, 3), at_class_s, **values)
        self._tally.add(point)
        return point

    @property
    def _into_second_s(self) -> float:
        """How much of the running second has been ridden, 0-1."""
        return 0.0 if self.state is RideState.IDLE else 1.0 - (self._second_ends_s - self._counted_s)

    def _skip_to(self, to_s: float) -> None:
        """Let time pass that nobody rode: what is left of the running second stays left."""
        if to_s > self._counted_s:
            self._second_ends_s += to_s - self._counted_s
            self._counted_s = to_s

    def _count_to(self, to_s: float) -> None:
        if to_s - self._counted_s > LONGEST_GAP_S:
            self._skip_to(to_s)
        while self._second_ends_s <= to_s + ROUNDING_S:
            self._integrate(self._second_ends_s)
            self._ended.append((self._counted_s, {name: signal.close() for name, signal in self._signals.items()}))
            self._second_ends_s += 1.0
        if to_s > self._counted_s:
            self._integrate(to_s)

    def _integrate(self, to_s: float) -> None:
        for signal in self._signals.values():
            signal.integrate(self._counted_s, to_s)
        self._counted_s = to_s

    def _watch_pedals(self, now_s: float) -> None:
        pedalling = self.pedalling
        if pedalling is not False:
            self._has_pedalled = self._has_pedalled or bool(pedalling)
            self._still_since_s = None
        elif self._auto_pause and self._has_pedalled:
            self._still_since_s = now_s if self._still_since_s is None else self._still_since_s
            if now_s - self._still_since_s >= AUTO_PAUSE_S:
                self.state, self.paused = RideState.PAUSED, Pause.NO_PEDALLING
