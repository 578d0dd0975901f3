"""What can go wrong while making a class, sorted by what the caller does next.

MakerError            a sentence and a remedy
├── BadArguments      the command must be given otherwise
├── PlanError         the plan's author must change the file: every problem, each with its line
├── BadVideo          the file given as picture cannot be used
├── Faulty            what was made is not right; it is not offered
├── ToolMissing       install ffmpeg or espeak-ng
├── ToolFailed        a tool ended with an error; its own last words are in the message
└── NoSpace           make room on the disk
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


class MakerError(Exception):
    """Something that stopped the maker; ``remedy`` says what to do about it."""

    exit_status = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (str(self), self.remedy)


class BadArguments(MakerError):
    """What was asked for on the command line cannot be."""

    exit_status = 2


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in a plan; ``row`` counts the file's lines from 1, 0 speaks of the whole file."""

    row: int
    text: str


class PlanError(MakerError):
    """A plan that cannot be made into a class; ``str()`` has one line for each problem."""

    exit_status = 2

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path, self.problems = path, sorted(problems)
        lines = [f"{path}:{p.row}: {p.text}" if p.row else f"{path}: {p.text}" for p in self.problems]
        super().__init__("\n".join(lines))


class BadVideo(MakerError):
    """A video file that is none, or does not suit the plan."""

    exit_status = 2


class Faulty(MakerError):
    """What was made does not stand up to being looked at; nothing of it is offered."""

    def __init__(self, message: str, remedy: str = "make it again; if it stays so, report it with the plan") -> None:
        super().__init__(f"what was made is faulty: {message}", remedy)


class ToolMissing(MakerError):
    """A program that the maker needs is not installed."""


class ToolFailed(MakerError):
    """A program that the maker ran ended with an error."""


class NoSpace(MakerError):
    """The disk is full, or would be."""
