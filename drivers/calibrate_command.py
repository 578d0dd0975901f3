"""The command ``calibrate``: a minute of riding becomes the power table of a bike that measures no power."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from drivers.attached import attach_or_open
from drivers.calibrating import FULL_S, FeelCalibration, MeterCalibration
from drivers.errors import CalibrationRefused
from drivers.power_table import PowerTable
from drivers.sample import Sample
from drivers.sensor import Sensor
from drivers.watching import Complaints, Lines

SAY_EVERY_S = 5.0
BY_METER = "Ride for a minute beside the meter: ten seconds at each of several resistances, at an even cadence."
BY_FEEL = "Hold an effort that feels like {watts:g} W for a minute, at an even cadence and one resistance."


async def calibrate(options: argparse.Namespace) -> int:
    """Ride, then write the table to ``options.out``. Raises :class:`CalibrationRefused` when it says nothing."""
    hearing: MeterCalibration | FeelCalibration
    hearing = MeterCalibration() if options.meter else FeelCalibration(options.feel)
    print(BY_METER if options.meter else BY_FEEL.format(watts=options.feel), file=sys.stderr, flush=True)
    async with AsyncExitStack() as stack:
        bike = await stack.enter_async_context(await attach_or_open(options.url))
        readers = [_read(bike, hearing.hear_bike)]
        sensors = [bike]
        if isinstance(hearing, MeterCalibration):
            meter = await stack.enter_async_context(await attach_or_open(options.meter))
            readers.append(_read(meter, hearing.hear_meter))
            sensors.append(meter)
        tasks = [asyncio.ensure_future(reader) for reader in readers]
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(options.seconds):
                    await _until_full(hearing, sensors)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
    table = hearing.table()
    _keep(table, options.out)
    _say(table, options)
    return 0


async def _read(sensor: Sensor, hear: Callable[[Sample], None]) -> None:
    async for sample in sensor:
        hear(sample)


async def _until_full(hearing: MeterCalibration | FeelCalibration, sensors: list[Sensor]) -> None:
    complaints = Complaints(Lines())
    said = 0
    while hearing.seconds < FULL_S:
        await asyncio.sleep(0.25)
        for sensor in sensors:
            complaints.look(sensor.status)
        if hearing.seconds - said >= SAY_EVERY_S:
            said = hearing.seconds
            print(f"{said} of {FULL_S} s", file=sys.stderr, flush=True)


def _keep(table: PowerTable, out: Path) -> None:
    """Written beside, then put in place: a table is there whole or not at all."""
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_text(table.to_json() + "\n")
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise CalibrationRefused(f"cannot write {out}: {error.strerror}", "Choose another file (--out).") from error


def _say(table: PowerTable, options: argparse.Namespace) -> None:
    if options.json:
        print(json.dumps({"out": str(options.out), **json.loads(table.to_json())}))
        return
    print(f"{options.out}: this bike takes {table.gain:.2f} times what the rule says.")
    if table.spread_pct is not None:
        learnt = f"{len(table.cells)} points of the table were learnt"
        print(f"   Half of the meter's readings lie within {table.spread_pct:.1f} % of the table; {learnt}.")
    else:
        print("   It was set by feel: rides on this bike compare with each other, and are as right as the feeling was.")
