"""How long a bike's reply takes from the line to the program: the drivers beside a bare pyserial loop.

A process of its own answers every request on a real pseudo-terminal with the next number and notes when it wrote it.
The same clock (CLOCK_MONOTONIC) tells when the Sample reached the code that reads the sensor, and when a bare
``Serial.read`` loop had the same bytes. Both ask ten times a second, as a ride does.

Run: python tests/bench/serial_latency.py
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from serial import Serial

from drivers import open_sensor

READINGS = 200
REQUEST = bytes.fromhex("f54439f6")


@contextmanager
def answering() -> Iterator[tuple[str, dict[int, float]]]:
    """The answering process; the second value, number → when written, is filled when the block has ended."""
    written: dict[int, float] = {}
    command = [sys.executable, __file__, "answer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None and process.stdout is not None
        yield process.stdout.readline().strip(), written
        print(file=process.stdin, flush=True)
        written.update((int(number), at_s) for number, at_s in json.loads(process.stdout.readline()).items())


def answer() -> None:
    """The answering process: until a line on stdin, then prints when each number was written."""
    import threading

    far, near = os.openpty()
    tty.setraw(near)
    print(os.ttyname(near), flush=True)
    written: dict[int, float] = {}

    def talk() -> None:
        number = 0
        while True:
            for _ in range(max(1, len(os.read(far, 64)) // 4)):
                number += 1
                body = b"\xf1\x44\x05" + f"{number:05d}"[::-1].encode()
                reply = body + bytes([sum(body) & 0xFF, 0xF6])
                written[number] = time.monotonic()
                os.write(far, reply)

    threading.Thread(target=talk, daemon=True).start()
    sys.stdin.readline()
    print(json.dumps(written), flush=True)


async def through_the_drivers(path: str) -> list[tuple[int, float, float]]:
    """(number, when its bytes were stamped, when the Sample was read) of each reading."""
    seen = []
    async with open_sensor(f"serial://{path}?protocol=peloton") as sensor:
        async for sample in sensor:
            if sample.power_w is not None:
                seen.append((round(sample.power_w * 10), sample.at_s, time.monotonic()))
            if len(seen) >= READINGS:
                return seen
    return seen


def through_a_bare_loop(path: str) -> list[tuple[int, float]]:
    """(number, when its last byte was read) of each reading."""
    seen = []
    with Serial(path, 19_200, timeout=1) as port:
        for _ in range(READINGS):
            port.write(REQUEST)
            reply = port.read(1)
            while not reply.endswith(b"\xf6"):
                reply += port.read(port.in_waiting or 1)
            seen.append((int(reply[3:8][::-1]), time.monotonic()))
            time.sleep(0.1)
    return seen


def quantiles_ms(delays_s: list[float]) -> dict[str, float]:
    """p50 and p99 in milliseconds."""
    cuts = statistics.quantiles(delays_s, n=100, method="inclusive")
    return {"p50_ms": round(cuts[49] * 1000, 3), "p99_ms": round(cuts[98] * 1000, 3)}


def main() -> None:
    """Measure both and print the figures."""
    with answering() as (path, written):
        ours = asyncio.run(through_the_drivers(path))
    stamped = [at_s - written[number] for number, at_s, _ in ours]
    read = [read_s - written[number] for number, _, read_s in ours]
    with answering() as (path, written):
        bare = [(number, read_s) for number, read_s in through_a_bare_loop(path)]
    reference = [read_s - written[number] for number, read_s in bare]
    figures = {
        "bench": "serial_latency",
        "readings": READINGS,
        "reply_to_stamp": quantiles_ms(stamped),
        "reply_to_sample": quantiles_ms(read),
        "bare_pyserial": quantiles_ms(reference),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    answer() if sys.argv[1:] == ["answer"] else main()
