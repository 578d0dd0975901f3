"""A sensor that speaks GATT, over Bluetooth or Wi-Fi: connects, listens, reconnects by itself."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

from drivers.control import Control
from drivers.errors import DriverError, InUse, LinkLost, NeedsRider
from drivers.gatt import GattLink
from drivers.gatt_conversation import Deaf, GattConversation
from drivers.listening_sensor import ListeningSensor
from drivers.sensor import LinkState, SensorStatus
from drivers.tapped_link import Tap

RETRY_S = 0.5
DROPPED_WITHIN_S = 2.0  # a sensor that ends the connection this soon, twice, serves somebody else
DROPS = 2
_log = logging.getLogger(__name__)

Say = Callable[[DriverError | None], None]


class Opener(Protocol):
    """Opens a link, however long it takes; tells through ``say`` what it waits for. ``afresh``: see ble_recovery."""

    async def __call__(self, say: Say, afresh: bool) -> GattLink: ...


class GattSensor(ListeningSensor):
    """A :class:`drivers.sensor.Sensor`. ``control`` is its brake while it is connected and has one."""

    def __init__(
        self,
        url: str,
        name: str,
        open_link: Opener,
        *,
        clock: Callable[[], float] = time.monotonic,
        tap: Tap | None = None,
    ) -> None:
        super().__init__(SensorStatus(url, name), clock, tap)
        self._open_link = open_link
        self._conversation: GattConversation | None = None
        self._afresh = False
        self._drops = 0
        self._connections = 0

    @property
    def control(self) -> Control | None:
        """The brake, while there is one."""
        return self._conversation.control if self._conversation is not None else None

    async def _run(self) -> None:
        while True:
            try:
                await self._connect_and_listen()
            except DriverError as error:
                self._say(error)
            except Exception:  # a fault of ours must not end the ride's numbers for good
                _log.exception("the sensor %s failed", self.status.url)
                self._say(LinkLost(f"{self.status.name} failed", "It is connected anew by itself."))
            await asyncio.sleep(RETRY_S)

    async def _connect_and_listen(self) -> None:
        self.status.state = LinkState.CONNECTING
        link = await self._open_link(self._say, self._afresh)
        self._afresh = False
        self._say(None)
        self._connections += 1
        self.status.reconnects = self._connections - 1
        self.status.name = link.name or self.status.name
        began_s = self._clock()
        talk = self._conversation = GattConversation(link, self.status, self._queue.put, self._clock, self._tap)
        try:
            await talk.run()
        except Deaf:
            self._afresh = True
            raise
        except LinkLost as error:
            raise self._whose_fault(error, talk.frames, self._clock() - began_s) from error
        finally:
            self._conversation = None
            with suppress(DriverError):
                await link.close()

    def _whose_fault(self, error: LinkLost, frames: int, lasted_s: float) -> LinkLost:
        dropped = not frames and lasted_s < DROPPED_WITHIN_S
        self._drops = self._drops + 1 if dropped else 0
        if self._drops < DROPS:
            return error
        return InUse(
            f"{self.status.name} ends the connection at once",
            "It probably serves another app or watch: disconnect it there. It is tried again by itself.",
        )

    def _say(self, error: DriverError | None) -> None:
        self.status.error = error
        if error is None:
            self.status.state = LinkState.CONNECTING
        else:
            self.status.state = LinkState.NEEDS_RIDER if isinstance(error, NeedsRider) else LinkState.LOST
