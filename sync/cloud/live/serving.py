"""``live``: ports, doors, web and the origin brought up in order, and down again."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import signal
import socket
import tempfile
import time
from collections.abc import Coroutine, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn

from sync.cloud.listening import HttpServer, check_ports, listen
from sync.cloud.live import tools
from sync.cloud.live.alone import alone
from sync.cloud.live.doors import RtmpDoor, SrtDoor, check_udp
from sync.cloud.live.ending import RECORDINGS, is_over, make_class
from sync.cloud.live.errors import BadSchedule
from sync.cloud.live.feed import Feed
from sync.cloud.live.origin import Origin
from sync.cloud.live.planning import find
from sync.cloud.live.status import status
from sync.cloud.live.web import make_app
from sync.cloud.schedule import Planned, Schedule, folder_of

log = logging.getLogger(__name__)

GRACE_S = 1
LOOK_EVERY_S = 1.0
LINGER_S = 20.0
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What ``live`` is asked for. Ports: 0 takes any free one; ``rtmp`` and ``srt`` are ``None`` when not wanted."""

    data: Path
    store: str  # where the classes lie, "" for in ``data``
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
    grace_s: float
    json: bool


class Stop:
    """Asked to stop once, ``now`` is set; asked again, ``hurry``."""

    def __init__(self) -> None:
        self.now, self.hurry = asyncio.Event(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._asked)

    def _asked(self) -> None:
        (self.hurry if self.now.is_set() else self.now).set()


async def serve(wanted: Wanted) -> None:
    """Serve until the class is over and made into one on demand, or until SIGTERM or SIGINT. Raises
    :class:`LiveError`, :class:`MakerError`, :class:`PortBusy`."""
    planned = find(wanted.data, wanted.class_id)
    assert planned is not None
    if planned.cancelled:
        raise BadSchedule(f"{planned.id} was cancelled", "schedule it again: python -m sync.cloud live schedule …")
    for name in tools.PACKAGES:
        tools.program(name)
    check_ports({"--http": wanted.http, **({"--rtmp": wanted.rtmp} if wanted.rtmp is not None else {})})
    check_ports({"--feed": wanted.feed, **({"--srt": wanted.srt} if wanted.srt is not None else {})})
    stop = Stop()
    with listen(wanted.host, wanted.http, "--http") as listening, ExitStack() as held:
        name = wanted.name or f"origin-{listening.getsockname()[1]}"
        held.enter_context(alone(folder_of(wanted.data, planned.id), name))
        feed = Feed(wanted.host, check_udp(wanted.host, wanted.feed, "--feed"), wanted.feed_latency_ms)
        recordings = folder_of(wanted.data, planned.id) / RECORDINGS / name
        origin = Origin(wanted.heights, _hls_folder(wanted, planned, name), recordings, feed)
        try:
            await _run(wanted, planned, origin, listening, name, stop)
        finally:
            origin.close()


async def _run(
    wanted: Wanted, planned: Planned, origin: Origin, listening: socket.socket, name: str, stop: Stop
) -> None:
    app = make_app(origin, lambda: status(origin, planned.id, name))
    settings: dict[str, Any] = {"log_config": None, "access_log": False, "server_header": False}
    server = HttpServer(uvicorn.Config(app, **settings, timeout_graceful_shutdown=GRACE_S))
    doors, addresses = _doors(wanted, planned, origin)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    opened = [asyncio.create_task(door) for door in doors]
    over = asyncio.create_task(_until_over(wanted, planned, origin, stop))
    try:
        await server.ready.wait()
        url = f"http://{_host(wanted)}:{listening.getsockname()[1]}"
        _announce(wanted, {"url": url, **addresses, "feed": f"srt://{_host(wanted)}:{origin.feed.port}"})
        done, _ = await asyncio.wait([serving, *opened, over], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {over}:
            task.result()
        if over in done and (ended := over.result()):
            await _finish(wanted, ended, origin, stop)
    finally:
        await _cancel([*opened, over])
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)


async def _until_over(wanted: Wanted, planned: Planned, origin: Origin, stop: Stop) -> Planned | None:
    """The class, as it is planned by then, once it is over; ``None`` when the origin is stopped before."""
    schedule = Schedule(wanted.data, time.monotonic)
    while True:
        planned = schedule.find(planned.id) or planned
        silent_s = float("inf") if stop.now.is_set() else origin.silent_s
        if is_over(planned, time.time(), silent_s, wanted.grace_s):
            return planned
        if stop.now.is_set():
            return None
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.now.wait(), LOOK_EVERY_S)


async def _finish(wanted: Wanted, planned: Planned, origin: Origin, stop: Stop) -> None:
    """The end of the class: its last pictures stay for those who are behind, its recording becomes a class."""
    began = time.monotonic()
    _say(wanted, f"{planned.fitness_class.title}: the class is {'cancelled' if planned.cancelled else 'over'}.")
    await origin.end()
    if not planned.cancelled:
        making = asyncio.create_task(make_class(wanted.data, planned, wanted.store))
        hurried = asyncio.create_task(stop.hurry.wait())
        await asyncio.wait([making, hurried], return_when=asyncio.FIRST_COMPLETED)
        await _cancel([hurried, *([] if making.done() else [making])])
        if making.done() and not making.cancelled() and making.result():
            _say(wanted, f"{planned.fitness_class.title} is ready to ride: its recording is class {planned.id} now.")
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.now.wait(), max(LINGER_S - (time.monotonic() - began), 0.0))


async def _cancel(tasks: Sequence[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


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


def _hls_folder(wanted: Wanted, planned: Planned, name: str) -> Path:
    """In memory where there is a file system for it: a full disk must not end the class."""
    memory = MEMORY if MEMORY.is_dir() else Path(tempfile.gettempdir())
    who = hashlib.sha256(f"{wanted.data.absolute()} {planned.id} {name}".encode()).hexdigest()[:16]
    return memory / f"breakaway-live-{who}"


def _host(wanted: Wanted) -> str:
    return f"[{wanted.host}]" if ":" in wanted.host else wanted.host


def _say(wanted: Wanted, words: str) -> None:
    """For people; that nobody can read it is no reason to stop."""
    if wanted.json:
        log.info(words)
        return
    with suppress(OSError, UnicodeError):
        print(words, flush=True)


def _announce(wanted: Wanted, facts: dict[str, str]) -> None:
    if wanted.json:
        print(json.dumps({"ready": True, **facts}), flush=True)
        return
    print(f"The origin is ready: {facts['url']}, feed {facts['feed']}. Ctrl-C ends it.")
    for kind in ("rtmp", "srt"):
        if kind in facts:
            print(f"Set the encoder to {facts[kind]}", flush=True)
