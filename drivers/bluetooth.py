"""Bluetooth Low Energy as sensors use it: one scan for everybody, and who was heard.

A program has one :class:`Bluetooth`. Sensors that look for their device share its scan: adapters run one at a time,
and some do not connect while another program starts and stops scans around them. The backends are bleak's own
``backend=`` classes; ``None`` stands for the system's.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from drivers.ble_errors import FAILURES, translated

FORGET_S = 60.0  # who was not heard for this long is no longer near by
DEAF_S = 20.0  # a scan that hears nobody for this long is started anew: BlueZ lets some die without a word
SHORTENED = 8  # letters that a shortened name has at least
ROTATED_S = 3.0  # how long a known address is waited for before its name will do
NAMESAKE_S = 10.0  # another of this name that was not heard for this long stands in nobody's way


@dataclass(frozen=True, slots=True)
class Heard:
    """One device's newest advertisement. ``heard_s`` is monotonic; ``manufacturer`` maps company ids to their data."""

    address: str
    name: str
    services: frozenset[str]
    manufacturer: Mapping[int, bytes]
    service_data: Mapping[str, bytes]
    rssi_dbm: int
    heard_s: float
    device: BLEDevice


class Bluetooth:
    """The machine's Bluetooth adapter."""

    def __init__(
        self,
        *,
        scanner_backend: type[BaseBleakScanner] | None = None,
        client_backend: Any = None,
        adapter_backend: Any = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.client_backend = client_backend
        self.adapter_backend = adapter_backend
        self._scanner_backend = scanner_backend
        self._clock = clock
        self._nearby: dict[str, Heard] = {}
        self._listeners: list[Callable[[Heard], None]] = []
        self._scanner: BleakScanner | None = None
        self._needed = 0
        self._turning = asyncio.Lock()
        self._heard_s = self._tidied_s = clock()

    @property
    def nearby(self) -> list[Heard]:
        """Who was heard in the last minute, the strongest first."""
        self._forget_the_gone(self._clock())
        return sorted(self._nearby.values(), key=lambda one: -one.rssi_dbm)

    @asynccontextmanager
    async def listening(self, hear: Callable[[Heard], None] | None = None) -> AsyncIterator[None]:
        """Scan for as long as the block runs; ``hear`` is called with every advertisement, ours or not.

        Raises BluetoothOff, BluetoothForbidden, or :class:`LinkLost` when the adapter refuses for the moment.
        """
        await self._need(1)
        if hear is not None:
            self._listeners.append(hear)
        try:
            yield
        finally:
            if hear is not None:
                self._listeners.remove(hear)
            await self._need(-1)

    async def find(self, address: str, name: str | None = None) -> Heard:
        """Wait until a device is heard: the one with this address, or, when it stays silent and exactly one other is
        called ``name``, that one (addresses of many straps rotate). Waits without end."""
        heard: asyncio.Event = asyncio.Event()
        began_s, known = self._clock(), {address.upper()}
        fresh: dict[str, Heard] = {}

        def hear(one: Heard) -> None:
            if one.address in known or (name and _is_called(one.name, name)):
                fresh[one.address] = one
                heard.set()

        async with self.listening(hear):
            while True:
                for one in fresh.values():
                    if one.address in known:
                        return one
                now_s = self._clock()
                named = [one for one in fresh.values() if now_s - one.heard_s <= NAMESAKE_S]
                if len(named) == 1 and now_s - began_s >= ROTATED_S:
                    return named[0]
                heard.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(1.0):
                        await heard.wait()
                await self._rouse()

    def forget(self, address: str) -> None:
        """Do not show a device until it is heard again."""
        self._nearby.pop(address.upper(), None)

    async def _need(self, change: int) -> None:
        async with self._turning:
            self._needed += change
            try:
                await self._turn(self._needed > 0)
            except BaseException:
                if change > 0:
                    self._needed -= change
                raise

    async def _turn(self, on: bool) -> None:
        if on and self._scanner is None:
            try:
                scanner = BleakScanner(self._detected, backend=self._scanner_backend)
                await scanner.start()
            except FAILURES as error:
                raise translated(error, "Bluetooth") from error
            self._scanner, self._heard_s = scanner, self._clock()
        elif not on and self._scanner is not None:
            scanner, self._scanner = self._scanner, None
            with suppress(*FAILURES):
                await scanner.stop()

    async def _rouse(self) -> None:
        """Begin the scan anew when it has gone deaf."""
        if self._clock() - self._heard_s < DEAF_S:
            return
        async with self._turning:
            await self._turn(False)
            await self._turn(self._needed > 0)

    def _forget_the_gone(self, now_s: float) -> None:
        self._tidied_s = now_s
        self._nearby = {key: one for key, one in self._nearby.items() if now_s - one.heard_s <= FORGET_S}

    def _detected(self, device: BLEDevice, said: AdvertisementData) -> None:
        self._heard_s = now_s = self._clock()
        if now_s - self._tidied_s > FORGET_S:  # phones near by change their address for days while a strap is away
            self._forget_the_gone(now_s)
        one = Heard(
            address=device.address.upper(),
            name=said.local_name or device.name or "",
            services=frozenset(uuid.lower() for uuid in said.service_uuids),
            manufacturer=said.manufacturer_data,
            service_data=said.service_data,
            rssi_dbm=said.rssi,
            heard_s=now_s,
            device=device,
        )
        self._nearby[one.address] = one
        for hear in list(self._listeners):
            hear(one)


def _is_called(said: str, name: str) -> bool:
    """Whether a device says this name; advertisements have room for its beginning only."""
    return said == name or (len(said) >= SHORTENED and name.startswith(said))


@functools.cache
def this_machine() -> Bluetooth:
    """The adapter of this machine, shared by the whole program (which has one event loop)."""
    return Bluetooth()
