"""``serve``: ports, broker, store and HTTP brought up in order, and down again within three seconds."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from sync.cloud.app import make_app
from sync.cloud.broker_config import Addresses
from sync.cloud.data_directory import STORE, Lock, prepare
from sync.cloud.edge.edges import edges_at
from sync.cloud.finder import words_at
from sync.cloud.listening import HttpServer, check_ports, free_port, listen
from sync.cloud.service import Cloud
from sync.cloud.storage.address import stores_at
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
    store: str = ""
    edges: tuple[str, ...] = ()
    database: str = ""


async def serve(wanted: Wanted) -> None:
    """Serve until SIGTERM or SIGINT. Raises :class:`DirectoryError`, :class:`PortBusy`, :class:`BrokerError`,
    :class:`StoreTooNew`, :class:`StorageError`, :class:`BadEdge`."""
    check_ports({"--port": wanted.port, "--mqtt-port": wanted.mqtt_port, "--nats-port": wanted.nats_port})
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    data = prepare(wanted.data)
    stores, edges = stores_at(wanted.store, data), edges_at(wanted.edges)
    lock = Lock(data)
    listening = listen(wanted.host, wanted.port, "--port")
    try:
        mqtt_port = free_port(wanted.host, wanted.mqtt_port, "--mqtt-port")
        nats_port = free_port("127.0.0.1", wanted.nats_port, "--nats-port")
        addresses, database = Addresses(wanted.host, mqtt_port, nats_port), wanted.database or data / STORE
        cloud = Cloud(data, addresses, Store.open(database), stores, edges, words_at(database))
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


def _announce(wanted: Wanted, port: int, mqtt_port: int) -> None:
    host = f"[{wanted.host}]" if ":" in wanted.host else wanted.host
    url = f"http://{host}:{port}"
    if wanted.json:
        print(json.dumps({"ready": True, "url": url, "mqtt_port": mqtt_port}), flush=True)
    else:
        print(f"The cloud is ready: {url}, MQTT on port {mqtt_port}. Ctrl-C ends it.", flush=True)
