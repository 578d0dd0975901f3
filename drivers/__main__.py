"""The technician's commands.

    python -m drivers scan                                   sensors near by: cables, Bluetooth, Wi-Fi
    python -m drivers check serial:///dev/ttyUSB0            does a bike answer there? what to do if not
    python -m drivers watch serial:///dev/ttyUSB0 [--json]   its numbers, live
    python -m drivers decode peloton FILE [--json]           the replies in a raw capture; - is stdin
    python -m drivers decode ftms FILE [--json]              frames in hexadecimal, one a line; so with
                                                             cps, csc, hr, keiser, treadmill, echelon, flywheel

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

from drivers import decoding, decoding_frames, scanning, watching
from drivers.errors import DriverError, SensorAddressError


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
    check = commands.add_parser("check", help="say whether a bike answers, and what to do if not")
    check.add_argument("url", metavar="URL", help="e.g. serial:///dev/ttyUSB0?protocol=peloton")
    check.add_argument("--seconds", type=_seconds, default=5.0, help="how long to try (default %(default)s)")
    check.set_defaults(run=_asyncio(watching.check))
    watch = commands.add_parser("watch", help="show a sensor's numbers, live")
    watch.add_argument("url", metavar="URL", help="e.g. serial:///dev/ttyUSB0?protocol=peloton")
    watch.add_argument("--seconds", type=_seconds, help="end after this long")
    watch.set_defaults(run=_asyncio(watching.watch))
    decode = commands.add_parser("decode", help="list the frames in a capture")
    decode.add_argument("protocol", choices=["peloton", *decoding_frames.PROTOCOLS])
    what = "peloton: raw bytes, both directions; else: one frame in hexadecimal a line; - is stdin"
    decode.add_argument("file", type=Path, metavar="FILE", help=what)
    decode.set_defaults(run=_decode)
    for command in (scan, check, watch, decode):
        command.add_argument("--json", action="store_true", help="one JSON object a line")
    return parser


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
