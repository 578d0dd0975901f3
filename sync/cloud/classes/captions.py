"""Captions: the coach's lines as WebVTT, timed by when they are spoken."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes import pieces
from sync.cloud.classes.pieces import Piece
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.sound.voice import Spoken

WIDEST, ROWS = 42, 2
LINGER_S = 1.2  # how long a caption stays after its last word
LETTERS_PER_S, SHORTEST_S = 15.0, 1.0  # of speech that nobody has timed


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption on the screen, in seconds of the class clock."""

    start_s: float
    end_s: float
    text: str


def cues(spoken: Iterable[Spoken], duration_s: float) -> list[Cue]:
    """The captions of all lines, in order, none over another; long lines are shown in parts."""
    in_order = sorted(spoken, key=lambda one: one.start_s)
    return _in_turn([cue for said in in_order for cue in _cut(said.line.say, said.start_s, said.end_s)], duration_s)


def planned(plan: Plan) -> list[Cue]:
    """The captions of a plan's lines, for a film in which the coach says them: as long as they take to be said."""
    shown: list[Cue] = []
    for start_s, segment in zip(plan.starts_s, plan.segments, strict=False):
        for line in segment.lines:
            at_s = start_s + line.at_s
            shown += _cut(line.say, at_s, at_s + max(len(line.say) / LETTERS_PER_S, SHORTEST_S))
    return _in_turn(shown, plan.duration_s)


def _in_turn(parts: list[Cue], duration_s: float) -> list[Cue]:
    """Each stays a little after its last word, but not into the next."""
    ends = [*(cue.start_s for cue in parts[1:]), duration_s]
    return [Cue(cue.start_s, min(cue.end_s + LINGER_S, end), cue.text) for cue, end in zip(parts, ends, strict=False)]


def webvtt(captions: Iterable[Cue]) -> str:
    """A WebVTT file."""
    blocks = [f"{_clock(cue.start_s)} --> {_clock(cue.end_s)}\n{_escaped(cue.text)}\n" for cue in captions]
    return "\n".join(["WEBVTT\n", *blocks])


def publish(captions: Iterable[Cue], duration_s: int, home: Path) -> tuple[Piece, Piece]:
    """Write the file and its playlist into ``home``, the class's directory."""
    file = pieces.write(webvtt(captions).encode(), home, "captions", ".vtt", home)
    listed = _playlist(file.path, duration_s)
    return file, pieces.write(listed.encode(), home, "captions", ".m3u8", home)


def _playlist(file: str, duration_s: int) -> str:
    """The playlist of the captions: one WebVTT file for the whole class."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{duration_s}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    return "\n".join([*lines, f"#EXTINF:{duration_s:.3f},", file, "#EXT-X-ENDLIST"]) + "\n"


def _cut(say: str, at: float, until: float) -> Iterator[Cue]:
    """A line cut where it would not fit on the screen; each part gets its share of the time, by letters."""
    rows = textwrap.wrap(say, WIDEST)
    texts = ["\n".join(rows[i : i + ROWS]) for i in range(0, len(rows), ROWS)]
    letters, length = sum(map(len, texts)), until - at
    for text in texts:
        end = at + length * len(text) / letters
        yield Cue(at, end, text)
        at = end


def _escaped(text: str) -> str:
    """``text`` as WebVTT wants it: without markup, and without the arrow that would end the cue's text."""
    return re.sub(">", "&gt;", re.sub("<", "&lt;", text.replace("&", "&amp;")))


def _clock(at_s: float) -> str:
    milliseconds = round(at_s * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
