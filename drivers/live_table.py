"""The newest values of several sensors as lines of text, each with its rate and age. No I/O, no clock."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from drivers.sample import Sample
from drivers.sensor import SensorStatus
from drivers.wording import STATES, UNITS, link_text, named, spoken

RATE_S = 5.0
STALE_S = 2.0
_KEPT = 200  # of a value's moments; 40 a second, more than any sensor says


@dataclass(slots=True)
class _Heard:
    value: float = 0.0
    estimated: bool = False
    at_s: deque[float] = field(default_factory=lambda: deque(maxlen=_KEPT))

    def rate(self, now_s: float) -> float:
        """Values a second, over the last 5 s, or since the first."""
        recent = [at_s for at_s in self.at_s if now_s - at_s <= RATE_S]
        span_s = min(RATE_S, max(now_s - self.at_s[0], 1.0))
        return len(recent) / span_s


class LiveTable:
    """``hear`` every Sample; ``lines`` is what to show now. ``notes`` stand behind a sensor's name, by its URL."""

    def __init__(self, statuses: Sequence[SensorStatus], notes: dict[str, str] | None = None) -> None:
        self._statuses = statuses
        self._notes = notes or {}
        self._heard: dict[tuple[str, str], _Heard] = {}

    def hear(self, sample: Sample) -> None:
        """Take in what a sensor said."""
        for name, value in spoken(sample).items():
            heard = self._heard.setdefault((sample.source, name), _Heard())
            heard.value, heard.estimated = value, name in sample.estimated
            heard.at_s.append(sample.at_s)

    def lines(self, now_s: float) -> list[str]:
        """For each sensor how its link stands, then every value it has ever said: value, rate, age."""
        return [line for status in self._statuses for line in self._of(status, now_s)]

    def _of(self, status: SensorStatus, now_s: float) -> list[str]:
        battery = "" if status.battery_pct is None else f"   battery {status.battery_pct} %"
        name = f"{status.name}{self._notes.get(status.url, '')}"
        head = f"{name}   {STATES[status.state]}   {link_text(status, now_s)}{battery}"
        said = [(metric, self._heard.get((status.url, metric))) for metric in UNITS]
        return [head, *(_line(metric, heard, now_s) for metric, heard in said if heard is not None)]


def _line(metric: str, heard: _Heard, now_s: float) -> str:
    age_s = max(0.0, now_s - heard.at_s[-1])
    value = "-" if age_s > STALE_S else f"{heard.value:.0f}"
    note = "   estimated" if heard.estimated else ""
    return f"   {named(metric):<11}{value:>7} {UNITS[metric]:<5}{heard.rate(now_s):6.1f}/s   {age_s:6.1f} s ago{note}"
