"""The command line of ``virtual-bike``: a parser for each wire, and what several of them share."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from virtualbike.calibration import TABLES
from virtualbike.faults import Fault
from virtualbike.gatt_bike import NAME
from virtualbike.keyboard import LEGEND

SCRIPTS = """\
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
FAULTS = f"""
a script of faults is another TOML file:

  [[fault]]
  at = 20                    # second of the ride
  fault = "silence"          # {", ".join(list(Fault)[:5])},
                             # {", ".join(list(Fault)[5:])}
  seconds = 5                # without it the fault stays

On a terminal faults are also switched by single keys:
  {LEGEND[: LEGEND.index("  l ")]}
  {LEGEND[LEGEND.index("  l ") :].strip()}
"""
CLASS = """\
example:

  python -m sync.cloud codes new --data ~/breakaway-cloud
  virtual-bike class --riders 20 --cloud http://127.0.0.1:8080 --code ABCD-EFGH --class-id first-ride --seconds 60
"""


def parser() -> argparse.ArgumentParser:
    """The whole command line; ``wire`` is the name of the wire, or "class"."""
    command = argparse.ArgumentParser(prog="virtual-bike", description="A bike to ride without a bike.")
    wires = command.add_subparsers(dest="wire", required=True, metavar="WIRE")
    _serial(_add(wires, "serial", "a Peloton v1 bike on a pseudo-terminal"))
    _ble(_add(wires, "ble", "a Bluetooth LE bike with fitness machine, power, cadence and heart rate services"))
    _dircon(_add(wires, "dircon", "the same services over TCP, announced in the local network"))
    _keiser(_add(wires, "keiser", "a Keiser M3i, which only advertises"))
    _class(_add(wires, "class", "many riders in one class, through the cloud's own interface", CLASS))
    return command


def number(low: float, high: float, kind: Callable[[str], Any] = float) -> Callable[[str], Any]:
    """An argument type: a number from ``low`` to ``high``."""

    def checked(text: str) -> Any:
        value = kind(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} does not lie between {low} and {high}")
        return value

    checked.__name__ = "number"
    return checked


def name(text: str) -> str:
    """An argument type: what a bike may be called; a name in the network has 63 bytes at most (RFC 6763, 4.1.1)."""
    if not 1 <= len(text.encode()) <= 63 or not text.isprintable() or not text.strip():
        raise argparse.ArgumentTypeError("a name has 1 to 63 bytes of letters, digits, spaces and signs")
    return text


def _add(wires: Any, name: str, what: str, epilog: str = SCRIPTS + FAULTS) -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    added: argparse.ArgumentParser = wires.add_parser(
        name, help=what, description=what, epilog=epilog, formatter_class=raw
    )
    return added


def _riding(wire: argparse.ArgumentParser) -> None:
    wire.add_argument("--script", type=Path, metavar="FILE", help="ride the legs of this TOML file (see below)")
    wire.add_argument("--cadence", type=number(0, 200), metavar="RPM", help="hold this cadence")
    wire.add_argument("--resistance", type=number(0, 100), metavar="PCT", help="hold this resistance")
    wire.add_argument("--seed", type=int, default=1, help="of all that is random (default %(default)s)")
    wire.add_argument("--noise", type=number(0, 1), default=0.0, metavar="P", help="damage this share of the bytes")
    wire.add_argument("--faults", type=Path, metavar="FILE", help="let go wrong what this TOML file says (see below)")
    wire.add_argument("--record", type=Path, metavar="FILE", help="write all bytes with their times to this new file")


def _replaying(wire: argparse.ArgumentParser) -> None:
    wire.add_argument("--replay", type=Path, metavar="FILE", help="repeat what was recorded, then end")


def _interval(wire: argparse.ArgumentParser) -> None:
    wire.add_argument(
        "--interval", type=number(0.02, 60), default=1.0, metavar="S", help="measure this often (default %(default)s)"
    )


def _transport(wire: argparse.ArgumentParser) -> None:
    wire.add_argument(
        "--transport",
        default="usb:0",
        metavar="NAME",
        help="usb:0, hci-socket:0, tcp-client:HOST:PORT ... (%(default)s)",
    )


def _serial(wire: argparse.ArgumentParser) -> None:
    wire.add_argument("--link", type=Path, metavar="PATH", help="also give the port this path (a symlink)")
    _riding(wire)
    _replaying(wire)
    wire.add_argument("--calibration", choices=sorted(TABLES), default="a", help="which bike's resistance table")
    wire.add_argument("--scaled-resistance", action="store_true", help="also answer 0x49, resistance in percent")


def _ble(wire: argparse.ArgumentParser) -> None:
    _transport(wire)
    wire.add_argument("--name", type=name, default=NAME, help="what it is called on the air (default %(default)s)")
    wire.add_argument("--clients", type=number(1, 8, int), default=3, metavar="N", help="at most so many at once")
    _interval(wire)
    _riding(wire)
    _replaying(wire)


def _dircon(wire: argparse.ArgumentParser) -> None:
    wire.add_argument("--host", default="127.0.0.1", help="listen here; 0.0.0.0 for the whole network (%(default)s)")
    wire.add_argument("--port", type=number(0, 65535, int), default=0, help="0 is a free one (default)")
    wire.add_argument("--name", type=name, default=NAME, help="what it is announced as (default %(default)s)")
    wire.add_argument("--no-mdns", action="store_true", help="do not announce it")
    _interval(wire)
    _riding(wire)
    _replaying(wire)


def _keiser(wire: argparse.ArgumentParser) -> None:
    _transport(wire)
    wire.add_argument("--id", type=number(0, 255, int), default=1, help="the bike's equipment id (default %(default)s)")
    _riding(wire)


def _class(command: argparse.ArgumentParser) -> None:
    command.add_argument("--riders", type=number(1, 1000, int), default=10, metavar="N")
    command.add_argument("--cloud", required=True, metavar="URL", help="http://HOST:PORT of the cloud")
    command.add_argument("--code", required=True, help="an enrolment code, as the cloud's operator gives out")
    command.add_argument("--class-id", required=True, metavar="ID")
    command.add_argument("--seconds", type=number(1, 86_400, int), default=60, help="how long to ride (%(default)s)")
    command.add_argument("--speed", type=number(0.1, 1000), default=1.0, help="seconds of riding in one (%(default)s)")
    command.add_argument("--seed", type=int, default=1, help="of all that is random (default %(default)s)")
