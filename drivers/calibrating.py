"""A minute of riding makes a bike's power table: against a meter, or by feel. No I/O, no clock.

By a meter: the bike's cadence and resistance beside what a meter (pedals, crank) says. The gain is the middle one of
all ratios to the rule; where ten readings or more fell together, the bike's own figure stands. Good to a few per cent
where the rider has ridden, less elsewhere: ride several resistances.

By feel: the rider says what the effort they hold is in watts, and the gain is what makes the rule say so. It is no
measurement. It makes rides on this bike comparable with each other, and with the other rides of a rider whose word is
good; it is as wrong as the word is, everywhere by the same share. Nobody tells their watts to better than a tenth.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import median, quantiles

from drivers.errors import CalibrationRefused
from drivers.power_learning import PowerLearner
from drivers.power_rule import rule_w
from drivers.power_table import GAINS, PowerTable
from drivers.sample import Sample

FULL_S = 60
LEAST_S = 30  # whole seconds with a usable reading
FRESH_S = 1.5
STRAY = 0.7  # the middle half of the ratios may be this much apart, as a share of the middle one
OFF_PCT = 15.0  # the middle reading may be this far off the table that was made of them
FEEL_W = (20.0, 1000.0)
UNSTEADY = 0.25


class BikeReadings:
    """The newest cadence and resistance of a bike that says one after the other."""

    def __init__(self) -> None:
        self._newest: dict[str, tuple[float, float]] = {}

    def hear(self, sample: Sample) -> None:
        """What the bike said."""
        for name in ("cadence_rpm", "resistance_pct"):
            if (value := getattr(sample, name)) is not None:
                self._newest[name] = value, sample.at_s

    def knows(self, name: str) -> bool:
        """Whether the bike has ever said it."""
        return name in self._newest

    def at(self, now_s: float, fresh_s: float = FRESH_S) -> tuple[float, float] | None:
        """Cadence (rpm) and resistance (%) at a moment; ``None`` unless both were said lately."""
        values = [value for value, at_s in self._newest.values() if now_s - at_s <= fresh_s]
        return (self._newest["cadence_rpm"][0], self._newest["resistance_pct"][0]) if len(values) == 2 else None


class MeterCalibration:
    """Hears bike and meter for a minute, then makes a table. ``seconds`` of 60 are usable so far."""

    def __init__(self) -> None:
        self._bike = BikeReadings()
        self._learner = PowerLearner()
        self._ratios: list[float] = []
        self._pairs: list[tuple[float, float, float]] = []
        self._seconds: set[int] = set()

    @property
    def seconds(self) -> int:
        """How many seconds had a usable reading."""
        return len(self._seconds)

    def hear_bike(self, sample: Sample) -> None:
        """What the bike said."""
        self._bike.hear(sample)

    def hear_meter(self, sample: Sample) -> None:
        """What the meter said."""
        ridden = self._bike.at(sample.at_s)
        if sample.power_w is None or "power_w" in sample.estimated or ridden is None:
            return
        ratio = self._learner.hear(*ridden, sample.power_w, sample.at_s)
        if ratio is not None:
            self._ratios.append(ratio)
            self._pairs.append((*ridden, sample.power_w))
            self._seconds.add(int(sample.at_s))

    def table(self) -> PowerTable:
        """The table. Raises :class:`CalibrationRefused` when too little was heard, or what contradicts itself."""
        _enough(self.seconds, "of bike and meter together")
        gain = median(self._ratios)
        if gain <= 0 or _spread(self._ratios) > STRAY * gain:
            raise _contradiction()
        table = PowerTable(round(_believable(gain, "meter"), 4), "meter", None, self._learner.cells())
        off_pct = 100 * median(abs(table.power_w(c, r) - watts) / max(watts, 1.0) for c, r, watts in self._pairs)
        if off_pct > OFF_PCT:
            raise _contradiction()
        return replace(table, spread_pct=round(off_pct, 1))


class FeelCalibration:
    """Hears the bike while the rider holds an effort that feels like ``watts`` W. Raises CalibrationRefused."""

    def __init__(self, watts: float) -> None:
        if not FEEL_W[0] <= watts <= FEEL_W[1]:
            raise CalibrationRefused(
                f"{watts:g} W is no effort to hold for a minute",
                f"Say one between {FEEL_W[0]:g} and {FEEL_W[1]:g} W.",
            )
        self._watts = watts
        self._bike = BikeReadings()
        self._expected: list[float] = []
        self._seconds: set[int] = set()

    @property
    def seconds(self) -> int:
        """How many seconds had a usable reading."""
        return len(self._seconds)

    def hear_bike(self, sample: Sample) -> None:
        """What the bike said."""
        self._bike.hear(sample)
        ridden = self._bike.at(sample.at_s)
        expected_w = rule_w(*ridden) if ridden is not None else 0.0
        if expected_w > 0:
            self._expected.append(expected_w)
            self._seconds.add(int(sample.at_s))

    def table(self) -> PowerTable:
        """The table. Raises :class:`CalibrationRefused` when too little was ridden, or no one effort."""
        _enough(self.seconds, "of cadence and resistance together")
        expected = median(self._expected)
        if _spread(self._expected) > UNSTEADY * expected:
            raise CalibrationRefused("the effort changed on the way", "Hold cadence and resistance for a minute.")
        return PowerTable(round(_believable(self._watts / expected, "rider"), 4), "feel")


def _contradiction() -> CalibrationRefused:
    return CalibrationRefused(
        "bike and meter contradict each other",
        "Check that the meter is on this bike, let it find its zero, and ride each resistance for 10 seconds.",
    )


def _enough(seconds: int, what: str) -> None:
    if seconds < LEAST_S:
        raise CalibrationRefused(
            f"only {seconds} usable seconds {what}",
            f"Pedal for a minute, above 30 rpm and with some resistance; {LEAST_S} seconds are the least.",
        )


def _spread(values: list[float]) -> float:
    """How far the middle half of the values reaches."""
    low, _, high = quantiles(values, n=4)
    return high - low


def _believable(gain: float, who: str) -> float:
    if not GAINS[0] <= gain <= GAINS[1]:
        raise CalibrationRefused(
            f"the {who} says {gain:.2g} times what bikes take at this cadence and resistance",
            "Check that bike and meter are the right ones, and the figure is in watts.",
        )
    return gain
