"""The paired sensors: opened for as long as the console runs, their newest values, and what is found near by.

While they are open here, a technician's programs can listen to them too (:mod:`drivers.shared`). Samples of all
sensors pass through one door, ``on_sample``, on the event loop's thread; where several speak of the same value, only
the word of the one that is believed. No Kivy.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from console.kinds import canonical
from console.nearby import Nearby
from console.ride import METRICS, Reading, Signal
from console.sensor_watch import SensorWatch
from console.sources import Sources
from drivers import DriverError, Sample, Sensor, SensorStatus
from drivers.discovery import Found
from drivers.shared import open_shared

if TYPE_CHECKING:
    from drivers.control import Control
    from drivers.peloton_poll import KnownBike

HISTORY_S = 60.0
WATCH_EVERY_S = 0.25


class Looking(Protocol):
    """What looks around while it is open: :class:`drivers.lookout.Lookout`."""

    troubles: dict[str, DriverError]

    def found(self) -> list[Found]: ...


def look_around() -> AbstractAsyncContextManager[Looking]:
    """All wires of this machine. The libraries of the air and the network are loaded with the first look."""
    from drivers.lookout import Lookout

    return Lookout()


@dataclass(slots=True, eq=False)
class PairedSensor:
    """A sensor the rider has paired; ``status`` is live. ``kind`` as in :func:`drivers.profiles.kinds`; ``known`` is
    what a bike on a cable has told of itself."""

    url: str
    name: str
    kind: str
    status: SensorStatus
    watch: SensorWatch
    known: KnownBike | None = None
    task: asyncio.Task[None] | None = None
    opened: Sensor | None = None


@dataclass(slots=True)
class _Heard:
    signal: Signal = field(default_factory=Signal)
    history: deque[tuple[float, float]] = field(default_factory=deque)


class Sensing:
    """Keeps every paired sensor open and remembers what each value last was.

    ``reckon`` is given each Sample with its sensor's kind, and may add values that follow from those that were said.
    """

    def __init__(
        self,
        on_sample: Callable[[Sample], None],
        *,
        open_sensor: Callable[..., Sensor] = open_shared,
        look_around: Callable[[], AbstractAsyncContextManager[Looking]] = look_around,
        reckon: Callable[[str, Sample], Sample] = lambda _kind, sample: sample,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.sensors: list[PairedSensor] = []
        self.looking_since_s: float | None = None
        self._on_sample = on_sample
        self._open_sensor = open_sensor
        self._look_around = look_around
        self._reckon = reckon
        self._hearers: list[Callable[[Sample], None]] = []
        self._clock, self._wall = clock, wall
        self._heard = {metric: _Heard() for metric in METRICS}
        self._lookout: Looking | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._look: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._nearby = Nearby()
        self._sources = Sources()

    @property
    def found(self) -> list[Found]:
        """What could be paired now, the likeliest first; nothing while nobody looks."""
        found = [] if self._lookout is None else self._lookout.found()
        return self._nearby.offered(found, self.sensors, self._clock())

    @property
    def troubles(self) -> dict[str, DriverError]:
        """Why a wire cannot be looked at now, by what it is called."""
        return {} if self._lookout is None else self._lookout.troubles

    @property
    def brake(self) -> Control | None:
        """The brake of the first bike that has one now."""
        brakes = (getattr(sensor.opened, "control", None) for sensor in self.sensors)
        return next((brake for brake in brakes if brake is not None), None)

    def choose(self, metric: str, url: str) -> None:
        """Believe this sensor in one metric, as long as it speaks; an empty ``url`` leaves it to the ranks."""
        self._sources.choose(metric, url or None)

    def speaking(self, metric: str) -> list[str]:
        """The URLs of all sensors that speak of a metric now, the one that is believed first."""
        return self._sources.speaking(metric, self._clock())

    def latest(self, metric: str) -> Reading:
        """The newest value of one metric, with its age already judged."""
        return self._heard[metric].signal.reading(self._clock())

    def history(self, metric: str) -> list[tuple[float, float]]:
        """The last 60 s of one metric: (seconds ago, value), oldest first."""
        now = self._clock()
        return [(now - at_s, value) for at_s, value in self._heard[metric].history if now - at_s <= HISTORY_S]

    def pair(self, url: str, name: str, kind: str = "bike") -> PairedSensor:
        """Open a sensor and keep it open. Raises :class:`drivers.SensorAddressError` for a URL it does not know."""
        for sensor in self.sensors:
            if sensor.url == url:
                return sensor
        watch = SensorWatch()
        opened = self._open_sensor(url, tap=watch.tap)
        known = getattr(opened, "known", None)
        sensor = PairedSensor(url, name, canonical(kind), opened.status, watch, known, opened=opened)
        sensor.task = self._begin(self._read(opened, sensor), f"sensor {url}")
        self.sensors.append(sensor)
        self._sources.know(url, sensor.kind)
        if self._watching is None:
            self._watching = self._begin(self._watch(), "watch the sensors")
        return sensor

    async def forget(self, url: str) -> None:
        """Close a sensor and forget it."""
        for sensor in [sensor for sensor in self.sensors if sensor.url == url]:
            self.sensors.remove(sensor)
            self._sources.forget(url)
            await _cancel(sensor.task)

    def look(self) -> None:
        """Begin to look for sensors; ``found`` fills until ``stop_looking``."""
        if self._look is None:
            self.looking_since_s = self._clock()
            self._look = self._begin(self._look_out(), "look for sensors")

    def stop_looking(self) -> None:
        """Stop to look for sensors."""
        if self._look is not None:
            self._look.cancel()
            self._look, self._lookout, self.looking_since_s = None, None, None

    async def close(self) -> None:
        """Close every sensor."""
        self.stop_looking()
        for task in list(self._tasks):
            await _cancel(task)
        self.sensors.clear()
        self._watching = None

    def overhear(self, hear: Callable[[Sample], None]) -> Callable[[], None]:
        """Have ``hear`` called with every Sample as its sensor said it; what is returned ends that."""
        self._hearers.append(hear)
        return lambda: self._hearers.remove(hear)

    def _begin(self, job: Any, name: str) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(job, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _read(self, opened: Sensor, sensor: PairedSensor) -> None:
        async with opened:
            async for said in opened:
                for hear in list(self._hearers):
                    hear(said)
                sample = self._reckon(sensor.kind, said)
                sensor.watch.hear(sample)
                believed = self._sources.admit(sample)
                if believed is not None:
                    self._remember(believed)
                    self._on_sample(believed)

    def _remember(self, sample: Sample) -> None:
        for metric, heard in self._heard.items():
            if (value := getattr(sample, metric)) is not None:
                heard.signal.hear(value, sample.at_s, sample.source)
                heard.history.append((sample.at_s, value))
                while sample.at_s - heard.history[0][0] > HISTORY_S:
                    heard.history.popleft()

    async def _watch(self) -> None:
        while True:
            for sensor in self.sensors:
                sensor.watch.look(sensor.status, self._clock(), self._wall())
            await asyncio.sleep(WATCH_EVERY_S)

    async def _look_out(self) -> None:
        opening = await asyncio.to_thread(self._look_around)
        async with opening as self._lookout:
            await asyncio.get_running_loop().create_future()


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
