"""The command ``watch``: what one or several sensors say, live, each value with its rate and age."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol

from drivers.attached import AttachedSensor, attach_or_open
from drivers.errors import DriverError
from drivers.live_table import LiveTable
from drivers.sample import Sample
from drivers.sensor import Sensor, SensorStatus
from drivers.wording import spoken, told

REDRAW_S = 0.25
HELD = " (held by another program)"


class Show(Protocol):
    """Where Samples are shown."""

    def hear(self, sample: Sample) -> None: ...
    def draw(self) -> None: ...
    def complain(self, words: str) -> None: ...
    def end(self) -> None: ...


async def watch(options: argparse.Namespace) -> int:
    """Print Samples, one JSON object a line, or a table of the newest values. 0 when every sensor said something."""
    async with AsyncExitStack() as stack:
        sensors = [await stack.enter_async_context(await attach_or_open(url)) for url in dict.fromkeys(options.urls)]
        notes = {sensor.status.url: HELD for sensor in sensors if isinstance(sensor, AttachedSensor)}
        for url in notes:
            print(f"{url} is held by another program; listening to it there.", file=sys.stderr)
        statuses = [sensor.status for sensor in sensors]
        show: Show = Lines() if options.json else Drawn(LiveTable(statuses, notes))
        return await show_all(sensors, show, options.seconds)


async def show_all(sensors: Sequence[Sensor], show: Show, seconds: float | None) -> int:
    """Show what open sensors say for ``seconds``, or until they end. 0 when every one said something."""
    heard: set[str] = set()
    complaints = Complaints(show)
    reading = asyncio.gather(*(_read(sensor, show, heard) for sensor in sensors))
    drawing = asyncio.ensure_future(_draw([sensor.status for sensor in sensors], show, complaints))
    both: set[asyncio.Future[Any]] = {reading, drawing}
    try:
        done, _ = await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for ended in done:
            ended.result()  # raises when nobody reads our output any more
    finally:
        reading.cancel()
        drawing.cancel()
        await asyncio.gather(reading, drawing, return_exceptions=True)
    show.end()
    mute = [sensor.status for sensor in sensors if sensor.status.url not in heard]
    for status in mute:
        complaints.last_word(status)
    return 1 if mute else 0


class Complaints:
    """Says what is wrong with each link, once for each trouble."""

    def __init__(self, show: Show) -> None:
        self._show = show
        self._told: dict[str, str] = {}

    def look(self, status: SensorStatus) -> None:
        """Say what is wrong now, if it was not said."""
        error = "" if status.error is None else told(status.error)
        if error and error != self._told.get(status.url):
            self._show.complain(error)
        self._told[status.url] = error

    def last_word(self, status: SensorStatus) -> None:
        """A sensor never said anything: say why."""
        nothing = DriverError(
            f"{status.name} said nothing", "Turn the pedals, put the strap on, or try for longer (--seconds)."
        )
        error = told(status.error or nothing)
        if error != self._told.get(status.url):
            print(error, file=sys.stderr)


class Lines:
    """One JSON object a Sample on stdout; a field it did not speak of is left out."""

    def hear(self, sample: Sample) -> None:
        """Print it."""
        estimated = {"estimated": sorted(sample.estimated)} if sample.estimated else {}
        said = {"at_s": sample.at_s, "source": sample.source, **spoken(sample), **estimated}
        print(json.dumps(said), flush=True)

    def draw(self) -> None:
        """Nothing to draw."""

    def complain(self, words: str) -> None:
        """Say on stderr what is wrong and what to do."""
        print(words, file=sys.stderr, flush=True)

    def end(self) -> None:
        """Nothing to tidy up."""


class Drawn(Lines):
    """A table: drawn over itself on a terminal, else printed anew once a second."""

    def __init__(self, table: LiveTable) -> None:
        self._table = table
        self._in_place = sys.stdout.isatty()
        self._height = 0
        self._drawn_s = 0.0

    def hear(self, sample: Sample) -> None:
        """Take it into the table."""
        self._table.hear(sample)

    def draw(self) -> None:
        """Show the newest values."""
        now_s = time.monotonic()
        if now_s - self._drawn_s < (REDRAW_S if self._in_place else 1.0):
            return
        self._drawn_s = now_s
        lines = self._table.lines(now_s)
        if self._in_place:
            self._wipe()
            self._height = len(lines)
        print("\n".join(lines), flush=True)

    def complain(self, words: str) -> None:
        """Say it above the table."""
        self._wipe()
        super().complain(words)

    def end(self) -> None:
        """Leave the newest values behind."""
        self._drawn_s = 0.0
        self.draw()

    def _wipe(self) -> None:
        if self._height:
            print(f"\x1b[{self._height}A\x1b[J", end="", flush=True)
            self._height = 0


async def _read(sensor: Sensor, show: Show, heard: set[str]) -> None:
    async for sample in sensor:
        heard.add(sensor.status.url)
        show.hear(sample)


async def _draw(statuses: list[SensorStatus], show: Show, complaints: Complaints) -> None:
    while True:
        await asyncio.sleep(REDRAW_S)
        for status in statuses:
            complaints.look(status)
        show.draw()
