"""Running a wire on an event loop: until a signal, with scripted faults and keys."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from datetime import UTC, datetime
from typing import Protocol

from virtualbike import keyboard, recording
from virtualbike.fault_script import FaultScript
from virtualbike.faults import Faults
from virtualbike.gatt_bike import GattBike
from virtualbike.recording import Recorder
from virtualbike.refused import Refused
from virtualbike.replaying import TICK_S, ReplayedBike

LOOK_S = 0.1
LINGER_S = 0.5  # what was said last is still on its way


class Wire(Protocol):
    """Something that can be started and stopped."""

    async def start(self) -> None: ...
    async def stop(self) -> None: ...


@asynccontextmanager
async def running(wire: Wire) -> AsyncIterator[None]:
    """Start, and stop whatever happens."""
    await wire.start()
    try:
        yield
    finally:
        await wire.stop()


def recorder(options: argparse.Namespace, url: str) -> AbstractContextManager[Recorder]:
    """Records to where the command line says, from now on."""
    return recording.recording(options.record, url, datetime.now(UTC))


def interval_s(options: argparse.Namespace, bike: GattBike) -> float:
    """How often to measure, in seconds: a replayed bike says things at their own time."""
    return TICK_S if isinstance(bike, ReplayedBike) else float(options.interval)


async def until_the_end(bike: GattBike, script: FaultScript, lost: asyncio.Future[None] | None = None) -> None:
    """Carry out the script and the keys until a signal, or until a recording is over.

    Raises :class:`Refused` when the radio is ``lost``.
    """
    stop, began_s = asyncio.Event(), time.monotonic()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    with keyboard.keys_at_once(keyboard.STDIN) as keys:
        if keys:
            print(keyboard.LEGEND, file=sys.stderr)
            loop.add_reader(keyboard.STDIN, _press, bike.faults)
        try:
            while not stop.is_set() and not (isinstance(bike, ReplayedBike) and bike.over):
                script.carry_out(bike.faults, time.monotonic() - began_s)
                if lost is not None and lost.done():
                    raise Refused("the Bluetooth transport has gone; plug it in and start again")
                await _wait(stop, LOOK_S)
            await _wait(stop, LINGER_S)
        finally:
            if keys:
                loop.remove_reader(keyboard.STDIN)


async def _wait(stop: asyncio.Event, patience_s: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), patience_s)
    except TimeoutError:
        return


def _press(faults: Faults) -> None:
    for key in os.read(keyboard.STDIN, 64).decode(errors="ignore"):
        if said := keyboard.press(key, faults):
            print(said, file=sys.stderr)
