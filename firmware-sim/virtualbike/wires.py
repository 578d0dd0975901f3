"""The wires that run on an event loop, from the command line's options to the end on a signal."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from virtualbike import keyboard, recording
from virtualbike.air import TransportRefused, transport
from virtualbike.dircon import DirconBike
from virtualbike.fault_script import FaultScript
from virtualbike.faults import Faults
from virtualbike.gatt_bike import GattBike
from virtualbike.keiser import KeiserBike
from virtualbike.mdns import announced
from virtualbike.radio import RadioBike
from virtualbike.recording import Recorder
from virtualbike.replaying import TICK_S, ReplayedBike

LOOK_S = 0.1
SERIAL_NUMBER, MAC_ADDRESS = "0001", "c1-ba-ce-00-00-01"


async def ble(options: argparse.Namespace, bike: GattBike, script: FaultScript) -> None:
    """Be on the air. The first line on stdout is the bike's name and address."""
    async with transport(options.transport) as (source, sink):
        with _record(options, f"ble://{options.name}") as recorder:
            interval_s = _interval_s(options, bike)
            peripheral = RadioBike(
                bike, source, sink, max_clients=options.clients, interval_s=interval_s, recorder=recorder
            )
            async with _running(peripheral):
                print(f"{bike.name} {peripheral.address}", flush=True)
                await _until_the_end(bike, script, source.terminated)


async def dircon(options: argparse.Namespace, bike: GattBike, script: FaultScript) -> None:
    """Be in the network. The first line on stdout is host:port."""
    with _record(options, f"dircon://{options.host}:{options.port}") as recorder:
        interval_s = _interval_s(options, bike)
        server = DirconBike(bike, host=options.host, port=options.port, interval_s=interval_s, recorder=recorder)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(_running(server))
            if not options.no_mdns:
                await stack.enter_async_context(
                    announced(bike.name, server.host, server.port, serial_number=SERIAL_NUMBER, mac_address=MAC_ADDRESS)
                )
            print(f"{server.host}:{server.port}", flush=True)
            await _until_the_end(bike, script)


async def keiser(options: argparse.Namespace, bike: GattBike, script: FaultScript) -> None:
    """Advertise. The first line on stdout is the bike's address."""
    async with transport(options.transport) as (source, sink):
        with _record(options, f"keiser://{options.id}") as recorder:
            broadcast = KeiserBike(bike, source, sink, equipment_id=options.id, recorder=recorder)
            async with _running(broadcast):
                print(broadcast.address, flush=True)
                await _until_the_end(bike, script, source.terminated)


def _record(options: argparse.Namespace, url: str) -> AbstractContextManager[Recorder]:
    return recording.recording(options.record, url, datetime.now(UTC))


def _interval_s(options: argparse.Namespace, bike: GattBike) -> float:
    return TICK_S if isinstance(bike, ReplayedBike) else float(options.interval)


@asynccontextmanager
async def _running(wire: RadioBike | DirconBike | KeiserBike) -> AsyncIterator[None]:
    await wire.start()
    try:
        yield
    finally:
        await wire.stop()


async def _until_the_end(bike: GattBike, script: FaultScript, lost: asyncio.Future[None] | None = None) -> None:
    """Carry out the script and the keys until a signal, or until a recording is over.

    Raises :class:`virtualbike.air.TransportRefused` when the radio is ``lost``.
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
                    raise TransportRefused("the Bluetooth transport has gone; plug it in and start again")
                await _wait(stop)
        finally:
            if keys:
                loop.remove_reader(keyboard.STDIN)


async def _wait(stop: asyncio.Event) -> None:
    try:
        await asyncio.wait_for(stop.wait(), LOOK_S)
    except TimeoutError:
        return


def _press(faults: Faults) -> None:
    for key in os.read(keyboard.STDIN, 64).decode(errors="ignore"):
        print(keyboard.press(key, faults), file=sys.stderr)


WIRES: dict[str, Callable[[argparse.Namespace, GattBike, FaultScript], Coroutine[None, None, None]]] = {
    "ble": ble,
    "dircon": dircon,
    "keiser": keiser,
}
