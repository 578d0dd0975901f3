"""The way of Samples from a link to whoever reads the sensor."""

from __future__ import annotations

import asyncio
from collections import deque

from drivers.sample import Sample

KEPT = 256


class SampleQueue:
    """Keeps the newest 256 Samples: a reader that sleeps loses the oldest and catches up with the present.

    ``put`` and ``close`` on the event loop's thread only.
    """

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=KEPT)
        self._arrived = asyncio.Event()
        self._closed = False

    def put(self, sample: Sample) -> None:
        """Hand a Sample over."""
        self._samples.append(sample)
        self._arrived.set()

    def close(self) -> None:
        """Let the reader go: after the Samples that are left, ``get`` raises."""
        self._closed = True
        self._arrived.set()

    async def get(self) -> Sample:
        """The oldest Sample kept. Raises :class:`StopAsyncIteration` when there will be no more."""
        while not self._samples:
            if self._closed:
                raise StopAsyncIteration
            self._arrived.clear()
            await self._arrived.wait()
        return self._samples.popleft()
