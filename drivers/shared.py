"""A sensor that others may listen to while it is open here."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from drivers.sample import Sample
from drivers.sensor import Sensor, SensorStatus
from drivers.tap import TapServer
from drivers.wires import open_sensor

if TYPE_CHECKING:
    from drivers.bluetooth import Bluetooth
    from drivers.tapped_link import Tap


class SharedSensor:
    """The :class:`drivers.sensor.Sensor` at ``url``, with all that it has beyond one; see :mod:`drivers.tap`."""

    def __init__(
        self, url: str, *, bluetooth: Bluetooth | None = None, tap: Tap | None = None, folder: Path | None = None
    ) -> None:
        self._tap = tap
        self._sensor: Sensor = open_sensor(url, bluetooth=bluetooth, tap=self._show)
        self.status: SensorStatus = self._sensor.status
        self._server = TapServer(url, lambda: self.status.name, folder=folder)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sensor, name)

    async def __aenter__(self) -> Self:
        await self._server.start()
        await self._sensor.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        # Also when this is cancelled: a socket that is left behind looks like a bike that nobody answers for.
        await asyncio.gather(self._sensor.__aexit__(*exc), self._server.close())

    def __aiter__(self) -> AsyncIterator[Sample]:
        return aiter(self._sensor)

    def _show(self, at_s: float, from_sensor: bool, channel: str | None, data: bytes) -> None:
        self._server.show(at_s, from_sensor, channel, data)
        if self._tap is not None:
            self._tap(at_s, from_sensor, channel, data)


def open_shared(url: str, *, bluetooth: Bluetooth | None = None, tap: Tap | None = None) -> SharedSensor:
    """As :func:`drivers.wires.open_sensor`, and offered to this user's other programs while it is open."""
    return SharedSensor(url, bluetooth=bluetooth, tap=tap)
