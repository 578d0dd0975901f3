"""A sensor's bytes offered to other programs while this one holds it: read-only, on a Unix socket of this user.

What a listener reads is a recording (:mod:`drivers.recording`) that begins with its arrival: the header, what it must
know of before (a serial bike's resistance table, a fitness machine's range of levels, the battery) as second 0, then
everything as it passes. What listeners send is thrown away. A listener that does not keep up is hung up on.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from drivers import gatt, peloton
from drivers.recording import Header, Moment
from drivers.resistance import ENTRIES
from drivers.tap_folder import socket_paths

LISTENERS_MAX = 8
BEHIND_MAX = 65_536  # bytes, about a minute of a lively bike
LASTING = frozenset({gatt.FITNESS_MACHINE_FEATURE, gatt.RESISTANCE_RANGE, gatt.POWER_RANGE, gatt.BATTERY_LEVEL})
_ANSWER_MAX = 256


class TapServer:
    """Offers what its Tap, ``show``, is shown. On the event loop's thread.

    ``name`` is asked for the sensor's own name when a listener comes. ``offered`` says whether there is a socket:
    there is none where the system has no such thing, or while another program offers the same sensor.
    """

    def __init__(
        self,
        url: str,
        name: Callable[[], str],
        *,
        folder: Path | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._name, self._clock = url, name, clock
        self._paths = socket_paths(url, folder)
        self._server: asyncio.Server | None = None
        self._listeners: dict[asyncio.StreamWriter, float] = {}
        self._before = _Before()

    @property
    def offered(self) -> bool:
        """Whether others can listen."""
        return self._server is not None

    async def start(self) -> None:
        """Offer, where that can be. Never fails: a ride needs no listeners."""
        if not self._paths or await who_answers(self._paths) is not None:
            return
        with suppress(OSError, NotImplementedError, AttributeError):
            self._paths[0].unlink(missing_ok=True)
            self._server = await asyncio.start_unix_server(self._welcome, self._paths[0])

    async def close(self) -> None:
        """Hang up on everybody, and leave no socket behind."""
        if self._server is None:
            return
        self._server.close()
        for listener in list(self._listeners):
            listener.transport.abort()
        await self._server.wait_closed()
        self._server = None
        self._paths[0].unlink(missing_ok=True)

    def show(self, at_s: float, from_sensor: bool, channel: str | None, data: bytes) -> None:
        """Bytes passed at ``at_s`` (monotonic, seconds)."""
        self._before.note(from_sensor, channel, data)
        for listener, since_s in list(self._listeners.items()):
            if listener.transport.get_write_buffer_size() > BEHIND_MAX:
                listener.transport.abort()
                del self._listeners[listener]
            else:
                listener.write(Moment(max(0.0, at_s - since_s), from_sensor, channel, data).line())

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._listeners) >= LISTENERS_MAX:
            writer.close()
            return
        writer.write(Header(self._url, self._name(), datetime.now(UTC).isoformat(timespec="seconds")).line())
        writer.writelines(moment.line() for moment in self._before.moments())
        self._listeners[writer] = self._clock()
        with suppress(OSError):
            while await reader.read(1024):
                pass
        self._listeners.pop(writer, None)
        writer.close()


class _Before:
    """What passed before and still holds."""

    def __init__(self) -> None:
        self._entries: dict[int, tuple[bytes, bytes]] = {}  # of a serial bike's table: question, answer
        self._asked: int | None = None
        self._lasting: dict[str, bytes] = {}

    def note(self, from_sensor: bool, channel: str | None, data: bytes) -> None:
        if channel is not None:
            if from_sensor and channel in LASTING:
                self._lasting[channel] = data
        elif not from_sensor:
            about_table = len(data) >= 2 and data[0] == peloton.CALIBRATION and data[1] < ENTRIES
            self._asked = data[1] if about_table else None
            if self._asked is not None:
                self._entries[self._asked] = data, b""
        elif self._asked is not None:
            question, answer = self._entries[self._asked]
            self._entries[self._asked] = question, (answer + data)[:_ANSWER_MAX]

    def moments(self) -> list[Moment]:
        wire = [
            Moment(0.0, from_sensor, None, data)
            for _, (question, answer) in sorted(self._entries.items())
            for from_sensor, data in ((False, question), (True, answer))
        ]
        return wire + [Moment(0.0, True, channel, data) for channel, data in self._lasting.items()]


async def who_answers(paths: list[Path]) -> Path | None:
    """The first socket at which somebody answers; one that was left behind by a crash answers nobody."""
    for path in paths:
        with suppress(OSError, NotImplementedError, AttributeError):
            _, writer = await asyncio.open_unix_connection(path)
            writer.close()
            return path
    return None
