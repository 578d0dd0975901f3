"""The command ``virtual-bike``: a bike to ride without a bike.

    virtual-bike serial --link /tmp/bike

The first line on stdout is where the bike is to be found: the path of a serial port, a name and an address, host:port.
It is there until Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path

from virtualbike import fault_script, keyboard, recording, replaying
from virtualbike.bike import Bike
from virtualbike.calibration import BIKE_A, TABLES
from virtualbike.fault_script import FaultScript
from virtualbike.faults import Faults
from virtualbike.gatt_bike import GattBike
from virtualbike.link import LinkRefused
from virtualbike.options import parser
from virtualbike.refused import Refused
from virtualbike.rider import Rider, ScriptedRider, SteadyRider
from virtualbike.riding import Riding
from virtualbike.script import ScriptError, load
from virtualbike.serial_port import stop_signals
from virtualbike.serial_wire import SerialWire

DEFAULT_RIDE = Path(__file__).parent / "rides" / "intervals.toml"
DEFAULT_CADENCE, DEFAULT_RESISTANCE = 85.0, 35.0


def main(argv: list[str] | None = None) -> int:
    """Run the command. Returns the exit status: 0 ended on request, 1 could not run, 2 wrong usage."""
    command = parser()
    options = command.parse_args(argv)
    if options.wire != "class" and options.script and (options.cadence is not None or options.resistance is not None):
        command.error("--script goes without --cadence and --resistance")
    try:
        return _run(options)
    except (ScriptError, LinkRefused, Refused) as error:
        print(f"virtual-bike: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _run(options: argparse.Namespace) -> int:
    if options.wire == "class":
        return _class(options)
    faults = Faults(seed=options.seed, noise=options.noise)
    script = fault_script.load(options.faults) if options.faults else FaultScript()
    return _serial(options, faults, script) if options.wire == "serial" else _wireless(options, faults, script)


def _serial(options: argparse.Namespace, faults: Faults, script: FaultScript) -> int:
    riding = Riding(*_rider(options), faults)
    moments = recording.load(options.replay) if options.replay else None
    with (
        recording.recording(options.record, "serial://?protocol=peloton", datetime.now(UTC)) as recorder,
        stop_signals() as stop_fd,
        keyboard.keys_at_once(keyboard.STDIN) as keys,
    ):
        if keys:
            print(keyboard.LEGEND, file=sys.stderr)
        wire = SerialWire(
            riding,
            script=script,
            moments=moments,
            recorder=recorder,
            scaled_resistance=options.scaled_resistance,
            seed=options.seed,
        )
        wire.run(options.link, stop_fd, keyboard.STDIN if keys else None)
    return 0


def _wireless(options: argparse.Namespace, faults: Faults, script: FaultScript) -> int:
    if getattr(options, "replay", None):
        bike: GattBike = replaying.ReplayedBike(recording.load(options.replay), name=options.name, faults=faults)
    else:
        bike = GattBike(*_rider(options), name=getattr(options, "name", ""), faults=faults)
    asyncio.run(_wire(options.wire)(options, bike, script))
    return 0


def _wire(name: str) -> Callable[[argparse.Namespace, GattBike, FaultScript], Coroutine[None, None, None]]:
    # Imported late: the other wires start without the radio's library, and where it is not installed.
    try:
        if name == "dircon":
            from virtualbike.dircon_wire import dircon

            return dircon
        from virtualbike import radio_wires
    except ModuleNotFoundError as error:
        raise Refused(f"{error.name} is missing; install it with: pip install 'breakaway[simulator]'") from None
    return radio_wires.keiser if name == "keiser" else radio_wires.ble


def _class(options: argparse.Namespace) -> int:
    from virtualbike.class_riders import ride_class

    print(asyncio.run(ride_class(options)).line(), flush=True)
    return 0


def _rider(options: argparse.Namespace) -> tuple[Rider, Bike]:
    """The rider asked for, on a bike that already turns as the rider wants."""
    rider: Rider
    if options.cadence is None and options.resistance is None:
        script = load(options.script or DEFAULT_RIDE)
        rider, (cadence, resistance) = ScriptedRider(script, seed=options.seed), script.at(0.0)
    else:
        cadence = DEFAULT_CADENCE if options.cadence is None else options.cadence
        resistance = DEFAULT_RESISTANCE if options.resistance is None else options.resistance
        rider = SteadyRider(cadence, resistance)
    table = TABLES[options.calibration] if options.wire == "serial" else BIKE_A
    return rider, Bike(table, seed=options.seed, cadence_rpm=cadence, resistance_pct=resistance)


if __name__ == "__main__":
    sys.exit(main())
