"""The commands ``check`` and ``watch``: a sensor's numbers and the state of its link."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from contextlib import suppress

from drivers.errors import DriverError, PortMissing, WrongDevice
from drivers.sample import Sample
from drivers.sensor import LinkState, Sensor, SensorStatus, open_sensor

UNITS = {"cadence_rpm": "rpm", "power_w": "W", "resistance_pct": "%", "heart_rate_bpm": "bpm"}
ALL_OF_A_BIKE = {"cadence_rpm", "power_w", "resistance_pct"}
STATES = {
    LinkState.CONNECTING: "connecting",
    LinkState.RECEIVING: "receiving",
    LinkState.SILENT: "silent",
    LinkState.LOST: "link lost, trying again",
    LinkState.NEEDS_RIDER: "no bike yet, trying again",
}
REDRAW_S = 0.25
STALE_S = 2.0


async def check(options: argparse.Namespace) -> int:
    """Say whether the sensor answers; 0 when it does, else 1 with the reason and what to do."""
    said: dict[str, float] = {}
    async with open_sensor(options.url) as sensor:
        with suppress(TimeoutError):
            async with asyncio.timeout(options.seconds):
                async for sample in sensor:
                    said |= spoken(sample)
                    if said.keys() >= ALL_OF_A_BIKE:
                        break
        status = sensor.status
    if options.json:
        print(json.dumps({"url": status.url, "answers": bool(said), **said, **_link_json(status)}))
    elif said:
        print(f"{status.name} answers: {_numbers(said)}. {_link_text(status)}.")
    return _outcome(status, bool(said))


async def watch(options: argparse.Namespace) -> int:
    """Print Samples, one JSON object a line, or a line of the newest values. 0 when any Sample came."""
    async with open_sensor(options.url) as sensor:
        show = _Lines(sensor.status) if options.json else _Table(sensor.status)
        tasks = {asyncio.create_task(_read(sensor, show)), asyncio.create_task(_complain(sensor.status, show))}
        try:
            done, _ = await asyncio.wait(tasks, timeout=options.seconds, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()  # neither ends by itself: this raises, as when nobody reads our output any more
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        show.end()
        status = sensor.status
    return _outcome(status, show.samples > 0, complained=show.complained)


def spoken(sample: Sample) -> dict[str, float]:
    """The values a Sample speaks of, by field name."""
    return {name: value for name in UNITS if (value := getattr(sample, name)) is not None}


def told(error: DriverError) -> str:
    """What happened and what to do, for somebody at a command line."""
    hint = " `python -m drivers scan` lists the ports." if isinstance(error, PortMissing | WrongDevice) else ""
    return f"{error}. {error.remedy}{hint}"


class _Lines:
    """One JSON object a Sample on stdout; a field it did not speak of is left out."""

    def __init__(self, status: SensorStatus) -> None:
        self.samples = 0
        self.complained: DriverError | None = None

    def sample(self, sample: Sample) -> None:
        self.samples += 1
        print(json.dumps({"at_s": sample.at_s, "source": sample.source, **spoken(sample)}), flush=True)

    def tick(self) -> None:
        """Nothing to redraw."""

    def complain(self, error: DriverError) -> None:
        """Say on stderr what is wrong and what to do."""
        print(told(error), file=sys.stderr, flush=True)

    def end(self) -> None:
        """Nothing to tidy up."""


class _Table(_Lines):
    """The newest values on one line: redrawn in place on a terminal, else once a second."""

    def __init__(self, status: SensorStatus) -> None:
        super().__init__(status)
        self._status = status
        self._newest: dict[str, float] = {}
        self._heard_s: dict[str, float] = {}
        self._in_place = sys.stdout.isatty()
        self._drawn_s = 0.0

    def sample(self, sample: Sample) -> None:
        self.samples += 1
        for name, value in spoken(sample).items():
            self._newest[name], self._heard_s[name] = value, sample.at_s

    def tick(self) -> None:
        now_s = time.monotonic()
        if now_s - self._drawn_s < (REDRAW_S if self._in_place else 1.0):
            return
        self._drawn_s = now_s
        fresh = {name: value for name, value in self._newest.items() if now_s - self._heard_s[name] <= STALE_S}
        line = f"{_numbers(fresh)}   {STATES[self._status.state]}   {_link_text(self._status)}"
        print(f"\r{line}\x1b[K" if self._in_place else line, end="" if self._in_place else "\n", flush=True)

    def complain(self, error: DriverError) -> None:
        if self._in_place:
            print("\r\x1b[K", end="", flush=True)  # it takes the line of the values, which is drawn anew below
        super().complain(error)

    def end(self) -> None:
        if self._in_place and self._drawn_s:
            print(flush=True)


async def _read(sensor: Sensor, show: _Lines) -> None:
    async for sample in sensor:
        show.sample(sample)


async def _complain(status: SensorStatus, show: _Lines) -> None:
    """Draw at a steady pace, and say on stderr what is wrong with the link, once for each trouble."""
    while True:
        await asyncio.sleep(REDRAW_S)
        error = status.error
        if error is not None and str(error) != str(show.complained):
            show.complain(error)
        show.complained = error
        show.tick()


def _outcome(status: SensorStatus, heard: bool, *, complained: DriverError | None = None) -> int:
    if heard:
        return 0
    error = status.error or DriverError("the sensor said nothing", "Turn the pedals, or try for longer (--seconds).")
    if str(complained) != str(error):
        print(told(error), file=sys.stderr)
    return 1


def _numbers(values: dict[str, float]) -> str:
    return "  ".join(
        f"{values[name]:4.0f} {unit}" if name in values else f"   - {unit}" for name, unit in UNITS.items()
    )


def _link_text(status: SensorStatus) -> str:
    return f"{status.bytes_seen} bytes, {status.frames_ok} valid replies, {status.frames_bad} bad frames"


def _link_json(status: SensorStatus) -> dict[str, object]:
    return {
        "state": status.state.value,
        "error": str(status.error) if status.error else None,
        "remedy": status.error.remedy if status.error else None,
        "bytes_seen": status.bytes_seen,
        "frames_ok": status.frames_ok,
        "frames_bad": status.frames_bad,
    }
