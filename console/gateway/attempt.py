"""One request for a piece: where it goes, and how far it is."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.gateway.reading import Part


@dataclass(frozen=True, slots=True)
class Source:
    """Where a piece can be had. ``part`` may have to be looked up first; :class:`NotGot` there counts as trouble."""

    pathway: str
    part: Part | Callable[[], Awaitable[Part]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a request is: bytes here, bytes in all if known, seconds since it was sent, and until its answer
    began."""

    have: int
    total: int | None
    seconds: float
    latency_s: float = 0.0

    @property
    def left_s(self) -> float:
        """How long it will take, if it goes on like this."""
        if self.total is None or not self.have:
            return math.inf
        return (self.total - self.have) * (self.seconds - self.latency_s) / self.have


@dataclass(slots=True, eq=False)
class Attempt:
    """One request that is on: what it has, beginning with what others had got before it."""

    source: Source
    data: bytearray
    began_s: float
    spoke_s: float
    before: int  # bytes that others brought
    whole: bytes = b""  # what it has, when it has come to its end
    url: str = ""
    total: int | None = None
    latency_s: float = 0.0
    raced: bool = False
    task: asyncio.Task[None] | None = None
    mark: tuple[float, int] = (0.0, 0)  # when the last answer to any request for the piece began, and what was here

    @property
    def own_bytes(self) -> int:
        """What this request itself brought."""
        return max(len(self.data) - self.before, 0)

    def progress(self, now_s: float, length: int | None) -> Progress:
        """How far this request is, without what others had brought before it."""
        total = self.total or length
        left = None if total is None else total - self.before
        return Progress(self.own_bytes, left, now_s - self.began_s, self.latency_s)

    def rate(self, now_s: float) -> float:
        """Own bytes a second so far."""
        return self.own_bytes / max(now_s - self.began_s, 1e-3)

    def rate_since_mark(self, now_s: float) -> float:
        """Bytes a second since the last answer began."""
        since_s, had = self.mark
        return max(len(self.data) - had, 0) / max(now_s - since_s, 1e-3)
