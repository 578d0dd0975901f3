"""Where encoders knock. A door gives each one that may be an encoder to ``take``, and waits until it is gone again.

RTMP: this program has the port, so that whoever does not speak RTMP, or comes second, costs nothing; ffmpeg is
started for one connection at a time, on loopback. SRT: ffmpeg has the port; only who knows the passphrase gets in.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Awaitable, Callable

from sync.cloud.errors import PortBusy
from sync.cloud.listening import free_port
from sync.cloud.live import intake
from sync.cloud.live.tools import CHUNK, Tool

log = logging.getLogger(__name__)

Take = Callable[[Tool, str], Awaitable[None]]  # what came, and from where
RTMP_VERSION = b"\x03"  # the first byte of every RTMP connection (C0)
HELLO_BYTES, HELLO_S = 1537, 5.0  # C0 and C1
CONNECT_TRIES, CONNECT_WAIT_S = 100, 0.05
SRT_AGAIN_S = 0.2


class RtmpDoor:
    """One encoder at a time, with the stream key ``key``. ``is_free`` says whether another may come in now."""

    def __init__(self, listening: socket.socket, key: str, take: Take, is_free: Callable[[], bool]) -> None:
        self._socket, self._key, self._take, self._is_free = listening, key, take, is_free
        self._guests: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; whoever is in by then is sent away."""
        server = await asyncio.start_server(self._open, sock=self._socket)
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            server.close()
            for guest in self._guests:
                guest.cancel()
            await asyncio.gather(*self._guests, return_exceptions=True)

    def _open(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # not asyncio's own task for it: that takes being cancelled for a fault, and logs it
        guest = asyncio.create_task(self._welcome(reader, writer))
        self._guests.add(guest)
        guest.add_done_callback(self._gone)

    def _gone(self, guest: asyncio.Task[None]) -> None:
        self._guests.discard(guest)
        if not guest.cancelled() and (error := guest.exception()):
            log.error("a connection to the door failed", exc_info=error)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        who = str((writer.get_extra_info("peername") or ("somebody who has gone",))[0])
        try:
            if not self._is_free():
                log.warning("another encoder, at %s, is sent away: one is enough", who)
                return
            hello = await self._hello(reader)
            if hello is None:
                log.info("%s does not speak RTMP", who)
            elif self._is_free():
                await self._let_in(hello, reader, writer, who)
        except ConnectionError:
            log.info("%s has hung up", who)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _hello(self, reader: asyncio.StreamReader) -> bytes | None:
        """How an RTMP connection begins, ``None`` when this one does not."""
        try:
            async with asyncio.timeout(HELLO_S):
                first = await reader.readexactly(1)
                return first + await reader.readexactly(HELLO_BYTES - 1) if first == RTMP_VERSION else None
        except (TimeoutError, asyncio.IncompleteReadError):
            return None

    async def _let_in(self, hello: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, who: str) -> None:
        port = free_port("127.0.0.1", 0, "--rtmp")
        taken = await intake.start(intake.rtmp(port, self._key))
        relays: list[asyncio.Task[None]] = []
        try:
            inner_reader, inner_writer = await _connect(port, taken)
            inner_writer.write(hello)
            ways = ((reader, inner_writer), (inner_reader, writer))
            relays = [asyncio.create_task(_relay(source, sink)) for source, sink in ways]
            await self._take(taken, f"RTMP from {who}")
        finally:
            for relay in relays:
                relay.cancel()
            await asyncio.gather(*relays, return_exceptions=True)
            await taken.end()


async def _connect(port: int, taken: Tool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for _ in range(CONNECT_TRIES):
        with contextlib.suppress(ConnectionRefusedError):
            return await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(CONNECT_WAIT_S)
    raise ConnectionError(f"ffmpeg does not listen: {taken.last_words}")


async def _relay(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(CHUNK):
            sink.write(data)
            await sink.drain()
    sink.close()


class SrtDoor:
    """One caller at a time, who knows the passphrase ``key``."""

    def __init__(
        self, where: tuple[str, int], key: str, latency_ms: int, take: Take, is_free: Callable[[], bool]
    ) -> None:
        self._where, self._key, self._latency_ms, self._take, self._is_free = where, key, latency_ms, take, is_free

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._one()
            await asyncio.sleep(SRT_AGAIN_S)

    async def _one(self) -> None:
        taken = await intake.start(intake.srt(*self._where, self._key, self._latency_ms))
        try:
            if not await _has_come(taken):
                log.info("SRT: %s", taken.last_words)
            elif not self._is_free():
                log.warning("another encoder, over SRT, is sent away: one is enough")
            else:
                await self._take(taken, "SRT")
        finally:
            await taken.end()


async def _has_come(taken: Tool) -> bool:
    """Wait for an encoder; false when ffmpeg ends without one. Takes the first line of the list of packets, which
    tells nothing."""
    first = asyncio.create_task(taken.outlets["packets"].readline())
    ended = asyncio.create_task(taken.ended())
    try:
        await asyncio.wait({first, ended}, return_when=asyncio.FIRST_COMPLETED)
        return first.done() and bool(first.result())
    finally:
        for task in (first, ended):
            task.cancel()
        await asyncio.gather(first, ended, return_exceptions=True)


def check_udp(host: str, port: int, option: str) -> int:
    """A UDP port that is free; any for 0. Raises :class:`PortBusy`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortBusy(
                f"cannot listen on {host} port {port}, UDP ({error.strerror}): "
                f"stop what uses it, or choose another with {option} (0 takes any free one)"
            ) from error
        return int(probe.getsockname()[1])
