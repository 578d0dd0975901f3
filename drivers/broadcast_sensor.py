"""A bike that advertises its numbers and takes no connection (Keiser M series)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from drivers.ble_errors import out_of_range
from drivers.bluetooth import Bluetooth, Heard
from drivers.errors import DriverError, NeedsRider
from drivers.keiser import COMPANY, COMPANY_ID, GONE_AFTER_S, KeiserDecoder
from drivers.listening_sensor import ListeningSensor
from drivers.radio_address import KeiserAddress
from drivers.sample import MEASURED, Sample
from drivers.sensor import LinkState, SensorStatus
from drivers.tapped_link import Tap

LOOK_EVERY_S = 0.5
RETRY_S = 2.0
NOT_HEARD_S = 10.0


class KeiserBike(ListeningSensor):
    """A :class:`drivers.sensor.Sensor` that only listens. Raises :class:`SensorAddressError` for a bad URL."""

    def __init__(
        self,
        url: str,
        bluetooth: Bluetooth,
        *,
        clock: Callable[[], float] = time.monotonic,
        tap: Tap | None = None,
    ) -> None:
        number = KeiserAddress.parse(url).equipment_id
        super().__init__(SensorStatus(url, f"Keiser bike {number}"), clock, tap)
        self._bluetooth = bluetooth
        self._decoder = KeiserDecoder(number)

    async def _run(self) -> None:
        while True:
            try:
                async with self._bluetooth.listening(self._hear):
                    await self._watch()
            except DriverError as error:
                state = LinkState.NEEDS_RIDER if isinstance(error, NeedsRider) else LinkState.LOST
                self.status.state, self.status.error = state, error
            await asyncio.sleep(RETRY_S)

    async def _watch(self) -> None:
        began_s = self._clock()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            silent_s = self._clock() - (self.status.last_frame_at_s or began_s)
            gone = silent_s > (GONE_AFTER_S if self.status.frames_ok else NOT_HEARD_S)
            if gone:
                self.status.state, self.status.error = LinkState.LOST, out_of_range(self.status.name)
            elif silent_s > self._decoder.timeout_s and self.status.frames_ok:
                self.status.state = LinkState.SILENT

    def _hear(self, heard: Heard) -> None:
        data = heard.manufacturer.get(COMPANY_ID)
        if data is None:
            return
        at_s, status, decoder = heard.heard_s, self.status, self._decoder
        ok, bad = decoder.frames_ok, decoder.frames_bad
        fields = decoder.feed(data, at_s)
        status.frames_bad += decoder.frames_bad - bad
        if decoder.frames_ok == ok:
            return
        if self._tap is not None:
            self._tap(at_s, True, None, COMPANY + data)
        status.bytes_seen += len(data)
        status.frames_ok += 1
        status.last_frame_at_s = at_s
        status.state, status.error = LinkState.RECEIVING, None
        if fields:
            self._queue.put(Sample(at_s, status.url, **fields, estimated=MEASURED))
