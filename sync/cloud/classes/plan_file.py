"""Plan files (TOML): read and checked whole, so that an author sees every problem at once, each with its line.

id = "first-spin"            title = "First Spin"       coach = "Ines Aragón"     kind = "Hills"
effort = 1                   music = "Synthwave"        motif = "ridges"          palette = 0
description = "…"            collections = ["Beginners"]                  (each optional)
language = "en"              (optional: the coach's and the captions', BCP 47)

[[segment]]
name = "Warm up"             seconds = "1:30"           (or 90)
cadence = [80, 95]           resistance = [30, 36]      zone = 2        power_zone = [2, 3]    (each optional)
line = "Find your legs."     (optional; or a list: [{at = 2, say = "…"}, {at = 20, say = "…"}])
song = [{at = 0, title = "…", artist = "…"}]            (optional; the artist too)
message = [{at = 10, text = "Sit tall."}]               (optional)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sync.cloud.classes.errors import PlanError, Problem
from sync.cloud.classes.plan import MOTIFS, PALETTES, Line, Plan, PlannedSegment
from sync.cloud.classes.plan_values import Values
from sync.cloud.classes.toml_lines import Place, locate
from sync.records import Message, Song

NEEDED_KEYS = ("id", "title", "coach", "kind", "effort", "music", "motif", "palette")
PLAN_KEYS = (*NEEDED_KEYS, "description", "collections", "language", "segment")
SEGMENT_KEYS = ("name", "seconds", "cadence", "resistance", "zone", "line", "power_zone", "song", "message")
MOST_COLLECTIONS = 8
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_S, LARGEST_BYTES = 4 * 3600, 1 << 20
FIRST_WORD_S, LETTERS_PER_S = 1.0, 22  # faster than this nobody speaks
VALUES = 'texts and lengths stand in quotes ("Hills", "1:30"), ranges in brackets ([80, 95]), numbers alone (2)'
# how a message of the reader begins: what to do about it
HINTS = {
    "Invalid value": VALUES,
    "Expected newline": f"a line has one value: {VALUES}",
    "Expected '='": "write: key = value",
    "Cannot overwrite": "it stands there twice, or as [segment] where [[segment]] is meant",
    "Cannot declare": "it stands there twice, or as [segment] where [[segment]] is meant",
    "Unterminated": "the closing quote is missing",
    "Illegal character": "a text ends on its line; is its closing quote missing?",
    "Unclosed": "the closing bracket is missing, there or in a line before",
    "Unescaped": "write two backslashes for one",
}


def read_plan(path: Path) -> Plan:
    """The plan in ``path``. Raises :class:`PlanError` with everything that is wrong with it."""
    text = _text(path)
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PlanError(path, [_syntax_problem(str(error), text)]) from None
    values = Values(locate(text))
    plan = _plan(values, document)
    if values.problems:
        raise PlanError(path, values.problems)
    return plan


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST_BYTES:
            raise PlanError(path, [Problem(0, f"is {len(raw)} bytes long; a plan has at most {LARGEST_BYTES}")])
        return raw.decode("utf-8-sig").replace("\r\n", "\n")  # some editors begin a text with a mark of its encoding
    except OSError as error:
        raise PlanError(path, [Problem(0, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise PlanError(path, [Problem(row, "is not UTF-8 text; save the plan as UTF-8")]) from None


def _syntax_problem(message: str, text: str) -> Problem:
    found = re.search(r"[(]at line (\d+), column (\d+)[)]", message)
    row = int(found[1]) if found else max(text.rstrip().count("\n") + 1, 1)
    what = re.sub(r" *[(]at .*[)]", "", message)
    hint = next((f"; {hint}" for start, hint in HINTS.items() if what.startswith(start)), "")
    return Problem(row, f"not valid TOML: {what}{f' at column {found[2]}' if found else ''}{hint}")


def _plan(values: Values, document: Mapping[str, Any]) -> Plan:
    values.known((), document, PLAN_KEYS, "the plan")
    plan_id = values.text((), document, "id", 64)
    if plan_id and not SLUG.fullmatch(plan_id):
        values.wrong(("id",), f"id: expected small letters, digits and single hyphens, got {plan_id!r}")
    segments = _segments(values, document)
    _check_length(values, segments)
    return Plan(
        id=plan_id,
        title=values.text((), document, "title", 32),
        coach=values.text((), document, "coach", 40),
        kind=values.text((), document, "kind", 24),
        effort=values.whole((), document, "effort", 1, 3),
        music=values.text((), document, "music", 32),
        motif=values.one_of((), document, "motif", MOTIFS),
        palette=values.whole((), document, "palette", 0, PALETTES - 1),
        segments=segments,
        description=values.text((), document, "description", 400, needed=False),
        collections=values.texts((), document, "collections", MOST_COLLECTIONS, 40),
        language=values.language((), document, "language"),
    )


def _segments(values: Values, document: Mapping[str, Any]) -> tuple[PlannedSegment, ...]:
    tables = document.get("segment", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        values.wrong(("segment",), "segment: expected tables headed [[segment]], with two brackets")
        return ()
    if not tables:
        values.wrong((), "expected at least one [[segment]]")
    return tuple(_segment(values, ("segment", i), table) for i, table in enumerate(tables))


def _segment(values: Values, place: Place, table: Mapping[str, Any]) -> PlannedSegment:
    values.known(place, table, SEGMENT_KEYS, "a segment")
    seconds = values.seconds(place, table, "seconds")
    return PlannedSegment(
        name=values.text(place, table, "name", 24),
        seconds=seconds,
        cadence_rpm=values.span(place, table, "cadence", 20, 180, "rpm"),
        resistance_pct=values.span(place, table, "resistance", 0, 100, "%"),
        zone=values.whole(place, table, "zone", 1, 7) if "zone" in table else None,
        lines=_lines(values, place, table.get("line", []), seconds),
        power_zone=values.span(place, table, "power_zone", 1, 7, ""),
        songs=_songs(values, place, table, seconds),
        messages=_messages(values, place, table, seconds),
    )


def _songs(values: Values, place: Place, table: Mapping[str, Any], seconds: int) -> tuple[Song, ...]:
    example = '[{at = 0, title = "Night Drive", artist = "The Pedals"}]'
    found = []
    for spot, item in values.moments(place, table, "song", ("at", "title", "artist"), example, seconds):
        title = values.text(spot, item, "title", 60)
        artist = values.text(spot, item, "artist", 60, needed=False)
        found.append(Song(values.moment(spot, item, "at", seconds), title, artist or None))
    return tuple(found)


def _messages(values: Values, place: Place, table: Mapping[str, Any], seconds: int) -> tuple[Message, ...]:
    example = '[{at = 10, text = "Sit tall."}]'
    found = []
    for spot, item in values.moments(place, table, "message", ("at", "text"), example, seconds):
        found.append(Message(values.moment(spot, item, "at", seconds), values.text(spot, item, "text", 80)))
    return tuple(found)


def _lines(values: Values, place: Place, given: Any, seconds: int) -> tuple[Line, ...]:
    place = (*place, "line")
    if isinstance(given, str):
        at_s = min(FIRST_WORD_S, seconds / 10)
        lines = [Line(at_s, values.spoken(place, given), values.row(place))]
    elif isinstance(given, list) and all(isinstance(item, dict) for item in given):
        lines = [_line(values, (*place, i), item, seconds) for i, item in enumerate(given)]
    else:
        values.wrong(place, 'line: expected a text, or a list like [{at = 2, say = "Find your legs."}]')
        return ()
    _check_overlaps(values, lines, seconds)
    return tuple(lines)


def _line(values: Values, place: Place, item: Mapping[str, Any], seconds: int) -> Line:
    values.known(place, item, ("at", "say"), "a line")
    at_s = values.moment(place, item, "at", seconds)
    say = values.spoken((*place, "say"), item.get("say"))
    return Line(at_s, say, values.row(place))


def _check_overlaps(values: Values, lines: list[Line], seconds: int) -> None:
    ends = [*(line.at_s for line in lines[1:]), float(seconds)]
    for line, end in zip(lines, ends, strict=False):
        room, wanted = end - line.at_s, len(line.say) / LETTERS_PER_S
        if room <= 0 and end != seconds:
            values.wrong_at(line.row, f"line: the next line begins at {end:g} s, not after this one ({line.at_s:g} s)")
        elif seconds and 0 < room < wanted:
            values.wrong_at(
                line.row,
                f"line: text too long: it takes at least {wanted:.1f} s to say, but has {room:.1f} s; "
                "shorten it or move what follows",
            )


def _check_length(values: Values, segments: tuple[PlannedSegment, ...]) -> None:
    total = sum(segment.seconds for segment in segments)
    if total > LONGEST_S:
        values.wrong(("segment",), f"the class is {total} s long; the most is {LONGEST_S} s (4 hours)")
