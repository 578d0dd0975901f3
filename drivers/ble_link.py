"""A connection over Bluetooth Low Energy, through bleak: a :class:`drivers.gatt.GattLink`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from bleak import BleakClient
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.device import BLEDevice

from drivers.ble_errors import FAILURES, answered, not_offered

CONNECT_S = 10.0
ANSWER_S = 5.0  # reads, writes and subscriptions; BlueZ itself waits 30 s
# BlueZ has two ways to notify; only this one keeps the first notification of a busy sensor.
_BLUEZ: Any = {"use_start_notify": True}


class BleLink:
    """An open connection to ``device``. ``name`` is what the rider calls the sensor."""

    def __init__(self, device: BLEDevice, name: str, backend: Any = None) -> None:
        self.name = name
        self.address = device.address
        self._offered: dict[str, dict[str, frozenset[str]]] = {}
        self.services: Mapping[str, Mapping[str, frozenset[str]]] = self._offered
        self._gone = asyncio.Event()
        self._characteristics: dict[str, BleakGATTCharacteristic] = {}
        self._client = BleakClient(device, lambda _: self._gone.set(), timeout=CONNECT_S, backend=backend)

    async def connect(self) -> None:
        """Connect and find out what the device offers. Raises what bleak raises: see :mod:`drivers.ble_recovery`."""
        async with asyncio.timeout(CONNECT_S + ANSWER_S):
            await self._client.connect()
        for service in self._client.services:
            offered = self._offered.setdefault(service.uuid.lower(), {})
            for one in service.characteristics:
                offered[one.uuid.lower()] = frozenset(one.properties)
                self._characteristics.setdefault(one.uuid.lower(), one)

    async def forget(self) -> None:
        """Have the system forget the device: its services, and a connection it may believe in."""
        with suppress(*FAILURES, NotImplementedError):
            async with asyncio.timeout(ANSWER_S):
                await self._client.unpair()

    async def read(self, characteristic: str) -> bytes:
        """The characteristic's value."""
        return bytes(await self._ask(self._client.read_gatt_char(self._named(characteristic))))

    async def write(self, characteristic: str, data: bytes, *, response: bool = True) -> None:
        """Write; with ``response`` it has arrived when this returns."""
        await self._ask(self._client.write_gatt_char(self._named(characteristic), data, response=response))

    async def subscribe(self, characteristic: str, hear: Callable[[bytes], None]) -> None:
        """Have ``hear`` called with every notification or indication, in order."""
        one = self._named(characteristic)
        await self._ask(self._client.start_notify(one, lambda _, data: hear(bytes(data)), bluez=_BLUEZ))

    async def lost(self) -> None:
        """Returns when the device has gone."""
        await self._gone.wait()

    async def close(self) -> None:
        """End the connection."""
        self._gone.set()
        with suppress(*FAILURES):
            async with asyncio.timeout(ANSWER_S):
                await self._client.disconnect()

    def _named(self, characteristic: str) -> BleakGATTCharacteristic:
        if characteristic not in self._characteristics:
            raise not_offered(self.name, f"it has no {characteristic}")
        return self._characteristics[characteristic]

    async def _ask(self, question: Any) -> Any:
        try:
            async with asyncio.timeout(ANSWER_S):
                return await question
        except FAILURES as error:
            raise answered(error, self.name) from error
