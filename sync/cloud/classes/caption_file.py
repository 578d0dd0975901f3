"""Captions given as a file (WebVTT or SubRip), read and checked whole: every problem at once, each with its line."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes.captions import Cue
from sync.cloud.classes.errors import PlanError, Problem

LARGEST_BYTES, MOST_CUES, LONGEST_CUE = 4 << 20, 20_000, 400
EXPECTED = "expected a time like 00:01:02.500 --> 00:01:04.000"
_ARROW = re.compile(r"(?P<start>\S+)\s+-->\s+(?P<end>\S+)(\s.*)?")
_CLOCK = re.compile(r"(?:(\d{1,3}):)?([0-5]\d):([0-5]\d)[.,](\d{3})")
_MARKUP = re.compile(r"<[^>]*>|{\\[^}]*}")
_APART = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines between empty ones; ``row`` counts from 1."""

    row: int
    lines: list[str]


def read_captions(path: Path, duration_s: int) -> list[Cue]:
    """The captions in ``path`` for a class of that length. Raises :class:`PlanError` with all that is wrong."""
    text = _text(path)
    problems: list[Problem] = []
    if path.suffix.lower() == ".vtt" and not text.startswith("WEBVTT"):
        problems.append(Problem(1, "is not WebVTT: the first line must be WEBVTT"))
    found: list[Cue] = []
    for block in _blocks(text):
        if block.lines[0].startswith(_APART) or block.lines[0].startswith("WEBVTT"):
            continue
        cue = _cue(block, duration_s, found[-1] if found else None, problems)
        if cue:
            found.append(cue)
    if not found and not problems:
        problems.append(Problem(0, "has no captions in it"))
    if len(found) > MOST_CUES:
        problems.append(Problem(0, f"has {len(found)} captions; at most {MOST_CUES}"))
    if problems:
        raise PlanError(path, problems)
    return found


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > LARGEST_BYTES:
            raise PlanError(path, [Problem(0, f"is {len(raw)} bytes long; captions have at most {LARGEST_BYTES}")])
        return raw.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise PlanError(path, [Problem(0, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        row = error.object[: error.start].count(b"\n") + 1
        raise PlanError(path, [Problem(row, "is not UTF-8 text; save the captions as UTF-8")]) from None


def _blocks(text: str) -> Iterator[_Block]:
    lines: list[str] = []
    for row, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield _Block(row - len(lines), lines)
            lines = []


def _cue(block: _Block, duration_s: int, before: Cue | None, problems: list[Problem]) -> Cue | None:
    at = next((i for i, line in enumerate(block.lines[:2]) if "-->" in line), None)
    if at is None:
        problems.append(Problem(block.row, EXPECTED))
        return None
    row = block.row + at
    arrow = _ARROW.fullmatch(block.lines[at])
    start, end = (_seconds(arrow[name]) for name in ("start", "end")) if arrow else (None, None)
    if start is None or end is None:
        problems.append(
            Problem(row, f"expected a time like 00:01:02.500 --> 00:01:04.000, got {block.lines[at]!r:.60}")
        )
        return None
    text = "\n".join(html.unescape(_MARKUP.sub("", line)).strip() for line in block.lines[at + 1 :]).strip()
    wrong = _wrong(start, end, text, duration_s, before)
    problems += [Problem(row, what) for what in wrong]
    return None if wrong else Cue(start, end, text)


def _wrong(start: float, end: float, text: str, duration_s: int, before: Cue | None) -> list[str]:
    wrong = []
    if end <= start:
        wrong.append(f"the caption ends at {end:g} s, not after it begins ({start:g} s)")
    if before and start < before.start_s:
        wrong.append(f"the caption begins at {start:g} s, before the one above it ({before.start_s:g} s)")
    if end > duration_s + 1:
        wrong.append(f"the caption ends at {end:g} s, but the class at {duration_s} s; is it for another video?")
    if not text:
        wrong.append("the caption has no words")
    elif len(text) > LONGEST_CUE:
        wrong.append(f"the caption has {len(text)} letters, at most {LONGEST_CUE}")
    return wrong


def _seconds(clock: str) -> float | None:
    found = _CLOCK.fullmatch(clock)
    if found is None:
        return None
    hours, minutes, seconds, milliseconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds + milliseconds / 1000
