"""A connection over Wi-Fi (Wahoo Direct Connect: GATT over TCP): a :class:`drivers.gatt.GattLink`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Self

from drivers import dircon
from drivers.dircon import Code, DirconDecoder, Id, Message
from drivers.errors import BadFrame, LinkLost, NotOffered, OutOfRange, WrongDevice
from drivers.flood import Flood

CONNECT_S, ANSWER_S = 5.0, 3.0
QUIET_S = 2.0  # a trainer whose power was cut ends no connection: after this long it is asked whether it is there
BLOCK = 4096
FLOOD_BYTES, FLOOD_BYTES_A_S = 131_072, 65_536  # a lively trainer says 2000 a second


class DirconLink:
    """An open connection to ``host:port``."""

    def __init__(self, name: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.name = name
        self._offered: dict[str, dict[str, frozenset[str]]] = {}
        self.services: Mapping[str, Mapping[str, frozenset[str]]] = self._offered
        self._reader, self._writer = reader, writer
        self._decoder = DirconDecoder()
        self._hearers: dict[str, Callable[[bytes], None]] = {}
        self._answers: dict[int, asyncio.Future[Message]] = {}
        self._sequence = 0
        self._heard_s = 0.0
        self._gone = asyncio.Event()
        self._flooded = False
        loop = asyncio.get_running_loop()
        self._reading = loop.create_task(self._read(), name=f"link to {name}")
        self._watching: asyncio.Task[None] | None = None

    @classmethod
    async def connect(cls, host: str, port: int, name: str) -> Self:
        """Connect and find out what is offered. Raises OutOfRange or WrongDevice."""
        try:
            async with asyncio.timeout(CONNECT_S):
                reader, writer = await asyncio.open_connection(host, port)
        except (OSError, TimeoutError) as error:
            raise OutOfRange(
                f"{name} is not reached at {host}:{port}",
                "Switch it on, and put it and this tablet into the same Wi-Fi; it is tried again by itself.",
            ) from error
        link = cls(name, reader, writer)
        try:
            await link._discover()
        except (LinkLost, NotOffered, BadFrame) as error:
            await link.close()
            raise WrongDevice(f"what answers at {host}:{port} is no sensor", "Choose the sensor's address.") from error
        except BaseException:
            await link.close()
            raise
        link._watching = asyncio.get_running_loop().create_task(link._watch(), name=f"watch over the link to {name}")
        return link

    async def read(self, characteristic: str) -> bytes:
        """The characteristic's value."""
        return dircon.subject(await self._ask(dircon.about(Id.READ, 0, characteristic)))[1]

    async def write(self, characteristic: str, data: bytes, *, response: bool = True) -> None:
        """Write; it has arrived when this returns."""
        await self._ask(dircon.about(Id.WRITE, 0, characteristic, data))

    async def subscribe(self, characteristic: str, hear: Callable[[bytes], None]) -> None:
        """Have ``hear`` called with every notification, in order."""
        self._hearers[characteristic] = hear
        await self._ask(dircon.enable(0, characteristic))

    async def lost(self) -> None:
        """Returns when the connection has gone. Raises :class:`WrongDevice` after a flood."""
        await self._gone.wait()
        if self._flooded:
            raise WrongDevice(f"{self.name} sends far more than a sensor can", "Restart it, or pair another.")

    async def close(self) -> None:
        """End the connection."""
        tasks = [self._reading, *([self._watching] if self._watching else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._writer.close()
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()

    async def _discover(self) -> None:
        for service in dircon.services(await self._ask(Message(Id.SERVICES))):
            with suppress(NotOffered):  # of one service
                answer = await self._ask(dircon.about(Id.CHARACTERISTICS, 0, service))
                self._offered[service] = dircon.characteristics(answer)[1]

    async def _ask(self, request: Message) -> Message:
        self._sequence = (self._sequence + 1) & 0xFF
        request = Message(request.id, self._sequence, request.body)
        answer = self._answers[self._sequence] = asyncio.get_running_loop().create_future()
        try:
            if self._gone.is_set():
                raise ConnectionResetError
            self._writer.write(request.encode())
            async with asyncio.timeout(ANSWER_S):
                await self._writer.drain()
                reply = await answer
        except (OSError, TimeoutError) as error:
            raise LinkLost(f"{self.name} does not answer", "It is connected anew by itself.") from error
        finally:
            self._answers.pop(request.sequence, None)
        if reply.code is not Code.DONE or reply.id is not request.id:
            why = reply.code.name.lower().replace("_", " ")
            raise NotOffered(f"{self.name} refuses a question ({why})", "Update its firmware in its maker's app.")
        return reply

    async def _watch(self) -> None:
        clock = asyncio.get_running_loop().time
        while not self._gone.is_set():
            await asyncio.sleep(max(QUIET_S - (clock() - self._heard_s), QUIET_S / 4))
            if clock() - self._heard_s >= QUIET_S:
                try:
                    await self._ask(Message(Id.SERVICES))
                except LinkLost:
                    self._gone.set()
                except NotOffered:
                    pass  # it answers

    async def _read(self) -> None:
        clock = asyncio.get_running_loop().time
        flood = Flood(FLOOD_BYTES, FLOOD_BYTES_A_S, clock())
        try:
            while data := await self._reader.read(BLOCK):
                self._heard_s = clock()
                if flood.overflows(len(data), clock()):
                    self._flooded = True
                    return
                for message in self._decoder.feed(data):
                    self._take(message)
                await asyncio.sleep(0)  # a read that finds bytes waiting lets nobody else come to their turn
        except (OSError, BadFrame):
            pass
        finally:
            self._gone.set()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionResetError())

    def _take(self, message: Message) -> None:
        if message.id is Id.NOTIFICATION:
            with suppress(BadFrame):
                characteristic, value = dircon.subject(message)
                if (hear := self._hearers.get(characteristic)) is not None:
                    hear(value)
        elif (answer := self._answers.get(message.sequence)) is not None and not answer.done():
            answer.set_result(message)
