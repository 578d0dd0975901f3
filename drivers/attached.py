"""A sensor that another program holds, listened to without disturbing it: a :class:`drivers.sensor.Sensor`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import LinkLost
from drivers.listening_sensor import ListeningSensor
from drivers.overhearing import Overhearing
from drivers.recording import LINE_MAX, Header, Moment
from drivers.sensor import LinkState, Sensor, SensorStatus
from drivers.shared import SharedSensor
from drivers.tap import who_answers
from drivers.tap_folder import socket_paths

if TYPE_CHECKING:
    from drivers.bluetooth import Bluetooth
    from drivers.tapped_link import Tap

RETRY_S = 0.5
SILENT_AFTER_S = 2.0
LOOK_EVERY_S = 0.25


class AttachedSensor(ListeningSensor):
    """Hears at ``path`` what passes between a sensor and the program that holds it; comes back when that does.

    ``status`` counts from the moment of listening. It cannot ask or control anything.
    """

    def __init__(
        self, url: str, path: Path, *, clock: Callable[[], float] = time.monotonic, tap: Tap | None = None
    ) -> None:
        super().__init__(SensorStatus(url, url), clock, tap)
        self._path = path

    async def _run(self) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_unix_connection(self._path, limit=LINE_MAX)
                try:
                    await self._listen(reader)
                finally:
                    writer.close()
            except (OSError, ValueError):
                pass  # it has ended, or what it says is no recording
            self.status.state, self.status.error = LinkState.LOST, self._ended()
            await asyncio.sleep(RETRY_S)

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        """Until the other program hangs up. Raises :class:`ValueError` for what is no recording."""
        header = Header.parse(await reader.readline())
        self.status.name = header.name or self.status.name
        self.status.state, self.status.error = LinkState.CONNECTING, None
        heard = Overhearing(header, self.status)
        last_s = self._clock()
        while True:
            frames = self.status.frames_ok
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    line = await reader.readline()
            except TimeoutError:
                pass
            else:
                if not line:
                    return
                self._take(Moment.parse(line), heard)
            if self.status.frames_ok > frames:
                last_s = self._clock()
            elif self._clock() - last_s > SILENT_AFTER_S:
                self.status.state, self.status.error = LinkState.SILENT, self._silent()

    def _take(self, moment: Moment, heard: Overhearing) -> None:
        at_s = self._clock()
        if self._tap is not None:
            self._tap(at_s, moment.from_sensor, moment.channel, moment.data)
        for sample in heard.take(moment, at_s):
            self._queue.put(sample)

    def _ended(self) -> LinkLost:
        return LinkLost(
            f"the program that holds {self.status.name} has ended or hung up", "Start it, or start this command anew."
        )

    def _silent(self) -> LinkLost:
        return LinkLost(f"{self.status.name} says nothing", "The program that holds it shows why; turn the pedals.")


async def attach_or_open(
    url: str, *, bluetooth: Bluetooth | None = None, tap: Tap | None = None, folder: Path | None = None
) -> Sensor:
    """Listen in where another program of this user offers the sensor, else open it, and offer it to others.

    Raises :class:`drivers.errors.SensorAddressError`.
    """
    path = await who_answers(socket_paths(url, folder))
    if path is not None:
        return AttachedSensor(url, path, tap=tap)
    return SharedSensor(url, bluetooth=bluetooth, tap=tap, folder=folder)
