"""What a sensor is: an async iterator of Samples, and a status.

    async with open_sensor("serial:///dev/ttyUSB0?protocol=peloton") as sensor:
        async for sample in sensor:
            ...

A Sensor reconnects by itself, for as long as it is open: iteration does not end and does not raise when a
cable is pulled. What is wrong, and what to do about it, is read from ``sensor.status`` at any time.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, Self

from drivers.errors import DriverError
from drivers.sample import Sample

EXAMPLE = "serial:///dev/ttyUSB0?protocol=peloton"


class LinkState(Enum):
    """Where a sensor's link stands."""

    CONNECTING = "connecting"
    RECEIVING = "receiving"
    SILENT = "silent"  # the link is open, but no valid frame for 2 s
    LOST = "lost"  # waiting before the next try
    NEEDS_RIDER = "needs rider"  # see status.error.remedy; still retried


@dataclass(slots=True)
class SensorStatus:
    """Live figures of one sensor's link; the sensor updates them, anyone may read them.

    ``last_frame_at_s`` is on the monotonic clock, ``None`` before the first valid frame. ``peer`` is the address that
    was last connected to, where it may differ from the URL's.
    """

    url: str
    name: str
    state: LinkState = LinkState.CONNECTING
    error: DriverError | None = None
    bytes_seen: int = 0
    frames_ok: int = 0
    frames_bad: int = 0
    reconnects: int = 0
    last_frame_at_s: float | None = None
    battery_pct: int | None = None
    peer: str = ""


class Sensor(Protocol):
    """An open sensor."""

    status: SensorStatus

    def __aiter__(self) -> AsyncIterator[Sample]: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(self, *exc: object) -> None: ...
