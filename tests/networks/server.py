"""The servers behind a line: each pathway a real HTTP/1.1 server on a loopback port, with its troubles.

``python -m tests.networks.server FOLDER PROFILE ...`` (used by :mod:`tests.networks.network`) prints one JSON object a
line: first the ports of every network, then, for each name of a network on standard input, what was asked there.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import socket
import struct
import sys
from dataclasses import asdict, dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Any

from tests.networks.line import Line
from tests.networks.profiles import BY_NAME, Kind, Profile, Trouble
from tests.networks.steered import STEERED, STEERING, steered, steering

TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".mp4": "video/mp4"}
TYPES |= {".vtt": "text/vtt", ".json": "application/json"}
FROM = re.compile(rb"\r\nrange: *bytes=(\d+)-\r\n", re.IGNORECASE)
FIRST_WINDOW = 14_600  # bytes a fresh connection may have on the way: ten packets (RFC 6928), doubled every round trip
PATIENCE_S = 30.0  # a gateway's time-out, for requests that come to nothing


@dataclass(slots=True)
class Asked:
    """One request and its answer. Times count from the network's first request; ``status`` 0: none was sent."""

    at_s: float
    pathway: int
    path: str
    status: int = 0
    sent: int = 0
    length: int = 0
    end_s: float = 0.0


class Gone(Exception):
    """The connection is to be cut without a word."""


class Behind:
    """Everything behind one profile's line: its pathways, and, where there are several, a small server that knows
    them all (its number is -1)."""

    def __init__(self, profile: Profile, folder: Path) -> None:
        self.profile, self.folder = profile, folder
        self.line = Line(profile.steps)
        self.dice = random.Random(profile.name)
        self.asked: list[Asked] = []
        self.ports: list[int] = []
        self.made: dict[str, bytes] = {}

    async def open(self) -> None:
        """Listen."""
        for number in range(len(self.profile.pathways)):
            self.ports.append(await self._listen(number))
        if len(self.ports) > 1:
            bases = [f"http://127.0.0.1:{port}" for port in self.ports]
            self.made[STEERED] = steered((self.folder / "master.m3u8").read_text(), bases).encode()
            self.made[STEERING] = steering(len(bases)).encode()
            self.ports.append(await self._listen(-1))

    async def _listen(self, number: int) -> int:
        server = await asyncio.start_server(lambda r, w: Connection(self, number, r, w).serve(), "127.0.0.1", 0)
        return int(server.sockets[0].getsockname()[1])

    def body(self, path: str) -> bytes | None:
        """What there is at a path."""
        if path in self.made:
            return self.made[path]
        file = (self.folder / path).resolve()
        return file.read_bytes() if file.is_relative_to(self.folder) and file.is_file() else None


class Connection:
    """One client's connection to one pathway."""

    def __init__(self, behind: Behind, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.behind, self.line, self.number = behind, behind.line, number
        self.troubles = behind.profile.pathways[number] if number >= 0 else ()
        self.lasting = [one for one in self.troubles if one.kind in ("refuse", "silent")]
        self.reader, self.writer = reader, writer
        self.window = FIRST_WINDOW

    async def serve(self) -> None:
        """Answer until the client goes, or the trouble is too great."""
        try:
            await asyncio.sleep(self.line.step.round_trip_s)  # to open a connection takes one
            while head := await self.reader.readuntil(b"\r\n\r\n"):
                start = FROM.search(head)
                await self.answer(
                    head.split(b" ")[1].decode().partition("?")[0].lstrip("/"), int(start[1]) if start else 0
                )
        except (asyncio.IncompleteReadError, OSError):
            pass
        except Gone:
            now = struct.pack("ii", 1, 0)  # closed this way, a connection is reset
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
        finally:
            self.writer.transport.abort()

    async def answer(self, path: str, start: int) -> None:
        """One request for a file from its byte ``start`` on."""
        asked = Asked(round(self.line.now_s(), 3), self.number, path)
        self.behind.asked.append(asked)
        try:
            await self._answer(path, start, asked)
        finally:
            asked.end_s = round(self.line.now_s(), 3)

    async def _answer(self, path: str, start: int, asked: Asked) -> None:
        met = {one.kind: one for one in self.troubles if self._meets(one, path)}
        await self._lose(met)
        if self.behind.dice.random() < self.line.step.loss:
            if self.behind.dice.random() < 0.5:
                raise Gone
            await asyncio.sleep(self.line.step.round_trip_s)
            return await self._send(asked, 504, b"", 0)
        late_s = met["late"].wait_s if "late" in met else 0.0
        await asyncio.sleep(self.line.step.round_trip_s + late_s)
        body = self.behind.body(path)
        if body is None or "error" in met:
            return await self._send(asked, 404 if body is None else 503, b"", 0)
        part = body[start:]
        upto = len(part) // 2 if "cut" in met else len(part)
        if start and not part:
            return await self._send(asked, 416, b"", 0)
        if start:
            return await self._send(
                asked, 206, part, upto, f"Content-Range: bytes {start}-{len(body) - 1}/{len(body)}\r\n"
            )
        await self._send(asked, 200, body, upto)

    def _meets(self, trouble: Trouble, path: str = "") -> bool:
        now = trouble.from_s <= self.line.now_s() < trouble.to_s and trouble.only in path
        return now and (trouble.share >= 1 or self.behind.dice.random() < trouble.share)

    async def _lose(self, met: dict[Kind, Trouble]) -> None:
        if "refuse" in met:
            raise Gone
        if "silent" in met:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.reader.read(1), met["silent"].to_s - self.line.now_s() + PATIENCE_S)
            raise Gone

    async def _send(self, asked: Asked, status: int, body: bytes, upto: int, more: str = "") -> None:
        asked.status, asked.length = status, len(body)
        kind = TYPES.get(Path(asked.path).suffix, "application/octet-stream")
        head = f"HTTP/1.1 {status} .\r\nContent-Length: {len(body)}\r\nContent-Type: {kind}\r\n{more}"
        head += f"Date: {formatdate(usegmt=True)}\r\nAccess-Control-Allow-Origin: *\r\nCache-Control: no-store\r\n\r\n"
        self.writer.write(head.encode())
        began_s, before = self.line.now_s(), 0
        while asked.sent < upto:
            chunk = body[asked.sent : min(asked.sent + self.line.chunk(), upto)]
            await self.line.carry(len(chunk))
            await self._lose({one.kind: one for one in self.lasting if self._meets(one)})
            self.writer.write(chunk)
            await self.writer.drain()
            asked.sent += len(chunk)
            began_s, before = await self._acknowledged(asked.sent, began_s, before)
        if upto < len(body):
            raise Gone

    async def _acknowledged(self, sent: int, began_s: float, before: int) -> tuple[float, int]:
        """Wait for the round trip's end when all that may be on the way is: a connection starts slowly."""
        if sent - before < self.window:
            return began_s, before
        await asyncio.sleep(began_s + self.line.step.round_trip_s - self.line.now_s())
        self.window *= 2
        return self.line.now_s(), sent


async def serve(folder: Path, names: list[str]) -> None:
    """Open the networks, say their ports, and tell what was asked until standard input ends."""
    networks = {name: Behind(BY_NAME[name], folder) for name in names}
    for network in networks.values():
        await network.open()
    _say({name: network.ports for name, network in networks.items()})
    loop, lines = asyncio.get_running_loop(), asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while name := (await lines.readline()).decode().strip():
        _say([asdict(asked) for asked in networks[name].asked])


def _say(what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]).resolve(), sys.argv[2:]))
