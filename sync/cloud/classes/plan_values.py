"""Values out of a plan's tables: each is checked, each fault noted with its line, and reading goes on."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sync.cloud.classes import language
from sync.cloud.classes.errors import Problem
from sync.cloud.classes.toml_lines import Place

LONGEST_LINE = 240
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)")


class Values:
    """Reads values and collects :attr:`problems`. A faulty value comes back as a harmless stand-in."""

    def __init__(self, rows: Mapping[Place, int]) -> None:
        self._rows = rows
        self.problems: list[Problem] = []

    def row(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it; of the plan itself, where its first key stands."""
        while place and place not in self._rows:
            place = place[:-1]
        return self._rows.get(place) or min(self._rows.values(), default=1)

    def wrong(self, place: Place, text: str) -> None:
        """Note a fault at ``place``."""
        self.wrong_at(self.row(place), text)

    def wrong_at(self, row: int, text: str) -> None:
        """Note a fault on a line."""
        self.problems.append(Problem(row, text))

    def known(self, place: Place, table: Mapping[str, Any], keys: Sequence[str], what: str) -> None:
        """Note every key that ``what`` does not have."""
        for key in table:
            if key not in keys:
                close = difflib.get_close_matches(key, keys, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"{what} has {', '.join(keys)}"
                self.wrong((*place, key), f"unknown key {key!r}; {hint}")

    def text(self, place: Place, table: Mapping[str, Any], key: str, longest: int, needed: bool = True) -> str:
        """A text of at most ``longest`` letters."""
        if key not in table:
            if needed:
                self.wrong(place, f"{key} is missing; expected a text of at most {longest} letters")
            return ""
        return self._checked_text((*place, key), key, table[key], longest)

    def texts(self, place: Place, table: Mapping[str, Any], key: str, most: int, longest: int) -> tuple[str, ...]:
        """A list of up to ``most`` different texts of at most ``longest`` letters each; empty when absent."""
        given, place = table.get(key, []), (*place, key)
        if not isinstance(given, list):
            self.wrong(place, f'{key}: expected a list of texts, like ["Beginners"], got {_shown(given)}')
            return ()
        if len(given) > most:
            self.wrong(place, f"{key}: has {len(given)} texts, at most {most}")
        found = [self._checked_text((*place, i), key, one, longest) for i, one in enumerate(given)]
        for i, one in enumerate(found):
            if one and one in found[:i]:
                self.wrong((*place, i), f"{key}: {one!r} stands there twice")
        return tuple(found)

    def moments(
        self, place: Place, table: Mapping[str, Any], key: str, keys: Sequence[str], example: str, seconds: int
    ) -> list[tuple[Place, Mapping[str, Any]]]:
        """The tables of a list like ``example``, each with its place. Their ``at`` must grow."""
        given, place = table.get(key, []), (*place, key)
        if not isinstance(given, list) or not all(isinstance(item, dict) for item in given):
            self.wrong(place, f"{key}: expected a list like {example}, got {_shown(given)}")
            return []
        found: list[tuple[Place, Mapping[str, Any]]] = [((*place, i), item) for i, item in enumerate(given)]
        times = [at if _is_number(at := item.get("at")) and 0 <= at < (seconds or math.inf) else None for item in given]
        for (spot, item), at, before in zip(found, times, [None, *times], strict=False):
            self.known(spot, item, keys, f"a {key}")
            if at is not None and before is not None and at <= before:
                self.wrong((*spot, "at"), f"{key}: at {at:g} s, but the one before it is at {before:g} s")
        return found

    def spoken(self, place: Place, value: Any) -> str:
        """What the coach says."""
        if value is None:
            self.wrong(place, "say is missing; expected the coach's words")
            return ""
        return self._checked_text(place, "line", value, LONGEST_LINE)

    def _checked_text(self, place: Place, key: str, value: Any, longest: int) -> str:
        if not isinstance(value, str):
            self.wrong(place, f"{key}: expected a text in quotes, got {_shown(value)}")
            return ""
        value = " ".join(value.split())
        if not value:
            self.wrong(place, f"{key}: expected a text, got an empty one")
        elif not value.isprintable():
            self.wrong(place, f"{key}: has characters that cannot be shown")
        elif len(value) > longest:
            self.wrong(place, f"{key}: text too long: {len(value)} letters, at most {longest}")
        return value

    def whole(self, place: Place, table: Mapping[str, Any], key: str, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        if key not in table:
            self.wrong(place, f"{key} is missing; expected a whole number {low}-{high}")
        elif not _is_whole(table[key]) or not low <= table[key] <= high:
            self.wrong((*place, key), f"{key}: expected a whole number {low}-{high}, got {_shown(table[key])}")
        else:
            return int(table[key])
        return low

    def one_of(self, place: Place, table: Mapping[str, Any], key: str, choices: Sequence[str]) -> str:
        """One of ``choices``."""
        value = table.get(key)
        if value in choices:
            return str(value)
        got = f"got {_shown(value)}" if key in table else "it is missing"
        close = difflib.get_close_matches(str(value), choices, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        self.wrong((*place, key), f"{key}: expected one of {', '.join(choices)}, {got}{hint}")
        return choices[0]

    def language(self, place: Place, table: Mapping[str, Any], key: str) -> str:
        """The tag of a language; English when absent."""
        value = table.get(key, language.ENGLISH)
        found = language.tag(value) if isinstance(value, str) else None
        if found is None:
            self.wrong((*place, key), f"{key}: {language.EXPECTED}, got {_shown(value)}")
        return found or language.ENGLISH

    def span(
        self, place: Place, table: Mapping[str, Any], key: str, low: int, high: int, unit: str
    ) -> tuple[int, int] | None:
        """A range like ``[80, 95]`` within ``low`` to ``high``; ``None`` when absent."""
        value = table.get(key)
        if value is None:
            return None
        expected = f"{key}: expected [low, high] within {low}-{high} {unit}".rstrip()
        if not isinstance(value, list) or len(value) != 2 or not all(_is_whole(end) for end in value):
            self.wrong((*place, key), f"{expected}, got {_shown(value)}")
        elif value[0] > value[1]:
            self.wrong((*place, key), f"{expected}; the range is reversed: write [{value[1]}, {value[0]}]")
        elif value[0] < low or value[1] > high:
            self.wrong((*place, key), f"{expected}, got {_shown(value)}")
        else:
            return value[0], value[1]
        return None

    def seconds(self, place: Place, table: Mapping[str, Any], key: str) -> int:
        """A length: whole seconds, or a text like ``1:30``."""
        value: Any = table.get(key)
        if isinstance(value, str) and (clock := _CLOCK.fullmatch(value)):
            value = int(clock[1]) * 60 + int(clock[2])
        if _is_whole(value) and value > 0:
            return int(value)
        expected = f'{key}: expected whole seconds over 0, or minutes and seconds like "1:30"'
        self.wrong((*place, key), f"{expected}, {'got ' + _shown(value) if key in table else 'it is missing'}")
        return 0

    def moment(self, place: Place, table: Mapping[str, Any], key: str, seconds: int) -> float:
        """Seconds into a segment that lasts ``seconds`` (0 where that is unknown); a faulty one is not a number, and
        so neither before nor after another."""
        value: Any = table.get(key)
        limit = seconds or math.inf
        if _is_number(value) and 0 <= value < limit:
            return float(value)
        got = "got " + _shown(value) if key in table else "it is missing"
        room = f" (0 to under {seconds})" if seconds else ""
        self.wrong((*place, key), f"{key}: expected seconds into the segment{room}, {got}")
        return math.nan


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _shown(value: Any) -> str:
    return f"{value!r:.60}"
