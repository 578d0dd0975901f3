"""The paired sensors: opened for as long as the console runs, their newest values, and what is found near by.

No Kivy. Samples of all sensors pass through one door, ``on_sample``, on the event loop's thread; where several speak
of the same value, only the word of the one that is believed.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from console.ride import METRICS, Reading, Signal
from console.sources import Sources
from drivers import Sample, Sensor, SensorStatus, open_sensor
from drivers.discovery import Found, scan

HISTORY_S = 60.0
LOOK_EVERY_S = 2.0
_KINDS = {"heart": "heart rate", "power": "power meter"}  # as the ranks of the sources call them


@dataclass(slots=True, eq=False)
class PairedSensor:
    """A sensor the rider has paired; ``status`` is live."""

    url: str
    name: str
    kind: str
    status: SensorStatus
    task: asyncio.Task[None] | None = None


@dataclass(slots=True)
class _Heard:
    signal: Signal = field(default_factory=Signal)
    history: deque[tuple[float, float]] = field(default_factory=deque)


class Sensing:
    """Keeps every paired sensor open and remembers what each value last was."""

    def __init__(
        self,
        on_sample: Callable[[Sample], None],
        *,
        open_sensor: Callable[[str], Sensor] = open_sensor,
        scan: Callable[[], list[Found]] = scan,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.sensors: list[PairedSensor] = []
        self.found: list[Found] = []
        self.looking_since_s: float | None = None
        self._on_sample = on_sample
        self._open_sensor = open_sensor
        self._scan = scan
        self._clock = clock
        self._heard = {metric: _Heard() for metric in METRICS}
        self._look: asyncio.Task[None] | None = None
        self._sources = Sources()

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
        opened = self._open_sensor(url)
        sensor = PairedSensor(url, name, kind, opened.status)
        sensor.task = asyncio.get_running_loop().create_task(self._read(opened), name=f"sensor {url}")
        self.sensors.append(sensor)
        self._sources.know(url, _KINDS.get(kind, kind))
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
            self._look = asyncio.get_running_loop().create_task(self._look_around(), name="look for sensors")

    def stop_looking(self) -> None:
        """Stop to look for sensors."""
        if self._look is not None:
            self._look.cancel()
            self._look, self.looking_since_s = None, None

    async def close(self) -> None:
        """Close every sensor."""
        self.stop_looking()
        for sensor in self.sensors:
            await _cancel(sensor.task)
        self.sensors.clear()

    async def _read(self, opened: Sensor) -> None:
        async with opened:
            async for sample in opened:
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

    async def _look_around(self) -> None:
        while True:
            paired = {sensor.url for sensor in self.sensors}
            found = await asyncio.to_thread(self._scan)
            self.found = [device for device in found if device.url not in paired]
            await asyncio.sleep(LOOK_EVERY_S)


async def _cancel(task: asyncio.Task[None] | None) -> None:
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
