"""WebVTT captions: what is being said at a position of the class."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass

_TIMING = re.compile(r"((?:\d+:)?\d{2}:\d{2}\.\d{3})\s+-->\s+((?:\d+:)?\d{2}:\d{2}\.\d{3})")
_TAG = re.compile(r"<[^>]*>")


class CaptionsError(ValueError):
    """Not WebVTT."""


@dataclass(frozen=True, slots=True)
class Cue:
    """``text`` is said from ``start_s`` until just before ``end_s``."""

    start_s: float
    end_s: float
    text: str


class Captions:
    """The cues of a class in order of time."""

    def __init__(self, cues: list[Cue]) -> None:
        self.cues = tuple(sorted(cues, key=lambda cue: (cue.start_s, cue.end_s)))
        self._starts = [cue.start_s for cue in self.cues]
        self._longest_s = max((cue.end_s - cue.start_s for cue in self.cues), default=0.0)

    def at(self, position_s: float) -> str:
        """What is said now; several cues at once are several lines. Empty when nothing is."""
        last = bisect_right(self._starts, position_s)
        first = bisect_right(self._starts, position_s - self._longest_s)
        return "\n".join(cue.text for cue in self.cues[max(first - 1, 0) : last] if cue.end_s > position_s)


def parse_webvtt(text: str) -> Captions:
    """Read a WebVTT file. Tags, notes, styles and settings are left out, damaged cues too. Raises
    :class:`CaptionsError` when the text is no WebVTT at all."""
    blocks = re.split(r"\n\s*\n", text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    if not re.match(r"WEBVTT(\s|$)", blocks[0]):
        raise CaptionsError("the captions are not WebVTT: the first line must be WEBVTT")
    return Captions([cue for block in blocks if (cue := _cue(block.strip("\n").split("\n"))) is not None])


def _cue(lines: list[str]) -> Cue | None:
    for number, line in enumerate(lines[:2]):
        timing = _TIMING.match(line.strip())
        if timing is not None:
            start_s, end_s = _seconds(timing[1]), _seconds(timing[2])
            said = "\n".join(html.unescape(_TAG.sub("", part)).strip() for part in lines[number + 1 :]).strip()
            return Cue(start_s, end_s, said) if said and end_s > start_s else None
    return None


def _seconds(stamp: str) -> float:
    hours, minutes, seconds = f"0:{stamp}".split(":")[-3:]
    return round(int(hours) * 3600 + int(minutes) * 60 + float(seconds), 3)
