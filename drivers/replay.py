"""A recording as a sensor, ``replay:///path?speed=100``: the same bytes through the same codecs, the same Samples."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from drivers.errors import DriverError, LinkLost, RecordingError, SensorAddressError
from drivers.overhearing import Overhearing
from drivers.recording import Moment, read_recording
from drivers.sample import Sample
from drivers.sample_queue import SampleQueue
from drivers.sensor import LinkState, SensorStatus
from drivers.tapped_link import Tap

REPLAY_EXAMPLE = "replay:///tmp/ride.jsonl?speed=10"
SILENT_AFTER_S = 2.0  # of the recording's time
SPEED_MAX = 10_000.0
BREATH = 64  # Samples after which others come to their turn, at speed 0


@dataclass(frozen=True, slots=True)
class ReplayAddress:
    """A recording and how many times as fast as it was ridden; 0 is as fast as the reader reads."""

    path: Path
    speed: float = 1.0

    @property
    def url(self) -> str:
        """The address as a URL."""
        return f"replay://{quote(str(self.path))}" + (f"?speed={self.speed:g}" if self.speed != 1 else "")

    @classmethod
    def parse(cls, url: str) -> ReplayAddress:
        """Read a URL. Raises :class:`SensorAddressError`."""
        like = f"Write it like {REPLAY_EXAMPLE}."
        try:
            parts = urlsplit(url)
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            speed = float(options.pop("speed", "1"))
        except ValueError:
            raise SensorAddressError(f"{url!r} is not a recording's address", like) from None
        path = unquote(parts.netloc + parts.path)
        if parts.scheme != "replay" or not path or "\0" in path or options:
            raise SensorAddressError(f"{url!r} names no recording, or has an unknown option", like)
        if not 0 <= speed <= SPEED_MAX:
            raise SensorAddressError(f"speed {speed:g} does not lie between 0 and {SPEED_MAX:g}", like)
        return cls(Path(path), speed)


class ReplayedSensor:
    """A :class:`drivers.sensor.Sensor`. Raises :class:`SensorAddressError` for a bad URL.

    Samples keep the spacing they were recorded with, divided by the speed, and fall silent where the recording does,
    also at its end: ``ended`` is then set. At speed 0 nothing waits: Samples are stamped with the recording's own
    seconds, none is ever dropped, and iteration ends with the recording. ``tap`` sees the bytes as they are replayed.
    """

    def __init__(self, url: str, *, clock: Callable[[], float] = time.monotonic, tap: Tap | None = None) -> None:
        self._address = ReplayAddress.parse(url)
        self.status = SensorStatus(url, f"Recording {self._address.path.name}")
        self.ended = asyncio.Event()
        self._clock, self._tap = clock, tap
        self._queue = SampleQueue()
        self._unhurried: Iterator[Sample] | None = None
        self._given = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        if self._address.speed:
            self._task = asyncio.get_running_loop().create_task(self._run(), name=f"sensor {self.status.url}")
        else:
            self._unhurried = self._all()
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._queue.close()
        self._unhurried = iter(())

    def __aiter__(self) -> AsyncIterator[Sample]:
        return self

    async def __anext__(self) -> Sample:
        if self._unhurried is None:
            return await self._queue.get()
        for sample in self._unhurried:
            self._given += 1
            if self._given % BREATH == 0:
                await asyncio.sleep(0)
            return sample
        raise StopAsyncIteration

    def _open(self) -> tuple[Overhearing, Iterator[Moment]]:
        header, moments = read_recording(self._address.path)
        self.status.name = header.name or self.status.name
        return Overhearing(header, self.status), moments

    def _all(self) -> Iterator[Sample]:
        try:
            heard, moments = self._open()
            for moment in moments:
                self._show(moment, moment.t_s)
                yield from heard.take(moment, moment.t_s)
        except RecordingError as error:
            self._fail(error)
        else:
            self._end()

    async def _run(self) -> None:
        try:
            heard, moments = self._open()
            began_s, speed = self._clock(), self._address.speed
            said_s = 0.0  # second of the recording of its last valid frame
            for moment in moments:
                stamp_s = began_s + moment.t_s / speed
                await self._wait(stamp_s, began_s + (said_s + SILENT_AFTER_S) / speed)
                frames = self.status.frames_ok
                self._show(moment, stamp_s)
                for sample in heard.take(moment, stamp_s):
                    self._queue.put(sample)
                said_s = moment.t_s if self.status.frames_ok > frames else said_s
        except RecordingError as error:
            self._fail(error)
        else:
            self._end()

    async def _wait(self, until_s: float, silent_s: float) -> None:
        """Sleep, and say so when the sensor was silent for so long that it would have been noticed."""
        if silent_s < until_s and self.status.state is not LinkState.SILENT:
            await asyncio.sleep(max(0.0, silent_s - self._clock()))
            self.status.state = LinkState.SILENT
            self.status.error = LinkLost("the recorded sensor was silent here", "Wait; the recording goes on.")
        # Also when it is late already: others must come to their turn.
        await asyncio.sleep(max(0.0, until_s - self._clock()))

    def _show(self, moment: Moment, at_s: float) -> None:
        if self._tap is not None:
            self._tap(at_s, moment.from_sensor, moment.channel, moment.data)

    def _end(self) -> None:
        self.status.state = LinkState.SILENT
        self.status.error = LinkLost("the recording has ended", "Choose another, or open it anew.")
        self.ended.set()

    def _fail(self, error: DriverError) -> None:
        self.status.state, self.status.error = LinkState.NEEDS_RIDER, error
        self.ended.set()
