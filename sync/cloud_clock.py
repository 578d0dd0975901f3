"""The cloud's clock as the tablet knows it: asked several times, believed where the answer came back the soonest.

Half of the way there and back is how wrong the best answer can be at most (Cristian, "Probabilistic clock
synchronization", 1989); on a home network that is some milliseconds.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import httpx

from sync.cache import Cache
from sync.http_link import new_client

AT_FIRST = 5  # asks, close together
FIRST_EVERY_S, EVERY_S = 0.2, 30.0
PATIENCE_S = 3.0
KEPT = 12
OLD_S = 900.0  # an older answer is only used while there is no newer one: clocks drift apart


class CloudClock:
    """Add :meth:`answered` from whoever asks; ``now`` is good at any time, with the tablet's own clock before that."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, wall: Callable[[], float] = time.time) -> None:
        self._monotonic, self._wall = monotonic, wall
        self._answers: deque[tuple[float, float, float]] = deque(maxlen=KEPT)  # received, way there and back, ahead

    @property
    def known(self) -> bool:
        """Whether the cloud has told its time since the start."""
        return bool(self._answers)

    @property
    def uncertain_s(self) -> float | None:
        """How wrong it can be at most."""
        return self._best()[1] / 2 if self._answers else None

    def now(self) -> float:
        """The cloud's time, in Unix seconds."""
        return self.at(self._monotonic())

    def at(self, monotonic_s: float) -> float:
        """The cloud's time at a moment of the monotonic clock."""
        if not self._answers:
            return self._wall() + monotonic_s - self._monotonic()
        return monotonic_s + self._best()[2]

    def answered(self, sent_s: float, told: float, received_s: float) -> None:
        """The cloud told its time: ``sent_s`` and ``received_s`` are of the monotonic clock."""
        there_and_back_s = received_s - sent_s
        if there_and_back_s >= 0:
            self._answers.append((received_s, there_and_back_s, told - (sent_s + there_and_back_s / 2)))

    def _best(self) -> tuple[float, float, float]:
        newest_s = self._answers[-1][0]
        young = [one for one in self._answers if newest_s - one[0] <= OLD_S]
        return min(young, key=lambda one: one[1])


async def keep_asking(clock: CloudClock, cache: Cache, woken: asyncio.Event | None = None) -> None:
    """Ask the cloud that the tablet is enrolled with for its time, now and then, until cancelled."""
    woken = woken or asyncio.Event()
    while True:
        woken.clear()
        enrolled = await asyncio.to_thread(cache.enrolment)
        asks = AT_FIRST if not clock.known else 1
        if enrolled is not None:
            with suppress(httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError):
                await _ask(clock, enrolled[0], asks)
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY_S):
                await woken.wait()


async def _ask(clock: CloudClock, base_url: str, asks: int) -> None:
    async with await new_client(base_url, {}, PATIENCE_S) as client:
        for ask in range(asks + 1):  # the first opens the connection, and is too slow to be believed
            sent_s = time.monotonic()
            response = await client.get("/v1/time")
            received_s = time.monotonic()
            response.raise_for_status()
            if ask:
                clock.answered(sent_s, float(response.json()["now"]), received_s)
                await asyncio.sleep(FIRST_EVERY_S if ask < asks else 0)
