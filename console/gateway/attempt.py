"""One request for a piece: where it goes, and how far it is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from console.gateway.progress import Progress
from console.gateway.reading import Part


@dataclass(frozen=True, slots=True)
class Source:
    """Where a piece can be had. ``part`` may have to be looked up first; :class:`NotGot` there counts as trouble."""

    pathway: str
    part: Part | Callable[[], Awaitable[Part]]


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
    hedged: bool = False  # another was asked, as this one was silent
    raced: bool = False  # another was asked, as this one was slow
    task: asyncio.Task[None] | None = None
    mark: tuple[float, int] = (0.0, 0)  # when the last answer to any request for the piece began, and what was here

    @property
    def own_bytes(self) -> int:
        """What this request itself brought."""
        return max(len(self.data) - self.before, 0)

    def progress(self, now_s: float, length: int | None) -> Progress:
        """How far this request is, without what others had brought before it."""
        whole = self.total or length
        total = None if whole is None else whole - self.before
        return Progress(self.own_bytes, total, now_s - self.began_s, self.latency_s, whole)

    def rate(self, now_s: float) -> float:
        """Own bytes a second so far."""
        return self.own_bytes / max(now_s - self.began_s, 1e-3)

    def rate_since_mark(self, now_s: float) -> float:
        """Bytes a second since the last answer began."""
        since_s, had = self.mark
        return max(len(self.data) - had, 0) / max(now_s - since_s, 1e-3)

    def left_s(self, now_s: float) -> float:
        """How long it will take at that rate."""
        return ((self.total or 0) - len(self.data)) / max(self.rate_since_mark(now_s), 1e-3)
