"""A rider's script: legs of a ride in a TOML file.

loop = true                # begin again at the end; without it the rider stops pedalling

[[leg]]
seconds = 60
cadence = 85               # rpm; 0 is a stop
resistance = [30, 45]      # %; two values are a ramp from the first to the second
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

LIMITS = {"seconds": (0.1, 86_400.0), "cadence": (0.0, 200.0), "resistance": (0.0, 100.0)}


class ScriptError(ValueError):
    """A script that cannot be ridden; the message begins with file and line."""


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a ride: cadence (rpm) and resistance (%) as (begin, end), straight between."""

    seconds: float
    cadence: tuple[float, float]
    resistance: tuple[float, float]

    def at(self, second: float) -> tuple[float, float]:
        """Target (cadence, resistance) this many seconds into the leg."""
        share = min(max(second / self.seconds, 0.0), 1.0)
        return _between(self.cadence, share), _between(self.resistance, share)


@dataclass(frozen=True, slots=True)
class Script:
    """The legs of a ride, in order."""

    legs: tuple[Leg, ...]
    loop: bool = False

    @property
    def seconds(self) -> float:
        """How long one round takes."""
        return sum(leg.seconds for leg in self.legs)

    def at(self, second: float) -> tuple[float, float]:
        """Target (cadence, resistance) at this second of the ride; after the end the rider stops."""
        if self.loop:
            second %= self.seconds
        for leg in self.legs:
            if second < leg.seconds:
                return leg.at(second)
            second -= leg.seconds
        return 0.0, self.legs[-1].resistance[1]


def load(path: Path) -> Script:
    """Read a script. Raises :class:`ScriptError` with file and line."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        raise ScriptError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: cannot be read as text: {error}") from None


def parse(text: str, name: str = "script") -> Script:
    """Read a script from its text. Raises :class:`ScriptError` with ``name`` and line."""
    lines = _Lines(text, name)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise lines.error(_toml_line(str(error), text), re.sub(r" \(at .*\)$", "", str(error))) from None
    for key in document.keys() - {"leg", "loop"}:
        raise lines.error(lines.of_key(key), f"unknown key {key!r}; there are only 'loop' and [[leg]]")
    loop = document.get("loop", False)
    if not isinstance(loop, bool):
        raise lines.error(lines.of_key("loop"), "'loop' is true or false")
    tables = document.get("leg")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise lines.error(1, "a script needs at least one [[leg]]")
    return Script(tuple(_leg(table, number, lines) for number, table in enumerate(tables)), loop)


def _leg(table: dict[str, Any], number: int, lines: _Lines) -> Leg:
    for key in table.keys() - LIMITS.keys():
        raise lines.error(lines.of_key(key, number), f"unknown key {key!r}; a leg has seconds, cadence and resistance")
    for key in LIMITS:
        if key not in table:
            raise lines.error(lines.of_leg(number), f"leg {number + 1} lacks {key!r}")
    ranges = {key: _range(table[key], key, lines.of_key(key, number), lines) for key in LIMITS}
    if isinstance(table["seconds"], list):
        raise lines.error(lines.of_key("seconds", number), "'seconds' is one number")
    return Leg(ranges["seconds"][0], ranges["cadence"], ranges["resistance"])


def _range(value: Any, key: str, line: int, lines: _Lines) -> tuple[float, float]:
    low, high = LIMITS[key]
    ends = value if isinstance(value, list) else [value, value]
    if len(ends) != 2 or not all(isinstance(end, int | float) and not isinstance(end, bool) for end in ends):
        raise lines.error(line, f"{key!r} is a number, or two for a ramp: [from, to]")
    for end in ends:
        if not low <= end <= high:
            raise lines.error(line, f"{key!r} is {end:g}; it must lie between {low:g} and {high:g}")
    return float(ends[0]), float(ends[1])


class _Lines:
    """Finds the line a key stands on: the TOML parser does not keep it."""

    def __init__(self, text: str, name: str) -> None:
        self._lines = text.splitlines()
        self._name = name
        self._legs = [index for index, line in enumerate(self._lines) if re.match(r"\s*\[\[\s*leg\s*\]\]", line)]

    def error(self, line: int, what: str) -> ScriptError:
        return ScriptError(f"{self._name}:{line}: {what}")

    def of_leg(self, number: int) -> int:
        return self._legs[number] + 1 if number < len(self._legs) else self.of_key("leg")

    def of_key(self, key: str, leg: int | None = None) -> int:
        pattern = re.compile(rf"""\s*(\[\[?)?\s*["']?{re.escape(key)}["']?\s*[]=.]""")
        for index in self._span(leg):
            if pattern.match(self._lines[index]):
                return index + 1
        return self.of_leg(leg) if leg is not None and leg < len(self._legs) else 1

    def _span(self, leg: int | None) -> Iterator[int]:
        if leg is None or leg >= len(self._legs):
            return iter(range(len(self._lines)))
        spans = list(pairwise([*self._legs, len(self._lines)]))
        return iter(range(*spans[leg]))


def _toml_line(message: str, text: str) -> int:
    """The line out of the TOML parser's message, which says "at end of document" for the last one."""
    found = re.search(r"at line (\d+)", message)
    return int(found[1]) if found else max(1, len(text.splitlines()))


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share
