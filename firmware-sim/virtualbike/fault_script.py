"""A script of faults: what goes wrong at which second of the ride, in a TOML file.

[[fault]]
at = 20                    # second of the ride
fault = "silence"
seconds = 5                # without it the fault stays; "new-address" and "control-lost" happen at once
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from virtualbike.faults import AT_ONCE, Fault, Faults
from virtualbike.script import ScriptError

KEYS = {"at", "fault", "seconds"}


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that begins or ends at a second of the ride."""

    at_s: float
    fault: Fault
    begins: bool


class FaultScript:
    """Turns in order of time, carried out once each as time passes."""

    def __init__(self, turns: tuple[Turn, ...] = ()) -> None:
        # What ends comes before what begins at the same second, so that a fault can follow itself.
        self._turns = sorted(turns, key=lambda turn: (turn.at_s, turn.begins))

    def carry_out(self, faults: Faults, ride_s: float) -> None:
        """Do what was due by this second of the ride."""
        while self._turns and self._turns[0].at_s <= ride_s:
            turn = self._turns.pop(0)
            (faults.start if turn.begins else faults.end)(turn.fault)


def load(path: Path) -> FaultScript:
    """Read a script of faults. Raises :class:`virtualbike.script.ScriptError` with file and place."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except FileNotFoundError:
        raise ScriptError(f"{path}: there is no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: cannot be read as text: {error}") from None


def parse(text: str, name: str = "faults") -> FaultScript:
    """Read a script of faults from its text. Raises :class:`virtualbike.script.ScriptError`."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScriptError(f"{name}: {error}") from None
    tables = document.get("fault")
    if document.keys() != {"fault"} or not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise ScriptError(f"{name}: a script of faults has [[fault]] entries, and nothing else")
    turns = [turn for number, table in enumerate(tables, 1) for turn in _turns(table, f"{name}: fault {number}")]
    return FaultScript(tuple(turns))


def _turns(table: dict[str, Any], where: str) -> list[Turn]:
    for key in table.keys() - KEYS:
        raise ScriptError(f"{where}: unknown key {key!r}; there are 'at', 'fault' and 'seconds'")
    try:
        fault = Fault(str(table.get("fault")))
    except ValueError:
        raise ScriptError(f"{where}: 'fault' is one of {', '.join(Fault)}") from None
    at_s = _seconds(table, "at", where)
    turns = [Turn(at_s, fault, True)]
    if "seconds" in table:
        if fault in AT_ONCE:
            raise ScriptError(f"{where}: {fault} happens at once; leave 'seconds' out")
        turns.append(Turn(at_s + _seconds(table, "seconds", where), fault, False))
    return turns


def _seconds(table: dict[str, Any], key: str, where: str) -> float:
    value = table.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 86_400:
        raise ScriptError(f"{where}: {key!r} is a number of seconds, 0 to 86400")
    return float(value)
