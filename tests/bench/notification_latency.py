"""How long a notification takes to become a value that a screen reads: the drivers beside bleak alone.

A virtual bike on a Bluetooth link within this process (the controllers, the host and GATT are real code, the radio is
not) notifies numbered powers twenty times a second and notes when each left. The same clock tells when its Sample was
stamped, when it was read, and when ``Sensing.latest``, which screens ask once a frame, knew it; then when a bare
``BleakClient.start_notify`` callback had the same bytes over the same link. From there to the glass is one frame: see
``console_times``.

Run: python -m tests.bench.notification_latency
"""

from __future__ import annotations

import asyncio
import json
import struct
import time
from collections.abc import Iterable
from functools import partial

from bleak import BleakClient, BleakScanner

from console.sensing import Sensing
from drivers import Sample, gatt, open_sensor
from drivers.bluetooth import Bluetooth
from tests.bench.serial_latency import quantiles_ms
from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.bleak_backend import LocalRadio, local_radio
from virtualbike.gatt_bike import GattBike, Notice
from virtualbike.rider import SteadyRider

READINGS = 400
INTERVAL_S = 0.05
PATIENCE_S = 60.0


class NumberedBike(GattBike):
    """Says the next number as its power; ``left_s`` is when each did."""

    def __init__(self) -> None:
        super().__init__(SteadyRider(85, 35), Bike(cadence_rpm=85, resistance_pct=35))
        self.left_s: dict[int, float] = {}

    def measure(self) -> list[Notice]:
        """The power alone."""
        number = len(self.left_s) + 1
        notices: Iterable[Notice] = self._tell(table.POWER_MEASUREMENT, struct.pack("<Hh", 0, number))
        if notices := list(notices):
            self.left_s[number] = time.monotonic()
        return notices


async def through_the_drivers(radio: LocalRadio, address: str) -> list[tuple[int, float, float, float]]:
    """(number, when it was stamped, read, and known to screens) of each reading."""
    seen: list[tuple[int, float, float, float]] = []
    enough = asyncio.Event()

    def hear(sample: Sample) -> None:
        if sample.power_w is None:
            return
        read_s = time.monotonic()
        shown = sensing.latest("power_w")
        if shown.value == sample.power_w:
            seen.append((round(sample.power_w), sample.at_s, read_s, time.monotonic()))
        if len(seen) >= READINGS:
            enough.set()

    bluetooth = Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)
    sensing = Sensing(hear, open_sensor=partial(open_sensor, bluetooth=bluetooth))
    sensing.pair(f"ble://{address}", "Bike", "power meter")
    async with asyncio.timeout(PATIENCE_S):
        await enough.wait()
    await sensing.close()
    return seen


async def through_bleak_alone(radio: LocalRadio, address: str) -> list[tuple[int, float]]:
    """(number, when a callback had it) of each reading."""
    seen: list[tuple[int, float]] = []
    enough = asyncio.Event()

    def hear(_: object, data: bytearray) -> None:
        seen.append((struct.unpack_from("<h", data, 2)[0], time.monotonic()))
        if len(seen) >= READINGS:
            enough.set()

    device = await BleakScanner.find_device_by_address(address, backend=radio.scanner_backend)
    assert device is not None
    async with BleakClient(device, backend=radio.client_backend) as client, asyncio.timeout(PATIENCE_S):
        await client.start_notify(gatt.CYCLING_POWER_MEASUREMENT, hear)
        await enough.wait()
    return seen


async def measure() -> dict[str, object]:
    """Both, one after the other, on the same link."""
    numbered = NumberedBike()
    async with local_radio() as radio:
        bike = await radio.add_bike(numbered, interval_s=INTERVAL_S)
        ours = await through_the_drivers(radio, bike.address)
        bare = await through_bleak_alone(radio, bike.address)
    left_s = numbered.left_s
    return {
        "bench": "notification_latency",
        "readings": READINGS,
        "notification_to_stamp": quantiles_ms([at_s - left_s[number] for number, at_s, _, _ in ours]),
        "notification_to_sample": quantiles_ms([read_s - left_s[number] for number, _, read_s, _ in ours]),
        "notification_to_screen_value": quantiles_ms([known_s - left_s[number] for number, _, _, known_s in ours]),
        "bleak_alone": quantiles_ms([heard_s - left_s[number] for number, heard_s in bare]),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure())))
