"""The virtual trainer over Wi-Fi: a server of Wahoo Direct Connect (GATT over TCP).

Nothing here waits for a client: what one does not take piles up in the kernel and then in at most ``UNSENT`` bytes,
and then it is dropped. Bytes that are no message end that one connection.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from console.trainer.peripheral import SERVICES, Peripheral
from drivers import dircon, gatt
from drivers.dircon import HEADER, LONGEST_BODY, VERSION, Code, Id, Message
from drivers.errors import BadFrame, LinkLost

PORT = 36866  # where these devices usually listen
MOST_CLIENTS = 4
UNSENT = 16 * 1024
BREATH_S = 0.005  # between two requests of one client: at most 200 a second
_PROPERTIES = {characteristic: names for offered in SERVICES.values() for characteristic, names in offered.items()}
_KEEP_ALIVE = 0x07  # seen from training programs, empty, meaning unknown: it is answered as a success


@dataclass(eq=False, slots=True)
class Client:
    """One connection."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    subscribed: set[str] = field(default_factory=set)

    def send(self, data: bytes) -> None:
        """Send without waiting; a client that takes nothing is dropped."""
        if not self.writer.is_closing():
            self.writer.write(data)
            if self.writer.transport.get_write_buffer_size() > UNSENT:
                self.writer.transport.abort()

    def notify(self, characteristic: str, data: bytes) -> None:
        """Send a notification or an indication, if this client wants it."""
        if characteristic in self.subscribed:
            self.send(dircon.about(Id.NOTIFICATION, 0, characteristic, data).encode())


class DirconServer:
    """Serves a :class:`Peripheral`. ``clients`` are those connected; ``port`` is where it listens."""

    def __init__(self, peripheral: Peripheral) -> None:
        self.clients: list[Client] = []
        self.port = 0
        self._peripheral = peripheral
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def listening(self, host: str = "0.0.0.0", port: int = PORT) -> AsyncIterator[None]:
        """Serve for as long as the block runs: on ``port``, or on any when it is taken. Raises :class:`LinkLost`."""
        server = await self._listen(host, port)
        self.port = server.sockets[0].getsockname()[1]
        self._peripheral.join(self)
        try:
            await server.start_serving()
            yield
        finally:
            self._peripheral.leave(self)
            server.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await server.wait_closed()

    def hear(self, characteristic: str, data: bytes, but: Hashable | None = None) -> None:
        """Tell all who subscribed."""
        for client in list(self.clients):
            if client is not but:
                client.notify(characteristic, data)

    async def _listen(self, host: str, port: int) -> asyncio.Server:
        for number in (port, 0):
            with suppress(OSError):
                # Not served at once: who is cancelled while that begins would leave the port taken.
                return await asyncio.start_server(
                    self._accept, host, number, limit=2 * LONGEST_BODY, start_serving=False
                )
        raise LinkLost("no connection over Wi-Fi can be taken", "Check the network; it is tried again by itself.")

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self.clients) >= MOST_CLIENTS:
            writer.transport.abort()
            return
        _watch_over(writer.get_extra_info("socket"))
        client = Client(reader, writer)
        self.clients.append(client)
        task = asyncio.get_running_loop().create_task(self._serve(client), name="training program")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Client) -> None:
        try:
            while True:
                client.send(self._answer(client, *await _request(client.reader)))
                await asyncio.sleep(BREATH_S)
        except (OSError, EOFError, BadFrame):
            pass
        finally:
            self.clients.remove(client)
            self._peripheral.control_point.gone(client)
            client.writer.transport.abort()

    def _answer(self, client: Client, head: bytes, body: bytes) -> bytes:
        number, sequence = head[1], head[2]
        if number == _KEEP_ALIVE:
            return bytes([VERSION, number, sequence, Code.DONE, 0, 0])
        if number not in _ANSWERS:
            return bytes([VERSION, number, sequence, Code.UNKNOWN_MESSAGE, 0, 0])
        request = Message(Id(number), sequence, body)
        try:
            return _ANSWERS[request.id](self, client, request).encode()
        except KeyError:
            return dircon.refused(request, Code.NO_CHARACTERISTIC).encode()

    def _services(self, _client: Client, request: Message) -> Message:
        return dircon.services_reply(request.sequence, SERVICES)

    def _characteristics(self, _client: Client, request: Message) -> Message:
        service, _ = dircon.subject(request)
        if service not in SERVICES:
            return dircon.refused(request, Code.NO_SERVICE)
        return dircon.characteristics_reply(request.sequence, service, SERVICES[service])

    def _read(self, _client: Client, request: Message) -> Message:
        characteristic, _ = dircon.subject(request)
        if "read" not in _PROPERTIES[characteristic]:
            return dircon.refused(request, Code.NOT_SUPPORTED)
        return dircon.about(Id.READ, request.sequence, characteristic, self._peripheral.read(characteristic))

    def _write(self, client: Client, request: Message) -> Message:
        characteristic, value = dircon.subject(request)
        if "write" not in _PROPERTIES[characteristic]:
            return dircon.refused(request, Code.NOT_SUPPORTED)
        indication = self._peripheral.write(client, value)
        # Behind the reply to the write, which is sent when this returns.
        asyncio.get_running_loop().call_soon(client.notify, gatt.FITNESS_MACHINE_CONTROL_POINT, indication)
        return dircon.about(Id.WRITE, request.sequence, characteristic)

    def _notify(self, client: Client, request: Message) -> Message:
        characteristic, value = dircon.subject(request)
        if not _PROPERTIES[characteristic] & {"notify", "indicate"} or len(value) != 1:
            return dircon.refused(request, Code.NOT_SUPPORTED)
        (client.subscribed.add if value[0] else client.subscribed.discard)(characteristic)
        return dircon.about(Id.NOTIFY, request.sequence, characteristic)


_ANSWERS: dict[int, Callable[[DirconServer, Client, Message], Message]] = {
    Id.SERVICES: DirconServer._services,
    Id.CHARACTERISTICS: DirconServer._characteristics,
    Id.READ: DirconServer._read,
    Id.WRITE: DirconServer._write,
    Id.NOTIFY: DirconServer._notify,
}


async def _request(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    """The next request: header and body. Raises :class:`BadFrame` for what begins no message."""
    head = await reader.readexactly(HEADER)
    length = head[4] << 8 | head[5]
    if head[0] != VERSION or head[3] or length > LONGEST_BODY:
        raise BadFrame(f"no request of Direct Connect: {head.hex()}")
    return head, await reader.readexactly(length)


def _watch_over(connection: socket.socket) -> None:
    """Have the system find out that a client has gone without a word, so that its place gets free."""
    with suppress(OSError, AttributeError):  # not every system has all of these
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in ((socket.TCP_KEEPIDLE, 10), (socket.TCP_KEEPINTVL, 5), (socket.TCP_KEEPCNT, 3)):
            connection.setsockopt(socket.IPPROTO_TCP, option, value)
