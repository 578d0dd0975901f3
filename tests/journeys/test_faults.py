"""Everything that goes wrong with a bike, on a cable and on the air, in rides that go on."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
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
BEFORE_S, FAULT_S, AFTER_S = 3.0, 3.0, 5.0
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

    def check(self, what: str) -> None:
        """The ride has every second, nothing that cannot be, and the bike's numbers at its end."""
        seconds = [point.second for point in self.points]
        assert seconds == list(range(len(seconds))) and len(seconds) >= BEFORE_S + FAULT_S + AFTER_S - 2, what
        for point in self.points:
            assert point.power_w is None or 0 <= point.power_w <= 2500, what
            assert point.cadence_rpm is None or 0 <= point.cadence_rpm <= 250, what
        now = self.ride.now(time.monotonic())
        assert now.state is RideState.RIDING, what
        assert self.sensor.status.state is LinkState.RECEIVING, f"{what}: {self.sensor.status}"
        assert now.cadence_rpm.value == pytest.approx(RPM, abs=3) and not now.cadence_rpm.stale, f"{what}: {now}"
        assert now.power_w.value and not now.power_w.stale, f"{what}: {now}"


async def ride_through(rides: dict[Any, Ridden], begin: Any = None, end: Any = None) -> None:
    """Ride all at once: well, then with the fault, then well again."""
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for ridden in rides.values():
            group.create_task(ridden.go(over))
        await asyncio.sleep(BEFORE_S)
        for turn, lasts_s in ((begin, FAULT_S), (end, AFTER_S)):
            if turn is not None:
                turn()
            await asyncio.sleep(lasts_s)
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

        def begin() -> None:
            for fault, bike in bikes.items():
                bike.bike.faults.start(fault)

        def end() -> None:
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
    await ride_through({fault: Ridden(url) for fault, url in bikes.items()})
