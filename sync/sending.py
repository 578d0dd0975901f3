"""Sending: carries rides from the cache over one open link, one batch at a time, the live ones first."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from sync.cache import Cache
from sync.links import BatchRefused, Link, LinkDown, NotTaken
from sync.positions import Waiting
from sync.records import Answer, QualityReport

log = logging.getLogger(__name__)

LIMIT = 600  # Points in a batch; about 2 kB
FREE_RIDE_POINTS = 5  # nobody waits for a free ride's seconds: they travel a few at a time
ASKED_RIDES = 5
STUBBORN = 3

OnDisk = Callable[..., Awaitable[Any]]


class Sender:
    """Every batch begins at the ride's position; when the cloud holds less or more than that, its answer says so and
    is believed. A ride that the cloud refuses is marked and left out; the others go on.

    ``on_disk`` runs a method of the cache where it delays nobody; ``heard`` is told each Answer, ``counted`` what
    waits. All methods raise LinkDown and LinkRefused.
    """

    def __init__(
        self,
        cache: Cache,
        link: Link,
        on_disk: OnDisk,
        *,
        heard: Callable[[Answer], None] = lambda answer: None,
        counted: Callable[[list[Waiting]], None] = lambda waiting: None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._cache, self._link, self._on_disk = cache, link, on_disk
        self._heard, self._counted, self._wall = heard, counted, wall
        self._unasked: deque[str] = deque()
        self._unmoved: dict[str, int] = {}
        self._reports_refused = False

    async def ask(self, rides: int = ASKED_RIDES) -> None:
        """Ask the cloud how much it holds of the newest rides. If it holds less of one than it once acknowledged, it
        has lost data: :meth:`step` then asks for all others too."""
        positions = await self._on_disk(self._cache.positions)
        lost = False
        for ride_id, position in positions[:rides]:
            answer = await self._send(ride_id, position, limit=0)
            lost = lost or (answer is not None and answer.acknowledged < position)
        self._unasked = deque(ride_id for ride_id, _ in positions[rides:]) if lost else deque()

    async def greet(self, ride_id: str) -> None:
        """Say that a ride waits to begin; the answer brings who else does. A guest's ride says nothing."""
        if ride_id in {known for known, _ in await self._on_disk(self._cache.positions)}:
            await self._send(ride_id, 0, limit=0)

    async def step(self, everything: bool = False) -> bool:
        """Send one batch of each ride that is being ridden, and then one question or one batch of a ride that is over,
        newest first; when no ride waits, the Quality of one. Returns whether there was anything to do. ``everything``:
        also seconds that could wait."""
        waiting: list[Waiting] = await self._on_disk(self._cache.waiting)
        self._counted(waiting)
        due = [ride for ride in waiting if everything or _due(ride)]
        for ride in due:
            if ride.header.finished_at is None:
                await self._send(ride.header.id, ride.acknowledged)
        over = [ride for ride in due if ride.header.finished_at is not None]
        if self._unasked:
            await self._send(self._unasked.popleft(), 0, limit=0)
        elif over:
            await self._send(over[-1].header.id, over[-1].acknowledged)
        elif not due and await self._report():
            return True
        return bool(due or self._unasked)

    async def _send(self, ride_id: str, after: int, limit: int = LIMIT) -> Answer | None:
        """Send up to ``limit`` Points, with 0 a question; ``None`` when the ride is gone or refused."""
        try:
            batch = await self._on_disk(self._cache.batch, ride_id, after, limit)
            if batch.points and batch.points[0].second > after:
                raise BatchRefused(f"second {after} of the ride is missing on this tablet")
            answer = await self._link.send(batch)
        except KeyError:
            return None  # discarded by the rider in the meantime
        except (BatchRefused, ValueError, OverflowError) as refused:  # the last two: values that no batch can carry
            await self._on_disk(self._cache.refuse, ride_id, str(refused))
            return None
        await self._on_disk(self._cache.acknowledge, answer, self._wall())
        if limit:
            self._insist(answer, after, end_only=not batch.points)
        self._heard(answer)
        return answer

    async def _report(self) -> bool:
        """Send the Quality of one ride; whether the cloud took it, or is to be sent that ride anew first. One that
        does not take it is not asked again over this link: figures can wait, rides cannot."""
        waiting: list[str] = [] if self._reports_refused else await self._on_disk(self._cache.waiting_quality)
        quality = await self._on_disk(self._cache.quality, waiting[0]) if waiting else None
        if quality is None:
            return False
        try:
            answer = await self._link.report(QualityReport(waiting[0], quality))
        except BatchRefused as refused:
            log.warning("the cloud refuses the quality of a ride: %s", refused)
            await self._on_disk(self._cache.refuse_quality, waiting[0])
            return True
        except NotTaken as refused:
            log.info("the quality of a ride is not sent: %s", refused)
            self._reports_refused = True
            return False
        await self._on_disk(self._cache.acknowledge, answer, self._wall())
        self._heard(answer)
        self._reports_refused = answer.finished and not answer.quality
        return not self._reports_refused

    def _insist(self, answer: Answer, after: int, end_only: bool) -> None:
        """A cloud that answers again and again but keeps nothing must not be asked in a tight loop."""
        moved = answer.acknowledged > after or (end_only and answer.finished and answer.acknowledged == after)
        unmoved = 0 if moved else self._unmoved.get(answer.ride_id, 0) + 1
        self._unmoved[answer.ride_id] = unmoved
        if unmoved >= STUBBORN:
            raise LinkDown(f"The cloud answers, but does not keep what it is sent (second {after} and on).")


def _due(ride: Waiting) -> bool:
    """Whether a ride's unsent seconds should travel now."""
    if ride.header.class_id is not None or ride.header.finished_at is not None:
        return True
    return ride.points - ride.acknowledged >= FREE_RIDE_POINTS
