"""Bluetooth without a radio: bikes, and bleak's own public API, on one link within the process.

    async with local_radio() as radio:
        bike = await radio.add_bike()
        device = await BleakScanner.find_device_by_name("Breakaway", backend=radio.scanner_backend)
        async with BleakClient(device, backend=radio.client_backend) as client: ...

Every client has a controller of its own, as two tablets have, so that several can meet one bike.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bleak.backends.client import BaseBleakClient
from bleak.backends.scanner import BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason
from bumble import hci
from bumble.controller import Controller
from bumble.device import Device
from bumble.link import LocalLink
from bumble.transport.common import AsyncPipeSink

from virtualbike.bike import Bike
from virtualbike.bleak_client import LocalClient
from virtualbike.bleak_scanner import LocalScanner
from virtualbike.gatt_bike import GattBike
from virtualbike.keiser import KeiserBike
from virtualbike.radio import RadioBike
from virtualbike.rider import SteadyRider

MTU = 247
SUPERVISION_S = 0.2
ADVERTISING_MS = 30.0
UNHEARD = hci.HCI_ErrorCode.CONNECTION_TIMEOUT_ERROR


def steady_bike() -> GattBike:
    """A bike that somebody rides at 85 rpm and 35 %."""
    return GattBike(SteadyRider(85, 35), Bike(cadence_rpm=85, resistance_pct=35))


class LocalBike(RadioBike):
    """A bike on the link. When it is unplugged nobody is told: its clients notice ``supervision_s`` later."""

    def __init__(self, bike: GattBike, radio: LocalRadio, controller: Controller, **options: Any) -> None:
        super().__init__(bike, controller, AsyncPipeSink(controller), advertising_ms=ADVERTISING_MS, **options)
        self._radio, self._controller = radio, controller

    async def unplug(self) -> None:
        """Vanish."""
        self._plugged = False
        async with self._advertising:
            await self.device.stop_advertising()
        self._radio.link.controllers.discard(self._controller)
        self._loops.add(self._spawn(self._be_missed()))

    async def replug(self) -> None:
        """Come back."""
        self._radio.link.controllers.add(self._controller)
        await super().replug()

    async def _be_missed(self) -> None:
        """Each end notices by itself that it has heard nothing of the other."""
        await asyncio.sleep(self._radio.supervision_s)
        self._radio.miss(self.device)
        for connection in list(self._controller.le_connections.values()):
            self._controller.on_le_disconnected(connection, UNHEARD)


class LocalRadio:
    """The air within the process. ``mtu`` is what clients ask for; 23 is the smallest there is.

    Set ``unavailable`` to a reason, and every scan and connection fails with it, as when Bluetooth is switched off.
    """

    def __init__(self, *, mtu: int = MTU, supervision_s: float = SUPERVISION_S) -> None:
        self.mtu, self.supervision_s = mtu, supervision_s
        self.unavailable: BleakBluetoothNotAvailableReason | None = None
        self.link = LocalLink()
        self.scanner_backend: type[BaseBleakScanner] = type("LocalScanner", (LocalScanner,), {"radio": self})
        self.client_backend: type[BaseBleakClient] = type("LocalClient", (LocalClient,), {"radio": self})
        self._numbers = itertools.count(1)
        self._bikes: list[LocalBike] = []
        self._keisers: list[KeiserBike] = []
        self._centrals: dict[Device, Controller] = {}

    async def add_bike(self, bike: GattBike | None = None, **options: Any) -> LocalBike:
        """A bike that advertises from now on. ``options`` are :class:`virtualbike.radio.RadioBike`'s.

        Without ``bike`` it is a :func:`steady_bike`.
        """
        options.setdefault("address", f"C1:BA:CE:{next(self._numbers):02X}:00:01")
        local = LocalBike(bike or steady_bike(), self, self._controller(), **options)
        await local.start()
        self._bikes.append(local)
        return local

    async def add_keiser(self, bike: GattBike | None = None, **options: Any) -> KeiserBike:
        """A bike that only advertises. ``options`` are :class:`virtualbike.keiser.KeiserBike`'s."""
        controller = self._controller()
        options.setdefault("address", f"C1:BA:CE:{next(self._numbers):02X}:00:01")
        options.setdefault("advertising_ms", ADVERTISING_MS)
        keiser = KeiserBike(bike or steady_bike(), controller, AsyncPipeSink(controller), **options)
        await keiser.start()
        self._keisers.append(keiser)
        return keiser

    async def remove(self, bike: LocalBike) -> None:
        """The bike says good-bye and is gone for good."""
        self._bikes.remove(bike)
        await bike.stop()
        self.link.controllers.discard(bike._controller)

    async def central(self) -> Device:
        """A device of its own for one client or scanner."""
        if self.unavailable is not None:
            raise BleakBluetoothNotAvailableError("Bluetooth is not available", self.unavailable)
        controller = self._controller()
        address = hci.Address((0xF000_0000_0000 + next(self._numbers)).to_bytes(6, "big").hex(":"))
        device = Device.with_hci("tablet", address, controller, AsyncPipeSink(controller))
        self._centrals[device] = controller
        await device.power_on()
        return device

    async def dismiss(self, device: Device) -> None:
        """The device is not needed any more."""
        await device.power_off()
        self.link.controllers.discard(self._centrals.pop(device))
        self.miss(device)

    def miss(self, device: Device) -> None:
        """Who is connected to a device that went without a word notices it."""
        for controller in self.link.controllers:
            for connection in list(controller.le_connections.values()):
                if connection.peer_address == device.random_address:
                    controller.on_le_disconnected(connection, UNHEARD)

    async def close(self) -> None:
        """Everything ends."""
        for bike in list(self._bikes):
            await self.remove(bike)
        for keiser in self._keisers:
            await keiser.stop()
        self.link.controllers.clear()

    def _controller(self) -> Controller:
        return Controller("controller", link=self.link)


@asynccontextmanager
async def local_radio(*, mtu: int = MTU, supervision_s: float = SUPERVISION_S) -> AsyncIterator[LocalRadio]:
    """Air for as long as the block runs. Bikes notice nothing of the outside, and the outside nothing of them."""
    radio = LocalRadio(mtu=mtu, supervision_s=supervision_s)
    try:
        yield radio
    finally:
        await radio.close()
