"""What a link to the cloud is, and how it can fail.

LinkError                 every failure of a link; ``remedy`` says what to do
├── LinkDown              wait: nothing answers now, a later try may work
├── LinkRefused           ask: the cloud does not accept this tablet's token
├── NotTaken              leave it for later: the cloud works, but does not take this, as an older one
└── BatchRefused          give up on this ride: the cloud will never take what it was sent
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from sync import wire
from sync.records import Answer, Batch, QualityReport, Standings

ANSWER_WITHIN_S = 5.0
LIVE_POINTS = 10
OnStandings = Callable[[Standings], None]


class LinkError(Exception):
    """A failure with its remedy: ``str(error)`` says what happened, ``error.remedy`` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


class LinkDown(LinkError):
    """Nothing answers now."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Rides stay on this tablet and are sent when the cloud answers again.")


class LinkRefused(LinkError):
    """The cloud does not accept this tablet."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "Enrol this tablet again, with a new code of the cloud. Nothing is lost.")


class BatchRefused(LinkError):
    """The cloud refuses a batch for what it contains."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "The ride stays on this tablet.")


class NotTaken(LinkError):
    """The cloud works, but does not take this."""

    def __init__(self, what: str) -> None:
        super().__init__(what, "It stays on this tablet until the cloud is up to date.")


class Link(Protocol):
    """One way to the cloud. ``send`` and ``report`` are called for one thing at a time."""

    name: str

    async def open(self) -> None:
        """Connect. Raises LinkDown, LinkRefused."""

    async def send(self, batch: Batch) -> Answer:
        """Deliver a batch and wait for the cloud's word. Raises LinkDown, LinkRefused, BatchRefused."""

    async def report(self, report: QualityReport) -> Answer:
        """Deliver how well a ride's picture came and wait for the cloud's word. Raises all of the above."""

    async def watch(self) -> None:
        """Return never; raise LinkDown or LinkRefused once the open link is seen to be broken."""

    async def close(self) -> None:
        """Disconnect; harmless when not open."""


async def encoded(batch: Batch) -> bytes:
    """A batch as bytes. A full one takes 5 ms and more, a third of a frame: not on the loop's thread."""
    return await asyncio.to_thread(wire.encode, batch) if len(batch.points) > LIVE_POINTS else wire.encode(batch)
