"""The brake of a real bike in the network follows the class, never jumps, and is the rider's when the console goes."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

import pytest

from drivers import open_sensor
from tests.journeys.test_ride_a_class import start_class

pytestmark = pytest.mark.timeout(240)

KNOB_PCT, ROLL_OUT_PCT, PUSH_PCT = 35, 37.5, 54
STEP_PCT, EVERY_S = 5, 0.5  # what is safe
PATIENCE_S = 60.0


@contextmanager
def trainer() -> Iterator[str]:
    """``virtual-bike dircon``; its URL."""
    command = [sys.executable, "-m", "virtualbike", "dircon", "--cadence", "90", "--resistance", str(KNOB_PCT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"dircon://{process.stdout.readline().strip()}"
        finally:
            process.terminate()


async def test_the_brake_follows_the_class_and_is_let_go_when_the_console_is_killed(class_cloud, new_console):
    with trainer() as url:
        console = new_console(class_cloud, name="Ada", sensor=url)
        await asyncio.to_thread(start_class, console)
        for touched in ({"icon": "layout-bottombar-collapse"}, {"icon": "adjustments"}, {"text": "Follow the class"}):
            await asyncio.to_thread(console.touch, **touched)
        async with open_sensor(url) as sensor, asyncio.timeout(PATIENCE_S):
            felt = await feel(sensor, ROLL_OUT_PCT) + await feel(sensor, PUSH_PCT)
            for (before_s, before), (at_s, after) in pairwise(felt):
                steps = (at_s - before_s) / EVERY_S + 2  # one may have come just before, one just after
                assert abs(after - before) <= steps * STEP_PCT, felt
            console.kill()
            await feel(sensor, KNOB_PCT)


async def feel(sensor, wanted_pct: float) -> list[tuple[float, float]]:
    """Read until the bike has a resistance; what was read, with its time."""
    felt: list[tuple[float, float]] = []
    async for sample in sensor:
        if sample.resistance_pct is not None:
            felt.append((sample.at_s, sample.resistance_pct))
            if abs(sample.resistance_pct - wanted_pct) <= 1:
                break
    return felt
