"""How far the maker is, for people: a bar with the time left on a terminal, plain lines anywhere else."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TextIO

WIDTH, REDRAW_S, PLAIN_EVERY_S = 28, 0.2, 15.0


class Progress:
    """Tells of one step of work at a time on ``stream``; silent when that is ``None``."""

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._bar = stream is not None and stream.isatty()
        self._what, self._began, self._told, self._before = "", 0.0, 0.0, 0.0
        self.title = ""  # stands before the name of every step

    def begin(self, what: str, done: float = 0.0) -> None:
        """A step begins, of which the share ``done`` was done before."""
        self._what, self._began, self._told, self._before = what, self._clock(), self._clock(), done
        self._tell(f"{what} ...") if not self._bar else self.at(done)

    @contextlib.contextmanager
    def step(self, what: str, done: float = 0.0) -> Iterator[Callable[[float], None]]:
        """A step, from beginning to end; gives what to tell how far it is (0-1). ``done`` of it was done before."""
        self.begin(f"{self.title}{what}", done)
        yield self.at
        self.end()

    def at(self, share: float) -> None:
        """The step is done to ``share`` (0-1)."""
        now = self._clock()
        if now - self._told < (REDRAW_S if self._bar else PLAIN_EVERY_S):
            return
        self._told = now
        passed = now - self._began
        done = share - self._before
        left = f"{clock(passed * (1 - share) / done)} left" if done > 0.02 else ""
        if self._bar:
            full = round(share * WIDTH)
            self._tell(f"\r{self._what:<40.40} {'█' * full}{'░' * (WIDTH - full)} {share:4.0%} {left:<12}", end="")
        else:
            self._tell(f"{self._what}: {share:.0%}{', ' + left if left else ''}")

    def end(self) -> None:
        """The step is done."""
        took = f"{self._what}: done in {clock(self._clock() - self._began)}"
        self._tell(f"\r{took:<88}" if self._bar else took)

    def say(self, words: str) -> None:
        """A remark between steps."""
        self._tell(words)

    def _tell(self, words: str, end: str = "\n") -> None:
        if self._stream is not None:
            self._stream.write(words + end)
            self._stream.flush()


def part(tell: Callable[[float], None], begin: float, length: float) -> Callable[[float], None]:
    """Tells of a part of a step, which begins at the share ``begin`` of it and is the share ``length``."""
    return lambda share: tell(min(begin + share * length, 1.0))


def clock(duration_s: float) -> str:
    """A length as minutes and seconds."""
    minutes, rest = divmod(round(duration_s), 60)
    return f"{minutes}:{rest:02d}"
