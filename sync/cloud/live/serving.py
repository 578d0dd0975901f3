"""``live``: ports, doors, web and the origin brought up in order, and down again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import signal
import tempfile
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from sync.cloud.listening import HttpServer, check_ports, listen
from sync.cloud.live import tools
from sync.cloud.live.doors import RtmpDoor, SrtDoor, check_udp
from sync.cloud.live.feed import Feed
from sync.cloud.live.origin import Origin
from sync.cloud.live.planning import find
from sync.cloud.live.status import status
from sync.cloud.live.web import make_app
from sync.cloud.schedule import Planned, folder_of

log = logging.getLogger(__name__)

GRACE_S = 1
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``live`` is asked for. Ports: 0 takes any free one; ``rtmp`` and ``srt`` are ``None`` when not wanted."""

    data: Path
    class_id: str
    name: str
    host: str
    http: int
    feed: int
    rtmp: int | None
    srt: int | None
    heights: tuple[int, ...]
    feed_latency_ms: int
    srt_latency_ms: int
    json: bool


async def serve(wanted: Wanted) -> None:
    """Serve until SIGTERM or SIGINT. Raises :class:`LiveError`, :class:`PortBusy`."""
    planned = find(wanted.data, wanted.class_id)
    assert planned is not None
    for name in tools.PACKAGES:
        tools.program(name)
    check_ports({"--http": wanted.http, **({"--rtmp": wanted.rtmp} if wanted.rtmp is not None else {})})
    check_ports({"--feed": wanted.feed, **({"--srt": wanted.srt} if wanted.srt is not None else {})})
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    with listen(wanted.host, wanted.http, "--http") as listening:
        feed_port = check_udp(wanted.host, wanted.feed, "--feed")
        name = wanted.name or f"origin-{listening.getsockname()[1]}"
        feed = Feed(wanted.host, feed_port, wanted.feed_latency_ms)
        recordings = folder_of(wanted.data, planned.id) / "recordings" / name
        origin = Origin(wanted.heights, _hls_folder(wanted, planned, name), recordings, feed)
        try:
            app = make_app(origin, lambda: status(origin, planned.id, name))
            config = uvicorn.Config(
                app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=GRACE_S
            )
            server = HttpServer(config)
            doors, addresses = _doors(wanted, planned, origin)
            work: list[asyncio.Task[Any]] = [asyncio.create_task(server.serve(sockets=[listening]))]
            work += [asyncio.create_task(door) for door in doors]
            work.append(asyncio.create_task(stopping.wait()))
            await server.ready.wait()
            url = f"http://{_host(wanted)}:{listening.getsockname()[1]}"
            _announce(wanted, {"url": url, **addresses, "feed": f"srt://{_host(wanted)}:{feed_port}"})
            await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            server.should_exit = True
            await _end(work)
        finally:
            origin.close()


def _doors(wanted: Wanted, planned: Planned, origin: Origin) -> tuple[list[Coroutine[Any, Any, None]], dict[str, str]]:
    """The doors to run, and where they are."""
    doors: list[Coroutine[Any, Any, None]] = []
    addresses = {}
    if wanted.rtmp is not None:
        listening = listen(wanted.host, wanted.rtmp, "--rtmp")
        doors.append(RtmpDoor(listening, planned.key, origin.take, origin.is_free).run())
        addresses["rtmp"] = f"rtmp://{_host(wanted)}:{listening.getsockname()[1]}/live/{planned.key}"
    if wanted.srt is not None:
        port = check_udp(wanted.host, wanted.srt, "--srt")
        doors.append(
            SrtDoor((wanted.host, port), planned.key, wanted.srt_latency_ms, origin.take, origin.is_free).run()
        )
        addresses["srt"] = f"srt://{_host(wanted)}:{port}?passphrase={planned.key}"
    return doors, addresses


async def _end(work: list[asyncio.Task[Any]]) -> None:
    """End everything; what failed by itself is raised."""
    failed = [task for task in work if task.done() and not task.cancelled() and task.exception()]
    serving, *others = work
    for task in others:
        task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.gather(*others, return_exceptions=True)
    await asyncio.gather(serving, return_exceptions=True)
    for task in failed:
        task.result()


def _hls_folder(wanted: Wanted, planned: Planned, name: str) -> Path:
    """In memory where there is a file system for it: a full disk must not end the class."""
    memory = MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())
    who = hashlib.sha256(f"{wanted.data.absolute()} {planned.id} {name}".encode()).hexdigest()[:16]
    return memory / f"breakaway-live-{who}"


def _host(wanted: Wanted) -> str:
    return f"[{wanted.host}]" if ":" in wanted.host else wanted.host


def _announce(wanted: Wanted, facts: dict[str, str]) -> None:
    if wanted.json:
        print(json.dumps({"ready": True, **facts}), flush=True)
        return
    print(f"The origin is ready: {facts['url']}, feed {facts['feed']}. Ctrl-C ends it.")
    for kind in ("rtmp", "srt"):
        if kind in facts:
            print(f"Set the encoder to {facts[kind]}", flush=True)
