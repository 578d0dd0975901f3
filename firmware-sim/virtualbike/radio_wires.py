"""The wires that need a radio, from the command line's options to the end on a signal."""

from __future__ import annotations

import argparse

from virtualbike.air import transport
from virtualbike.fault_script import FaultScript
from virtualbike.gatt_bike import GattBike
from virtualbike.keiser import KeiserBike
from virtualbike.radio import RadioBike
from virtualbike.until_the_end import interval_s, recorder, running, until_the_end


async def ble(options: argparse.Namespace, bike: GattBike, script: FaultScript) -> None:
    """Be on the air. The first line on stdout is the bike's name and address."""
    async with transport(options.transport) as (source, sink):
        with recorder(options, f"ble://{options.name}") as recording:
            every_s = interval_s(options, bike)
            wire = RadioBike(bike, source, sink, max_clients=options.clients, interval_s=every_s, recorder=recording)
            async with running(wire):
                print(f"{bike.name} {wire.address}", flush=True)
                await until_the_end(bike, script, source.terminated)


async def keiser(options: argparse.Namespace, bike: GattBike, script: FaultScript) -> None:
    """Advertise. The first line on stdout is the bike's address."""
    async with transport(options.transport) as (source, sink):
        with recorder(options, f"keiser://{options.id}") as recording:
            wire = KeiserBike(bike, source, sink, equipment_id=options.id, recorder=recording)
            async with running(wire):
                print(wire.address, flush=True)
                await until_the_end(bike, script, source.terminated)
