"""The wire in the network, from the command line's options to the end on a signal."""

from __future__ import annotations

import argparse
from contextlib import AsyncExitStack

from virtualbike.dircon import DirconBike
from virtualbike.fault_script import FaultScript
from virtualbike.gatt_bike import GattBike
from virtualbike.mdns import announced
from virtualbike.until_the_end import interval_s, recorder, running, until_the_end

SERIAL_NUMBER, MAC_ADDRESS = "0001", "c1-ba-ce-00-00-01"


async def dircon(options: argparse.Namespace, bike: GattBike, script: FaultScript) -> None:
    """Be in the network. The first line on stdout is host:port."""
    with recorder(options, f"dircon://{options.host}:{options.port}") as recording:
        every_s = interval_s(options, bike)
        wire = DirconBike(bike, host=options.host, port=options.port, interval_s=every_s, recorder=recording)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(running(wire))
            if not options.no_mdns:
                known_by = {"serial_number": SERIAL_NUMBER, "mac_address": MAC_ADDRESS}
                await stack.enter_async_context(announced(bike.name, wire.host, wire.port, **known_by))
            print(f"{wire.host}:{wire.port}", flush=True)
            await until_the_end(bike, script)
