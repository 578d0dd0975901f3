"""Notices on their way to one client: in order, late when the link is slow, damaged as the faults want it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from virtualbike.gatt_bike import GattBike, Notice
from virtualbike.gatt_table import uuid
from virtualbike.recording import Recorder


class Outbox:
    """``deliver`` is awaited with each notice and the bytes of it that are left; nothing is delivered of nothing."""

    def __init__(
        self,
        bike: GattBike,
        deliver: Callable[[Notice, bytes], Awaitable[None]],
        recorder: Recorder,
        clock: Callable[[], float],
    ) -> None:
        self._bike, self._deliver, self._recorder, self._clock = bike, deliver, recorder, clock
        self._queue: asyncio.Queue[tuple[float, Notice]] = asyncio.Queue()
        self._open = True

    def put(self, notice: Notice) -> None:
        """Send this, when its time has come."""
        self._queue.put_nowait((asyncio.get_running_loop().time() + self._bike.faults.delay_s, notice))

    def close(self) -> None:
        """Send no more."""
        self._open = False

    async def run(self) -> None:
        """Deliver until closed and cancelled."""
        # Not "while True": in the moment an answer arrives, wait_for (inside bumble) can lose the cancellation.
        while self._open:
            due_s, notice = await self._queue.get()
            await asyncio.sleep(due_s - asyncio.get_running_loop().time())
            data = self._bike.faults.pass_through(notice.data)
            if data:
                self._recorder.note(self._clock(), "bike", data, uuid(notice.characteristic))
                await self._deliver(notice, data)
            if notice.indication:
                self._bike.confirmed(notice.client)
