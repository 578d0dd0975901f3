"""The command ``virtual-bike``: a bike to ride without a bike.

    virtual-bike serial --link /tmp/bike

The first line on stdout is the path of the bike's serial port; the bike then answers there until Ctrl-C or SIGTERM.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

from virtualbike.bike import Bike
from virtualbike.calibration import TABLES
from virtualbike.link import LinkRefused, linked
from virtualbike.noise import Noise
from virtualbike.peloton import PelotonBike
from virtualbike.rider import Ridden, Rider, ScriptedRider, SteadyRider
from virtualbike.script import ScriptError, load
from virtualbike.serial_port import SerialPort, serve, stop_signals

DEFAULT_RIDE = Path(__file__).parent / "rides" / "intervals.toml"
SCRIPT_HELP = """\
a script is a TOML file of legs:

  loop = true                # begin again at the end; without it the rider stops pedalling

  [[leg]]
  seconds = 60
  cadence = 85               # rpm, 0 to 200; 0 is a stop
  resistance = [30, 45]      # %, 0 to 100; two values are a ramp from the first to the second

  [[leg]]
  seconds = 30
  cadence = [95, 105]
  resistance = 25

  virtual-bike serial --link /tmp/bike --script ride.toml

Without --script, --cadence and --resistance the rider does intervals, again and again.
"""
DEFAULT_CADENCE, DEFAULT_RESISTANCE = 85.0, 35.0


def main(argv: list[str] | None = None) -> int:
    """Run the command. Returns the exit status: 0 ended on request, 1 could not run, 2 wrong usage."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.script and (options.cadence is not None or options.resistance is not None):
        parser.error("--script goes without --cadence and --resistance")
    try:
        return _serial(options)
    except (ScriptError, LinkRefused) as error:
        print(f"virtual-bike: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 1


def _serial(options: argparse.Namespace) -> int:
    rider, bike = _rider(options)
    ridden = Ridden(bike, rider)
    answering = PelotonBike(
        lambda: ridden.advance(time.monotonic()), scaled_resistance=options.scaled_resistance, seed=options.seed
    )
    port = SerialPort()
    try:
        with stop_signals() as stop_fd, linked(port.path, options.link):
            print(port.path, flush=True)
            serve(port, answering, Noise(options.noise, seed=options.seed), stop_fd)
    finally:
        port.close()
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
    table = TABLES[options.calibration]
    return rider, Bike(table, seed=options.seed, cadence_rpm=cadence, resistance_pct=resistance)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="virtual-bike", description="A bike to ride without a bike.")
    wires = parser.add_subparsers(dest="wire", required=True, metavar="WIRE")
    what = "a Peloton v1 bike on a pseudo-terminal"
    raw = argparse.RawDescriptionHelpFormatter
    serial = wires.add_parser("serial", help=what, description=what, epilog=SCRIPT_HELP, formatter_class=raw)
    serial.add_argument("--link", type=Path, metavar="PATH", help="also give the port this path (a symlink)")
    serial.add_argument("--script", type=Path, metavar="FILE", help="ride the legs of this TOML file (see below)")
    serial.add_argument("--cadence", type=_number(0, 200), metavar="RPM", help="hold this cadence")
    serial.add_argument("--resistance", type=_number(0, 100), metavar="PCT", help="hold this resistance")
    serial.add_argument("--seed", type=int, default=1, help="of all that is random (default %(default)s)")
    serial.add_argument("--calibration", choices=sorted(TABLES), default="a", help="which bike's resistance table")
    serial.add_argument("--scaled-resistance", action="store_true", help="also answer 0x49, resistance in percent")
    serial.add_argument("--noise", type=_number(0, 1), default=0.0, metavar="P", help="damage this share of the bytes")
    return parser


def _number(low: float, high: float) -> Callable[[str], float]:
    def number(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} does not lie between {low} and {high}")
        return value

    return number


if __name__ == "__main__":
    sys.exit(main())
