"""Sends the ride on: as a virtual trainer over Wi-Fi and Bluetooth, to a home over MQTT. All is off by default."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from console.ride import Now
from console.settings import Settings
from console.trainer.control_point import Brake
from console.trainer.dircon_server import PORT, DirconServer
from console.trainer.home_states import state
from console.trainer.outlet import RETRY_S, Outlet
from console.trainer.peripheral import NAME, SERVICE_NUMBERS, Peripheral
from drivers.errors import NeedsRider

if TYPE_CHECKING:
    from console.trainer.home_broker import HomeBroker

EVERY_S = 0.5
_log = logging.getLogger(__name__)


class Broadcast:
    """``now`` reads the ride that is on, if one is; ``brake`` the real bike's brake, if it has one.

    ``wifi``, ``bluetooth`` and ``home`` are the ways out, ``listeners`` how many programs listen on the first two.
    ``interfaces`` are the addresses to serve on; none means all. ``bus_address``: see :class:`BleServer`.
    """

    def __init__(
        self,
        settings: Settings,
        now: Callable[[], Now | None],
        brake: Callable[[], Brake | None] = lambda: None,
        *,
        interfaces: Iterable[str] = (),
        port: int = PORT,
        bus_address: str | None = None,
        retry_s: float = RETRY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.peripheral = Peripheral(lambda: brake() if settings.rebroadcast_control else None)
        self.server = DirconServer(self.peripheral)
        self.wifi = Outlet(settings, "rebroadcast_wifi", self._over_wifi, retry_s=retry_s)
        self.bluetooth = Outlet(settings, "rebroadcast_bluetooth", self._over_bluetooth, retry_s=retry_s)
        self.home = Outlet(settings, "home_broker", self._over_mqtt, retry_s=retry_s)
        self._settings = settings
        self._broker: HomeBroker | None = None
        self._radio_listeners: Callable[[], int] = lambda: 0
        self._now, self._clock = now, clock
        self._interfaces, self._port, self._bus_address = tuple(interfaces), port, bus_address
        settings.watch("rebroadcast_control", self._let_control)

    @property
    def listeners(self) -> dict[str, int]:
        """How many programs are connected over each way, by the name of its setting."""
        return {"rebroadcast_wifi": len(self.server.clients), "rebroadcast_bluetooth": self._radio_listeners()}

    async def run(self) -> None:
        """Serve until cancelled."""
        async with asyncio.TaskGroup() as group:
            for job in (self.wifi.run(), self.bluetooth.run(), self.home.run(), self._tell()):
                group.create_task(job)

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            if self.wifi.on or self.bluetooth.on or self._broker is not None:
                try:
                    now = self._now()
                    self.peripheral.step(now, self._clock())
                    if self._broker is not None:
                        self._broker.tell(state(now))
                except Exception:  # a fault of ours: silence is no lie, and the next reading may be well
                    _log.exception("the ride could not be told to other programs")

    def _let_control(self, allowed: bool) -> None:
        """What a program can ask for it reads when it connects: let all connect anew."""
        if not allowed:
            self.peripheral.control_point.revoke()
        for outlet in (self.wifi, self.bluetooth):
            outlet.restart()

    @asynccontextmanager
    async def _over_wifi(self) -> AsyncIterator[Awaitable[object]]:
        host = self._interfaces[0] if self._interfaces else "0.0.0.0"
        await asyncio.to_thread(import_module, "drivers.mdns")  # takes longer than a frame
        from drivers.mdns import announced

        named = await asyncio.to_thread(_named)  # it may have to ask another program
        async with (
            self.server.listening(host, self._port),
            announced(NAME, self.server.port, SERVICE_NUMBERS, properties=named, interfaces=self._interfaces),
        ):
            yield asyncio.Event().wait()

    @asynccontextmanager
    async def _over_bluetooth(self) -> AsyncIterator[Awaitable[object]]:
        try:
            await asyncio.to_thread(import_module, "console.trainer.ble_server")
            from console.trainer.ble_server import BleServer  # dbus-fast is only there where BlueZ can be
        except ImportError as error:
            raise NeedsRider("on this system Bluetooth cannot be heard by others", "Use Wi-Fi instead.") from error
        server = BleServer(self.peripheral, self._bus_address)
        async with server.serving():
            self._radio_listeners = lambda: server.listeners
            try:
                yield server.gone()
            finally:
                self._radio_listeners = lambda: 0

    @asynccontextmanager
    async def _over_mqtt(self) -> AsyncIterator[Awaitable[object]]:
        await asyncio.to_thread(import_module, "console.trainer.home_broker")
        from console.trainer.home_broker import BrokerAddress, HomeBroker

        address = BrokerAddress.parse(self._settings.home_broker)
        number = await asyncio.to_thread(_number)
        broker = HomeBroker(address, number[:4].hex())
        async with broker.serving():
            self._broker = broker
            try:
                yield broker.gone()
            finally:
                self._broker = None


def _number() -> bytes:
    """Any number, always the same on this machine."""
    return uuid.uuid5(uuid.NAMESPACE_OID, f"{NAME} {uuid.getnode()}").bytes


def _named() -> dict[str, str]:
    """What training programs tell trainers apart by: a number and an address."""
    number = _number()
    address = bytes([number[4] & 0xFC | 2, *number[5:10]])  # one that no maker gives out
    return {"serial-number": number[:4].hex(), "mac-address": address.hex("-")}
