"""The technician's commands.

    python -m drivers scan                                   sensors near by: cables, Bluetooth, Wi-Fi
    python -m drivers check serial:///dev/ttyUSB0            does it answer? if not, why, and what to do
    python -m drivers watch URL [URL ...] [--json]           the sensors' numbers, live, with rates and ages
    python -m drivers record URL FILE [--seconds 60]         raw bytes with their times
    python -m drivers replay FILE [--speed 10] [--json]      the same ride again; open it as replay:///FILE
    python -m drivers calibrate URL --meter URL --out FILE   a power table for a bike that measures no power;
    python -m drivers calibrate URL --feel 150 --out FILE    the same, by how an effort feels
    python -m drivers decode peloton FILE [--json]           the replies in a raw capture; - is stdin
    python -m drivers decode ftms FILE [--json]              frames in hexadecimal, one a line; so with
                                                             cps, csc, hr, keiser, treadmill, echelon, flywheel

A sensor that another program of this user holds (the console, in a ride) is listened to there, undisturbed.

Exit status: 0 fine, 1 failed (the reason and what to do are on stderr), 2 wrong usage.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from drivers import calibrate_command, checking, decoding, decoding_frames, recording_commands, scanning, watching
from drivers.errors import DriverError, SensorAddressError

_URL = "e.g. serial:///dev/ttyUSB0?protocol=peloton, ble://AA:BB:CC:DD:EE:FF, replay:///tmp/ride.jsonl"


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(argv)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except DriverError as error:
        print(f"{error}. {error.remedy}", file=sys.stderr)
        return 2 if isinstance(error, SensorAddressError) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has seen enough; python must not complain about it at its exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m drivers", description="What sensors say.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    scan = commands.add_parser("scan", help="list the sensors near by: cables, Bluetooth, Wi-Fi")
    scan.add_argument("--seconds", type=_seconds, default=4.0, help="how long to look (default %(default)s)")
    scan.set_defaults(run=_asyncio(scanning.scan))
    check = commands.add_parser("check", help="say whether a sensor answers, and if not, why, and what to do")
    check.add_argument("url", metavar="URL", help=_URL)
    check.add_argument("--seconds", type=_seconds, help="how long to try (default 5, on the air 15)")
    check.set_defaults(run=_asyncio(checking.check))
    watch = commands.add_parser("watch", help="show what sensors say, live")
    watch.add_argument("urls", metavar="URL", nargs="+", help=_URL)
    watch.add_argument("--seconds", type=_seconds, help="end after this long")
    watch.set_defaults(run=_asyncio(watching.watch))
    decode = commands.add_parser("decode", help="list the frames in a capture")
    decode.add_argument("protocol", choices=["peloton", *decoding_frames.PROTOCOLS])
    what = "peloton: raw bytes, both directions; else: one frame in hexadecimal a line; - is stdin"
    decode.add_argument("file", type=Path, metavar="FILE", help=what)
    decode.set_defaults(run=_decode)
    _add_record(commands)
    for command in (scan, check, watch, decode, _add_replay(commands), _add_calibrate(commands)):
        command.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


def _add_record(commands: Any) -> None:
    record = commands.add_parser("record", help="write a sensor's raw bytes to a file")
    record.add_argument("url", metavar="URL", help=_URL)
    record.add_argument("file", type=Path, metavar="FILE", help="a new file (JSON lines)")
    record.add_argument("--seconds", type=_seconds, help="end after this long (default: at Ctrl-C)")
    record.set_defaults(run=_asyncio(recording_commands.record))


def _add_replay(commands: Any) -> argparse.ArgumentParser:
    replay: argparse.ArgumentParser = commands.add_parser("replay", help="show a recording as if it were ridden now")
    replay.add_argument("file", type=Path, metavar="FILE", help="what record, or virtual-bike --record, has written")
    replay.add_argument("--speed", type=float, default=1.0, help="so many times as fast; 0: at once (default 1)")
    replay.set_defaults(run=_asyncio(recording_commands.replay))
    return replay


def _add_calibrate(commands: Any) -> argparse.ArgumentParser:
    about = "make a power table for a bike that measures no power"
    calibrate: argparse.ArgumentParser = commands.add_parser("calibrate", help=about, description=about)
    calibrate.add_argument("url", metavar="URL", help="the bike, e.g. serial:///dev/ttyUSB0?protocol=peloton")
    by = calibrate.add_mutually_exclusive_group(required=True)
    by.add_argument("--meter", metavar="URL", help="a power meter on the same bike")
    by.add_argument("--feel", type=float, metavar="WATTS", help="what the effort you hold feels like; no measurement")
    calibrate.add_argument("--out", type=Path, required=True, metavar="FILE", help="where the table is kept (JSON)")
    calibrate.add_argument("--seconds", type=_seconds, default=90.0, help="give up after (default %(default)s)")
    calibrate.set_defaults(run=_asyncio(calibrate_command.calibrate))
    return calibrate


def _decode(options: argparse.Namespace) -> int:
    return (decoding.decode if options.protocol == "peloton" else decoding_frames.decode_frames)(options)


def _asyncio(command: Callable[[argparse.Namespace], Coroutine[Any, Any, int]]) -> Callable[[argparse.Namespace], int]:
    def run(options: argparse.Namespace) -> int:
        return asyncio.run(command(options))

    return run


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return value


if __name__ == "__main__":
    sys.exit(main())
