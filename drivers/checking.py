"""The command ``check``: does a sensor answer, and if not, why, and what to do."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from contextlib import suppress

from drivers.attached import AttachedSensor, attach_or_open
from drivers.sensor import Sensor
from drivers.verdict import Judgement, Verdict, judge
from drivers.watching import HELD
from drivers.wording import link_json, numbers, spoken

ALL_OF_A_BIKE = {"cadence_rpm", "power_w", "resistance_pct"}
WIRED_S, RADIO_S = 5.0, 15.0  # a radio must first hear the sensor, and connect


async def check(options: argparse.Namespace) -> int:
    """Print a verdict with its reasons; 0 when the sensor answers, else 1."""
    said: dict[str, float] = {}
    radio = options.url.lower().startswith(("ble:", "keiser:"))
    async with await attach_or_open(options.url) as sensor:
        with suppress(TimeoutError):
            async with asyncio.timeout(options.seconds or (RADIO_S if radio else WIRED_S)):
                await _listen(sensor, said)
        judgement = judge(sensor.status, said, time.monotonic())
    (_print_json if options.json else _print)(sensor, said, judgement)
    return 0 if judgement.verdict is Verdict.FINE else 1


async def _listen(sensor: Sensor, said: dict[str, float]) -> None:
    async for sample in sensor:
        said |= spoken(sample)
        if said.keys() >= ALL_OF_A_BIKE:
            return


def _print(sensor: Sensor, said: dict[str, float], judgement: Judgement) -> None:
    name = sensor.status.name + (HELD if isinstance(sensor, AttachedSensor) else "")
    if judgement.verdict is Verdict.FINE:
        print(f"{name} answers: {numbers(said)}")
        print(*(f"   {reason}" for reason in judgement.reasons), sep="\n")
        return
    print(f"{name}: {judgement.verdict}", file=sys.stderr)
    print(*(f"   {reason}" for reason in judgement.reasons), sep="\n", file=sys.stderr)
    print(judgement.remedy, file=sys.stderr)


def _print_json(sensor: Sensor, said: dict[str, float], judgement: Judgement) -> None:
    told = {
        **link_json(sensor.status, time.monotonic()),
        "url": sensor.status.url,
        "name": sensor.status.name,
        "answers": judgement.verdict is Verdict.FINE,
        "verdict": judgement.verdict.value,
        "reasons": judgement.reasons,
        "remedy": judgement.remedy or None,
        "attached": isinstance(sensor, AttachedSensor),
        **said,
    }
    print(json.dumps(told))
