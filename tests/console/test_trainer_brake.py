"""From a training program to the brake of a bike and back: both ways over TCP, the bike in a process of its own."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from console.ride import Ride
from console.sensing import Sensing
from console.settings import Settings
from console.trainer.broadcast import Broadcast
from drivers import ftms, gatt, open_sensor
from drivers.dircon_link import DirconLink
from drivers.ftms import Target
from drivers.ftms_control import Result, parse_response, request_control, set_resistance
from sync.cache import Cache

HOME = "127.0.0.1"


async def until(true: Any, within_s: float = 15.0) -> None:
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - things are looked at from outside
            await asyncio.sleep(0.02)


@pytest.fixture
def bike() -> Iterator[str]:
    """A bike at 20 %; its address."""
    command = [sys.executable, "-m", "virtualbike", "dircon", "--no-mdns", "--cadence", "85", "--resistance", "20"]
    process = subprocess.Popen([*command, "--interval", "0.2"], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield f"dircon://{process.stdout.readline().strip()}"
    process.terminate()
    process.wait(10)
    process.stdout.close()


async def test_a_program_turns_the_knob_of_the_bike_through_us(bike: str, tmp_path: Path) -> None:
    cache, ride = Cache.open(tmp_path / "tablet.sqlite3"), Ride()
    settings, sensing = Settings(cache), Sensing(ride.feed, open_sensor=open_sensor)
    settings.rebroadcast_wifi = settings.rebroadcast_control = True
    sensing.pair(bike, "Bike", "bike")
    ride.start(time.monotonic())
    now = lambda: ride.now(time.monotonic())  # noqa: E731
    broadcast = Broadcast(settings, now, lambda: sensing.brake, interfaces=[HOME], port=0)
    task = asyncio.create_task(broadcast.run())
    await until(lambda: broadcast.wifi.on and sensing.brake is not None)
    link = await DirconLink.connect(HOME, broadcast.server.port, "program")
    bikes: list[dict[str, float]] = []
    answers: list[Result] = []
    await link.subscribe(gatt.INDOOR_BIKE_DATA, lambda data: bikes.append(ftms.parse_indoor_bike(data)))
    await link.subscribe(gatt.FITNESS_MACHINE_CONTROL_POINT, lambda data: answers.append(parse_response(data).result))
    await until(lambda: bikes and bikes[-1].get("resistance_level") == 20)
    targets = ftms.parse_feature(await link.read(gatt.FITNESS_MACHINE_FEATURE))[1]
    assert targets == Target.RESISTANCE | Target.POWER
    await link.write(gatt.FITNESS_MACHINE_CONTROL_POINT, request_control())
    await link.write(gatt.FITNESS_MACHINE_CONTROL_POINT, set_resistance(42))
    await until(lambda: bikes[-1].get("resistance_level") == 42)
    assert answers == [Result.DONE] * 2
    levels = [said["resistance_level"] for said in bikes if "resistance_level" in said]
    steps = [after - before for before, after in pairwise(levels)]
    assert max(steps) <= 11, "it is walked there, at most two of its steps between two notifications"
    await link.close()
    await until(lambda: sensing.brake is not None and sensing.brake.goal is None)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await sensing.close()
    cache.close()
