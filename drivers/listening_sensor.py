"""What sensors that listen in a task of the event loop have in common."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Self

from drivers.sample import Sample
from drivers.sample_queue import SampleQueue
from drivers.sensor import SensorStatus
from drivers.tapped_link import Tap

CLOSE_S = 3.0  # longer than a link usually takes to end well


class ListeningSensor:
    """A :class:`drivers.sensor.Sensor` whose :meth:`_run` puts Samples into ``_queue`` for as long as it is open."""

    def __init__(self, status: SensorStatus, clock: Callable[[], float], tap: Tap | None) -> None:
        self.status = status
        self._clock, self._tap = clock, tap
        self._queue = SampleQueue()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"sensor {self.status.url}")
        return self

    async def __aexit__(self, *exc: object) -> None:
        # Not once: before Python 3.12 a library's asyncio.wait_for loses a cancellation that meets its answer.
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=CLOSE_S)
        self._queue.close()

    def __aiter__(self) -> AsyncIterator[Sample]:
        return self

    async def __anext__(self) -> Sample:
        return await self._queue.get()

    async def _run(self) -> None:
        """Listen until cancelled."""
        raise NotImplementedError
