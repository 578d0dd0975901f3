"""The bike over TCP: Wahoo Direct Connect, which is GATT without a radio, to any number of clients."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import Callable, Hashable, Iterable
from contextlib import suppress
from functools import partial
from typing import Literal

from virtualbike.dircon_messages import (
    HEADER,
    READ,
    UNKNOWN_VERSION,
    VERSION,
    WRITE,
    answer,
    message,
    notification,
    value_in,
)
from virtualbike.faults import Happening, Happenings
from virtualbike.gatt_bike import GattBike, Notice
from virtualbike.outbox import Outbox
from virtualbike.recording import NOT_RECORDING, Recorder
from virtualbike.refused import Refused

MTU = 517
LONGEST_BODY = 600  # a stranger who claims a longer one is not worth waiting for


class PortRefused(Refused):
    """The port cannot be listened on; the message says what to do."""


class DirconBike:
    """Serves a :class:`GattBike` on a port, 0 for a free one.

    It measures every ``interval_s`` seconds by ``clock``; with None only when :meth:`tick` is called.
    """

    def __init__(
        self,
        bike: GattBike,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        interval_s: float | None = 1.0,
        recorder: Recorder = NOT_RECORDING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.bike, self.host, self.port = bike, host, port
        self._interval_s, self._recorder, self._clock = interval_s, recorder, clock
        self._happenings = Happenings(bike.faults)
        self._server: asyncio.Server | None = None
        self._clients: dict[Hashable, Outbox] = {}
        self._transports: set[asyncio.WriteTransport] = set()
        self._conversations: set[asyncio.Task[None]] = set()
        self._measuring: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen; ``port`` is then the real one. Raises :class:`PortRefused`."""
        await self._listen()
        if self._interval_s is not None:
            self._measuring = asyncio.create_task(self._measure_forever(self._interval_s))

    async def stop(self) -> None:
        """Hang up on everybody, and listen no more."""
        if self._measuring is not None:
            self._measuring.cancel()
            with suppress(asyncio.CancelledError):
                await self._measuring
        await self._hang_up()

    async def tick(self, now_s: float) -> None:
        """Ride until ``now_s``, let happen what is to go wrong, and tell the subscribers."""
        self.bike.advance(now_s)
        for happening in self._happenings.look():
            if happening is Happening.GONE:
                await self._hang_up()
            elif happening is Happening.BACK:
                await self._listen()
            else:
                self._send(self.bike.react(happening))
        self._send(self.bike.measure())

    async def _measure_forever(self, interval_s: float) -> None:
        while True:
            await self.tick(self._clock())
            await asyncio.sleep(interval_s)

    async def _listen(self) -> None:
        try:
            self._server = await asyncio.start_server(self._serve, self.host, self.port)
        except OSError as error:
            raise PortRefused(
                f"cannot listen on {self.host}:{self.port}: {error.strerror or error}; choose another --port"
            ) from None
        self.port = self._server.sockets[0].getsockname()[1]

    async def _hang_up(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()
        for transport in list(self._transports):
            transport.abort()
        if server is not None:
            await server.wait_closed()
        await asyncio.gather(*self._conversations, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        outbox = self._clients[writer] = Outbox(self.bike, partial(self._deliver, writer), self._recorder, self._clock)
        self._transports.add(writer.transport)
        if (conversation := asyncio.current_task()) is not None:
            self._conversations.add(conversation)
            conversation.add_done_callback(self._conversations.discard)
        self.bike.connect(writer)
        self.bike.set_mtu(writer, MTU)
        sender = asyncio.create_task(outbox.run())
        try:
            with suppress(asyncio.IncompleteReadError, ConnectionError):
                while await self._answer_next(reader, writer):
                    pass
        finally:
            outbox.close()
            sender.cancel()
            self.bike.disconnect(writer)
            del self._clients[writer]
            self._transports.discard(writer.transport)
            writer.close()

    async def _answer_next(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether the next request could be made sense of, so that another may follow."""
        version, kind, sequence, _code, length = struct.unpack(">BBBBH", await reader.readexactly(HEADER))
        if length > LONGEST_BODY:
            return False
        body = await reader.readexactly(length)
        if version != VERSION:
            await self._reply(writer, kind, sequence, UNKNOWN_VERSION)
            return False
        self._note("us", value_in(WRITE, kind, body))
        code, reply, notices = answer(self.bike, writer, kind, body)
        self._note("bike", value_in(READ, kind, reply))
        await self._reply(writer, kind, sequence, code, reply)
        self._send(notices)
        return True

    async def _reply(
        self, writer: asyncio.StreamWriter, kind: int, sequence: int, code: int, body: bytes = b""
    ) -> None:
        await asyncio.sleep(self.bike.faults.delay_s)
        if not writer.is_closing():
            writer.write(message(kind, sequence, code, body))
            await writer.drain()

    def _note(self, sender: Literal["bike", "us"], said: tuple[str, bytes] | None) -> None:
        if said is not None:
            self._recorder.note(self._clock(), sender, said[1], said[0])

    def _send(self, notices: Iterable[Notice]) -> None:
        for notice in notices:
            if notice.client in self._clients:
                self._clients[notice.client].put(notice)

    async def _deliver(self, writer: asyncio.StreamWriter, notice: Notice, data: bytes) -> None:
        with suppress(ConnectionError):
            if not writer.is_closing():
                writer.write(notification(notice, data))
                await writer.drain()
