"""Everything that goes wrong with a bike, on a cable and on the air, in rides that go on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from console.ride import Ride, RideState
from drivers import LinkState, open_sensor
from drivers.bluetooth import Bluetooth
from virtualbike.bike import Bike
from virtualbike.bleak_backend import local_radio
from virtualbike.faults import Fault
from virtualbike.gatt_bike import GattBike
from virtualbike.rider import SteadyRider

RPM, PCT = 85, 35
BEFORE_S, FAULT_S = 3.0, 3.0
PATIENCE_S = 50.0  # of a slow machine
Turn = Callable[[], Awaitable[None]]
ON_A_CABLE = [fault for fault in Fault if fault not in (Fault.LOW_BATTERY, Fault.NEW_ADDRESS, Fault.CONTROL_LOST)]


class Ridden:
    """A ride fed by one sensor, second by second, as the console does it."""

    def __init__(self, url: str, **options: Any) -> None:
        self.sensor = open_sensor(url, **options)
        self.ride, self.points = Ride(), list[Any]()

    async def go(self, end: asyncio.Event) -> None:
        async with self.sensor:
            reading = asyncio.create_task(self._read())
            self.ride.start(time.monotonic())
            while not end.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(end.wait(), 0.1)
                self.points += self.ride.advance(time.monotonic(), time.time())
            reading.cancel()

    async def _read(self) -> None:
        async for sample in self.sensor:
            self.ride.feed(sample)

    @property
    def well(self) -> bool:
        """Whether the ride goes on with the bike's numbers."""
        now = self.ride.now(time.monotonic())
        cadence, power = now.cadence_rpm, now.power_w
        return (
            now.state is RideState.RIDING
            and self.sensor.status.state is LinkState.RECEIVING
            and not (cadence.value is None or cadence.stale or abs(cadence.value - RPM) > 3)
            and not (power.value is None or power.stale)
        )

    def check(self, what: str) -> None:
        """The ride has every second, and nothing that cannot be."""
        seconds = [point.second for point in self.points]
        assert seconds == list(range(len(seconds))) and len(seconds) >= FAULT_S, what
        for point in self.points:
            assert point.power_w is None or 0 <= point.power_w <= 2500, what
            assert point.cadence_rpm is None or 0 <= point.cadence_rpm <= 250, what


async def all_well(rides: dict[Any, Ridden]) -> None:
    """Wait until each has been well."""
    ill = dict(rides)
    deadline_s = time.monotonic() + PATIENCE_S
    while ill := {what: ridden for what, ridden in ill.items() if not ridden.well}:
        if time.monotonic() > deadline_s:
            told = [
                f"{what}: {ridden.sensor.status} {ridden.ride.now(time.monotonic())}" for what, ridden in ill.items()
            ]
            raise AssertionError("\n".join(told))
        await asyncio.sleep(0.05)


async def ride_through(rides: dict[Any, Ridden], begin: Turn, end: Turn) -> None:
    """Ride all at once: well, then with the fault, then well again."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for ridden in rides.values():
            group.create_task(ridden.go(over))
        await all_well(rides)
        await begin()
        await asyncio.sleep(FAULT_S)
        await end()
        await all_well(rides)
        over.set()
    for what, ridden in rides.items():
        ridden.check(str(what))


async def test_on_the_air_every_fault_passes_in_a_ride_that_goes_on() -> None:
    async with local_radio() as radio:
        bluetooth = Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)
        bikes, rides = {}, {}
        for fault in Fault:
            rider, bike = SteadyRider(RPM, PCT), Bike(cadence_rpm=RPM, resistance_pct=PCT)
            bikes[fault] = await radio.add_bike(GattBike(rider, bike, name=f"Bike {fault}"), interval_s=0.25)
            url = f"ble://{bikes[fault].address}?name=Bike%20{fault}"
            rides[fault] = Ridden(url, bluetooth=bluetooth)

        async def begin() -> None:
            for fault, bike in bikes.items():
                bike.bike.faults.start(fault)

        async def end() -> None:
            for fault, bike in bikes.items():
                bike.bike.faults.end(fault)

        await ride_through(rides, begin, end)


def start_bike(fault: Fault, folder: Path) -> subprocess.Popen[str]:
    """A virtual bike's own process, at the link that is called like its fault."""
    script = folder / f"{fault}.toml"
    script.write_text(f'[[fault]]\nat = {BEFORE_S:.0f}\nfault = "{fault}"\nseconds = {FAULT_S:.0f}\n')
    command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(folder / fault), "--faults", str(script)]
    command += ["--cadence", str(RPM), "--resistance", str(PCT)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)


@pytest.fixture
def bikes(tmp_path: Path) -> Iterator[dict[Fault, str]]:
    """A bike for every fault, by the address of its port."""
    started = {fault: start_bike(fault, tmp_path) for fault in ON_A_CABLE}
    for bike in started.values():
        assert bike.stdout is not None and bike.stdout.readline()
    yield {fault: f"serial://{tmp_path / fault}?protocol=peloton" for fault in started}
    for bike in started.values():
        bike.terminate()
        bike.communicate()


async def test_on_a_cable_every_fault_passes_in_a_ride_that_goes_on(bikes: dict[Fault, str]) -> None:
    async def begin() -> None:
        await asyncio.sleep(BEFORE_S)  # the bikes' own scripts do the rest

    async def end() -> None:
        pass

    await ride_through({fault: Ridden(url) for fault, url in bikes.items()}, begin, end)
