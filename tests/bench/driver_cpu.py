"""What the drivers cost while three sensors run: the share of one core, beside a bare loop that reads the same bytes.

A virtual bike on a real pseudo-terminal, asked ten times a second, and two virtual bikes over TCP (Wahoo Direct
Connect) that notify all their characteristics four times a second each, every one a process of its own. Through the
drivers, with other programs free to listen in, as the console opens them; then through threads that only read, and
understand nothing. Must reach: under 3 % of one core.

Run: python -m tests.bench.driver_cpu [SECONDS]
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack, contextmanager
from pathlib import Path

from serial import Serial

from drivers import dircon, gatt
from drivers.dircon import Id, Message
from drivers.sensor import Sensor
from drivers.shared import SharedSensor

INTERVAL_S = 0.25
SETTLE_S = 4.0  # connecting, and the serial bike's table
LIMIT_PCT = 3.0
QUESTIONS = [bytes.fromhex(text) for text in ("f54136f6", "f54439f6", "f54a3ff6")]
SUBSCRIBED = (
    gatt.INDOOR_BIKE_DATA,
    gatt.CYCLING_POWER_MEASUREMENT,
    gatt.CSC_MEASUREMENT,
    gatt.HEART_RATE_MEASUREMENT,
    gatt.BATTERY_LEVEL,
)


@contextmanager
def virtual_bike(*options: object) -> Iterator[str]:
    """One more virtual bike; where it answers."""
    command = [sys.executable, "-m", "virtualbike", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


async def through_the_drivers(port: str, places: list[str], seconds: float) -> dict[str, float]:
    """CPU share, Samples and bytes a second."""
    samples = 0

    async def read(sensor: Sensor) -> None:
        nonlocal samples
        async for _ in sensor:
            samples += 1

    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            urls = [f"serial://{port}?protocol=peloton", *(f"dircon://{place}" for place in places)]
            opened = [SharedSensor(url, folder=Path(folder)) for url in urls]
            tasks = [asyncio.create_task(read(await stack.enter_async_context(sensor))) for sensor in opened]
            await asyncio.sleep(SETTLE_S)
            samples, seen = 0, sum(sensor.status.bytes_seen for sensor in opened)
            cpu_s, wall_s = time.process_time(), time.monotonic()
            await asyncio.sleep(seconds)
            cpu_s, wall_s = time.process_time() - cpu_s, time.monotonic() - wall_s
            seen = sum(sensor.status.bytes_seen for sensor in opened) - seen
            for task in tasks:
                task.cancel()
    return {
        "share_pct": round(100 * cpu_s / wall_s, 2),
        "samples_per_s": round(samples / wall_s, 1),
        "bytes_per_s": round(seen / wall_s),
    }


def through_a_bare_loop(port: str, places: list[str], seconds: float) -> float:
    """CPU share of threads that ask and read, and do nothing with it."""
    stop = threading.Event()

    def ask() -> None:
        with Serial(port, 19_200, timeout=1) as line:
            turn = 0
            while not stop.wait(0.1):
                line.write(QUESTIONS[turn := (turn + 1) % 3])
                while not line.read(line.in_waiting or 1).endswith(b"\xf6"):
                    pass

    def listen(place: str) -> None:
        host, _, number = place.partition(":")
        with socket.create_connection((host, int(number))) as link:
            link.sendall(Message(Id.SERVICES).encode())
            for sequence, characteristic in enumerate(SUBSCRIBED, 1):
                link.sendall(dircon.enable(sequence, characteristic).encode())
            while not stop.is_set() and link.recv(4096):
                pass

    threads = [threading.Thread(target=ask), *(threading.Thread(target=listen, args=(place,)) for place in places)]
    for thread in threads:
        thread.start()
    time.sleep(1.0)
    cpu_s, wall_s = time.process_time(), time.monotonic()
    time.sleep(seconds)
    share = 100 * (time.process_time() - cpu_s) / (time.monotonic() - wall_s)
    stop.set()
    for thread in threads:
        thread.join()
    return round(share, 2)


def main(seconds: float) -> int:
    """Measure both and print; status 1 when the drivers' share is too much."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        port = str(Path(folder) / "bike")
        stack.enter_context(virtual_bike("serial", "--link", port))
        over_tcp = ("dircon", "--no-mdns", "--interval", INTERVAL_S)
        places = [stack.enter_context(virtual_bike(*over_tcp)) for _ in range(2)]
        ours = asyncio.run(through_the_drivers(port, places, seconds))
        bare = through_a_bare_loop(port, places, seconds)
    figures = {"bench": "driver_cpu", "sensors": 3, "seconds": seconds, **ours, "bare_loop_share_pct": bare}
    print(json.dumps(figures))
    return int(ours["share_pct"] >= LIMIT_PCT)


if __name__ == "__main__":
    raise SystemExit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 15.0))
