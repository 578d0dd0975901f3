"""Point published → standings that contain it received by another console, 100 consoles in one class.

All consoles publish one Point a second. One of them leads, so that every board shows it; the others ride half a
minute ahead of it by class clock, so that each of its Points belongs on their boards at once. Measured is the time
from its publish to the first message, answer or push, in which each other console reads the new output.

The reference, in the same run: the same NATS server program with the same limits, 100 clients publishing QoS 1 once
a second, 99 of them subscribed (QoS 1) to what the first one publishes.

Run: python tests/bench/standings_latency.py [--seconds 8] [--consoles 100]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import bcrypt
import numpy as np

from sync import topics, wire
from sync.cloud.accounts import Accounts
from sync.cloud.broker import find_nats_server
from sync.cloud.broker_config import Addresses, broker_config
from sync.cloud.listening import free_port
from sync.cloud.store import Store
from sync.records import Batch, Point, RideHeader

CLASS, CLASS_S = "bench", 1800
LEADER_S, OTHERS_S = 30, 60  # ridden before it begins
LEADER_W, OTHERS_W = 400.0, 100.0


class Console:
    """A lean MQTT 3.1.1 client: QoS 1 out, anything in."""

    def __init__(self, name: str, heard: Callable[[int, str, bytes], None], number: int) -> None:
        self.name, self.number = name, number
        self._heard = heard
        self._packet = 0

    async def connect(self, port: int, user: str, password: str, subscriptions: list[str]) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        login = text("MQTT") + bytes((4, 0xC2, 0, 60)) + text(self.name) + text(user) + text(password)
        self._writer.write(packet(0x10, login))
        kind, body = await self._read()
        assert (kind, body[1]) == (0x20, 0), "the broker refuses the login"
        self._writer.write(packet(0x82, b"\x00\x01" + b"".join(text(topic) + b"\x01" for topic in subscriptions)))
        kind, body = await self._read()
        assert kind == 0x90 and 0x80 not in body[2:], "the broker refuses a subscription"
        self.task = asyncio.create_task(self._listen())

    def publish(self, topic: str, payload: bytes) -> None:
        self._packet = self._packet % 65535 + 1
        self._writer.write(packet(0x32, text(topic) + self._packet.to_bytes(2, "big") + payload))

    async def _listen(self) -> None:
        while True:
            kind, body = await self._read()
            if kind & 0xF0 != 0x30:
                continue
            end = 2 + int.from_bytes(body[:2], "big")
            topic, rest = body[2:end].decode(), body[end:]
            if kind & 0x06:
                self._writer.write(packet(0x40, rest[:2]))
                rest = rest[2:]
            self._heard(self.number, topic, rest)

    async def _read(self) -> tuple[int, bytes]:
        kind = (await self._reader.readexactly(1))[0]
        length = shift = 0
        while True:
            byte = (await self._reader.readexactly(1))[0]
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return kind, await self._reader.readexactly(length)

    def close(self) -> None:
        self.task.cancel()
        self._writer.close()


def packet(kind: int, body: bytes) -> bytes:
    length, head = len(body), bytearray((kind,))
    while length > 0x7F:
        head.append(length & 0x7F | 0x80)
        length >>= 7
    return bytes(head) + bytes((length,)) + body


def text(content: str) -> bytes:
    return len(content.encode()).to_bytes(2, "big") + content.encode()


@contextmanager
def running(command: list[str]) -> Any:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=10)


async def each_second(consoles: int, seconds: int, do: Callable[[int, int], None]) -> None:
    """Calls ``do(console, second)`` once a second for each console, spread evenly over the second."""
    began = time.perf_counter()
    for step in range(consoles * seconds):
        await asyncio.sleep(max(began + step / consoles - time.perf_counter(), 0))
        do(step % consoles, step // consoles)
    await asyncio.sleep(1)


async def through_the_cloud(data: Path, consoles: int, seconds: int) -> list[float]:
    """Latencies in s, one for each of the leader's Points and each other console."""
    fitness_class = {"id": CLASS, "title": "B", "coach": "C", "kind": "K", "effort": 1, "music": "M", "motif": "rays"}
    fitness_class |= {"palette": 0, "duration_s": CLASS_S, "segments": [], "playlist": "/media/bench/master.m3u8"}
    (data / "classes" / CLASS).mkdir(parents=True)
    (data / "classes" / CLASS / "class.json").write_text(json.dumps(fitness_class))
    ports = ["--port", "0", "--mqtt-port", "0", "--nats-port", "0"]
    enrolled = enrol(data, consoles)
    with running([sys.executable, "-m", "sync.cloud", "serve", "--data", str(data), "--json", *ports]) as process:
        ready = json.loads(process.stdout.readline())
        return await ride(ready["mqtt_port"], enrolled, seconds)


def enrol(data: Path, consoles: int) -> list[tuple[str, str]]:
    """Tablet ids and tokens, made while no cloud runs: not what is measured."""
    with closing(Store.open(data / "cloud.sqlite3")) as store:
        accounts = Accounts(store)
        enrolled = [accounts.enrol(accounts.new_code(0.0), f"Bike {i}", 0.0) for i in range(consoles)]
    return [(tablet.id, token) for tablet, token in enrolled]


