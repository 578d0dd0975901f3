"""``serve``: ports, broker, store and HTTP brought up in order, and down again within three seconds."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import uvicorn

from sync.cloud.app import make_app
from sync.cloud.broker_config import Addresses
from sync.cloud.data_directory import STORE, Lock, prepare
from sync.cloud.errors import PortBusy
from sync.cloud.service import Cloud
from sync.cloud.store import Store

GRACE_S = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``serve`` is asked for; port 0 means any free one."""

    data: Path
    host: str
    port: int
    mqtt_port: int
    nats_port: int
    json: bool


class HttpServer(uvicorn.Server):
    """uvicorn, but the signals are ours, and ``ready`` tells when it answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


async def serve(wanted: Wanted) -> None:
    """Serve until SIGTERM or SIGINT. Raises :class:`DirectoryError`, :class:`PortBusy`, :class:`BrokerError`,
    :class:`StoreTooNew`."""
    check_ports({"--port": wanted.port, "--mqtt-port": wanted.mqtt_port, "--nats-port": wanted.nats_port})
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    data = prepare(wanted.data)
    lock = Lock(data)
    listening = listen(wanted.host, wanted.port, "--port")
    try:
        mqtt_port = free_port(wanted.host, wanted.mqtt_port, "--mqtt-port")
        nats_port = free_port("127.0.0.1", wanted.nats_port, "--nats-port")
        cloud = Cloud(data, Addresses(wanted.host, mqtt_port, nats_port), Store.open(data / STORE))
        try:
            await _run(cloud, listening, wanted, stopping)
        finally:
            await cloud.stop()
    finally:
        listening.close()
        lock.release()


async def _run(cloud: Cloud, listening: socket.socket, wanted: Wanted, stopping: asyncio.Event) -> None:
    if not await _finished_before(stopping, asyncio.create_task(cloud.start())):
        return
    config = uvicorn.Config(
        make_app(cloud), log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S
    )
    server = HttpServer(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    if await _finished_before(stopping, asyncio.create_task(server.ready.wait())):
        _announce(wanted, listening.getsockname()[1], cloud.broker.addresses.mqtt_port)
        await stopping.wait()
    server.should_exit = True
    await serving


async def _finished_before(stopping: asyncio.Event, work: asyncio.Task[Any]) -> bool:
    """Whether ``work`` ended before we were asked to stop; if not it is cancelled. Its errors are raised."""
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait({work, asked}, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()
    if not work.done():
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return False
    work.result()
    return True


def check_ports(ports: Mapping[str, int]) -> None:
    """``ports`` by option; each needs its own, but for 0. Raises :class:`PortBusy`."""
    for (one, port), (other, same) in combinations(ports.items(), 2):
        if port == same != 0:
            raise PortBusy(f"{one} and {other} are both {port}: give each a port of its own (0 takes any free one)")


def listen(host: str, port: int, option: str) -> socket.socket:
    """A listening socket. Raises :class:`PortBusy`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise PortBusy(
            f"cannot listen on {host} port {port} ({error.strerror}): "
            f"stop what uses it, or choose another with {option} (0 takes any free one)"
        ) from error
    return listening


def free_port(host: str, port: int, option: str) -> int:
    """``port`` if it is free, any free one for 0. Raises :class:`PortBusy`."""
    with contextlib.closing(listen(host, port, option)) as listening:
        return int(listening.getsockname()[1])


def _announce(wanted: Wanted, port: int, mqtt_port: int) -> None:
    host = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    url = f"http://{host}:{port}"
    if wanted.json:
        print(json.dumps({"ready": True, "url": url, "mqtt_port": mqtt_port}), flush=True)
    else:
        print(f"The cloud is ready: {url}, MQTT on port {mqtt_port}. Ctrl-C ends it.", flush=True)
