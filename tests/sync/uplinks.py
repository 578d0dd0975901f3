"""Running uplinks, and networks to run them over."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from sync.backoff import Backoff
from sync.cache import Cache
from sync.http_link import HttpLink
from sync.links import Link, OnStandings
from sync.mqtt_link import MqttLink
from sync.records import Enrolment
from sync.uplink import Uplink


def quick() -> Backoff:
    """Patience for tests."""
    return Backoff(first_s=0.1, most_s=0.5, least_s=0.05)


@contextlib.asynccontextmanager
async def running(cache: Cache, **given: Any) -> AsyncIterator[Uplink]:
    """An uplink at work."""
    uplink = Uplink(cache, **{"backoff": quick(), "better_again": quick} | given)
    task = asyncio.create_task(uplink.run())
    try:
        yield uplink
    finally:
        assert not task.done(), "an uplink never ends by itself"
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def only(name: str) -> Callable[[str, Enrolment, OnStandings], list[Link]]:
    """Only one of the links, so that the same test runs over both."""
    return lambda url, enrolment, heard: [MqttLink(enrolment, heard) if name == "mqtt" else HttpLink(url, enrolment)]


def stored(cloud: Any, enrolment: Enrolment, ride_id: str) -> list[int]:
    """The seconds that the cloud holds of a ride."""
    headers = {"Authorization": f"Bearer {enrolment.token}"}
    answer = httpx.get(f"{cloud.url}/v1/rides/{ride_id}/points", headers=headers)
    return [point["second"] for point in answer.json()["points"]] if answer.status_code == 200 else []


class Relay:
    """A cable to a port, which can be pulled and put back. ``connections`` counts those made through it."""

    def __init__(self, to_port: int) -> None:
        self.connections = 0
        self.port = free_port()
        self._to_port = to_port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    async def plug(self) -> None:
        self._server = await asyncio.start_server(self._forward, "127.0.0.1", self.port)

    async def pull(self) -> None:
        """Break what goes through, and refuse new connections."""
        if self._server is not None:
            self._server.close()
            for writer in list(self._writers):
                writer.transport.abort()
            await self._server.wait_closed()
            self._server = None

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        self._writers |= {writer, far_writer}
        with contextlib.suppress(OSError):
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        self._writers -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            writer.close()


@contextlib.asynccontextmanager
async def relay_to(port: int, plugged: bool = True) -> AsyncIterator[Relay]:
    """A cable for one test."""
    relay = Relay(port)
    if plugged:
        await relay.plug()
    try:
        yield relay
    finally:
        await relay.pull()


@contextlib.contextmanager
def broker_without_a_cloud(folder: Path, user: str, password: str) -> Iterator[int]:
    """A real broker that lets one user in and has nobody behind it; gives its MQTT port."""
    port = free_port()
    config = {"port": -1, "server_name": "silent", "jetstream": {"store_dir": str(folder)}}
    config |= {"mqtt": {"port": port}, "authorization": {"users": [{"user": user, "password": password}]}}
    (folder / "silent.conf").write_text(json.dumps(config))
    with subprocess.Popen(["nats-server", "-c", str(folder / "silent.conf")], stderr=subprocess.DEVNULL) as broker:
        try:
            deadline = time.monotonic() + 10
            while not listens(port):
                assert time.monotonic() < deadline, "the broker did not start"
                time.sleep(0.05)
            yield port
        finally:
            broker.terminate()


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