async def ride(port: int, enrolled: list[tuple[str, str]], seconds: int) -> list[float]:
    published: dict[int, float] = {}  # the leader's points so far, and when the last of them was published
    seen = [0] * len(enrolled)
    latencies: list[float] = []

    def heard(number: int, topic: str, payload: bytes) -> None:
        now, content = time.perf_counter(), json.loads(payload)
        standings = content.get("standings") if topic.endswith("/answers") else content
        if not standings or number == 0:
            return
        first = standings["here_now"]["rows"][0]
        points = round(first["kj"] * 1000 / LEADER_W) if first["name"] == "Leader" else 0
        latencies.extend(now - published[point] for point in range(seen[number] + 1, points + 1) if point in published)
        seen[number] = max(seen[number], points)

    names = ["Leader", *(f"Rider {i}" for i in range(1, len(enrolled)))]
    rides = [RideHeader(RideHeader.new_id(), name, name, 0.0, CLASS) for name in names]
    consoles = [Console(tablet_id, heard, i) for i, (tablet_id, _) in enumerate(enrolled)]
    for console, (_, token) in zip(consoles, enrolled, strict=True):
        own = [topics.answers(console.name), topics.standings(console.name)]
        await console.connect(port, console.name, token, own)

    def send(number: int, first: int, count: int) -> None:
        watts = OTHERS_W if number else LEADER_W
        points = tuple(Point(s, 0.0, s + 1.0, 80.0, 40.0, watts, 130.0) for s in range(first, first + count))
        consoles[number].publish(topics.batches(consoles[number].name), wire.encode(Batch(rides[number], points)))

    for number in range(len(consoles)):
        send(number, 0, OTHERS_S if number else LEADER_S)
    await asyncio.sleep(2)

    def second_passed(number: int, second: int) -> None:
        if number == 0:
            published[LEADER_S + second + 1] = time.perf_counter()
        send(number, second + (OTHERS_S if number else LEADER_S), 1)

    await each_second(len(consoles), seconds, second_passed)
    for console in consoles:
        console.close()
    expected = len(published) * (len(consoles) - 1)
    assert len(latencies) == expected, f"{expected - len(latencies)} of {expected} points were not seen"
    return latencies


async def through_the_broker(directory: Path, consoles: int, seconds: int) -> list[float]:
    """The reference: the broker alone."""
    addresses = Addresses("127.0.0.1", free_port("127.0.0.1", 0, ""), free_port("127.0.0.1", 0, ""))
    config = json.loads(broker_config(addresses, directory / "reference", "x", {}))
    password = bcrypt.hashpw(b"bench", bcrypt.gensalt(4)).decode()
    config["authorization"]["users"] = [{"user": "bench", "password": password}]
    (directory / "reference.conf").write_text(json.dumps(config))
    published: dict[bytes, float] = {}
    latencies: list[float] = []

    def heard(number: int, topic: str, payload: bytes) -> None:
        latencies.append(time.perf_counter() - published[payload])

    with running([find_nats_server(), "--config", str(directory / "reference.conf")]):
        clients = [Console(f"bench{i}", heard, i) for i in range(consoles)]
        await until_listening(addresses.mqtt_port)
        for client in clients:
            await client.connect(addresses.mqtt_port, "bench", "bench", ["bench/0" if client.number else "bench/none"])

        def second_passed(number: int, second: int) -> None:
            payload = b"%d %d" % (number, second)
            published[payload] = time.perf_counter()
            clients[number].publish(f"bench/{number}", payload)

        await each_second(consoles, seconds, second_passed)
        for client in clients:
            client.close()
    assert len(latencies) == seconds * (consoles - 1)
    return latencies


async def until_listening(port: int) -> None:
    for _ in range(500):
        try:
            (await asyncio.open_connection("127.0.0.1", port))[1].close()
            return
        except OSError:
            await asyncio.sleep(0.02)
    raise TimeoutError(f"nothing listens on port {port}")


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--consoles", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=8)
    options = parser.parse_args()
    measured: dict[str, list[float]] = {}
    runs: dict[str, Callable[[Path, int, int], Awaitable[list[float]]]] = {
        "standings": through_the_cloud,
        "broker": through_the_broker,
    }
    for name, run in runs.items():
        with tempfile.TemporaryDirectory() as directory:
            measured[name] = await run(Path(directory), options.consoles, options.seconds)
    figures = {
        f"{name}_p{percent}_ms": round(float(np.percentile(latencies, percent)) * 1000, 2)
        for name, latencies in measured.items()
        for percent in (50, 99)
    }
    ratios = {f"ratio_p{p}": round(figures[f"standings_p{p}_ms"] / figures[f"broker_p{p}_ms"], 1) for p in (50, 99)}
    print(json.dumps({"bench": "standings_latency", "consoles": options.consoles, **figures, **ratios}))


if __name__ == "__main__":
    asyncio.run(main())
