"""Looking for sensors on all wires at once: ports, Bluetooth, the network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Self

from drivers import gatt
from drivers.bluetooth import Bluetooth, Heard, this_machine
from drivers.discovery import Found, scan
from drivers.errors import BadFrame, DriverError
from drivers.keiser import COMPANY_ID, parse_keiser
from drivers.mdns import Announced, Network
from drivers.profiles import kinds
from drivers.radio_address import BleAddress, DirconAddress, KeiserAddress

RETRY_S = 3.0


class Lookout:
    """Looks around for as long as it is open::

        async with Lookout() as lookout:
            lookout.found(), lookout.troubles

    ``troubles`` says why a wire cannot be looked at now, by what it is called; it is tried again and again.
    """

    def __init__(
        self,
        *,
        bluetooth: Bluetooth | None = None,
        network: Network | None = None,
        ports: Callable[[], list[Found]] = scan,
    ) -> None:
        self.troubles: dict[str, DriverError] = {}
        self._bluetooth = bluetooth or this_machine()
        self._network = network or Network()
        self._ports = ports
        self._wired: list[Found] = []
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        self._tasks = [
            loop.create_task(self._listen("Bluetooth", self._bluetooth.listening)),
            loop.create_task(self._listen("Wi-Fi", self._network.listening)),
            loop.create_task(self._look_at_ports()),
        ]
        return self

    async def __aexit__(self, *exc: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def found(self) -> list[Found]:
        """What could be paired now: on cables, then on the air, the strongest first, then in the network."""
        aired = [one for heard in self._bluetooth.nearby if (one := on_the_air(heard)) is not None]
        return [*self._wired, *aired, *(in_the_network(one) for one in self._network.devices.values())]

    async def _listen(self, wire: str, listening: Callable[..., object]) -> None:
        while True:
            try:
                async with AsyncExitStack() as stack:
                    await stack.enter_async_context(listening())  # type: ignore[arg-type]
                    self.troubles.pop(wire, None)
                    await asyncio.get_running_loop().create_future()
            except DriverError as error:
                self.troubles[wire] = error
            await asyncio.sleep(RETRY_S)

    async def _look_at_ports(self) -> None:
        while True:
            self._wired = await asyncio.to_thread(self._ports)
            await asyncio.sleep(1.0)


def on_the_air(heard: Heard) -> Found | None:
    """A device that advertises, as something to pair; ``None`` when it is no sensor of a kind known here."""
    if (keiser := heard.manufacturer.get(COMPANY_ID)) is not None:
        return _keiser(heard, keiser)
    machine = heard.service_data.get(gatt.FITNESS_MACHINE)
    kind = kinds(dict.fromkeys(heard.services, ()), heard.name, machine)
    if not kind:
        return None
    named = heard.name or f"Sensor {heard.address[-5:]}"
    url = BleAddress(heard.address, heard.name).url
    return Found(url, named, kind[0], f"Bluetooth {', '.join(kind)}", heard.rssi_dbm, heard.heard_s, kind)


def in_the_network(one: Announced) -> Found:
    """A device that announces Direct Connect, as something to pair."""
    kind = kinds(dict.fromkeys(one.services, ()), one.name) or ("bike",)
    url = DirconAddress(one.host, one.port, one.name).url
    return Found(url, one.name, kind[0], f"Wi-Fi at {one.host}", None, time.monotonic(), kind)


def _keiser(heard: Heard, data: bytes) -> Found | None:
    try:
        number = parse_keiser(data).equipment_id
    except BadFrame:
        return None
    name = f"Keiser bike {number}"
    url = KeiserAddress(number).url
    return Found(url, name, "bike", "Bluetooth, no pairing", heard.rssi_dbm, heard.heard_s, ("bike",))
