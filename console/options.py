"""What the console can be started with."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from sync.place import DEFAULT_DATA


@dataclass(frozen=True, slots=True)
class Options:
    """What the console was started with."""

    data: Path
    size: tuple[int, int]
    fullscreen: bool
    cloud: str | None
    code: str | None
    sensor: str | None
    demo_s: int | None
    out: Path
    forget_pin: str | None = None
    power_table: tuple[str, Path] | None = None
    export: Path | None = None


def size(text: str) -> tuple[int, int]:
    """The size of a window, from the command line."""
    width, _x, height = text.partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text}: expected WIDTHxHEIGHT, e.g. 1920x1080")
    return int(width), int(height)


def parse_options(argv: list[str] | None) -> Options:
    """The options of a command line; leaves the program with a sentence when it cannot be understood."""
    parser = argparse.ArgumentParser(prog="bike-console", description="The console of the open connected bike.")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="where rides are kept (default %(default)s)")
    parser.add_argument("--size", type=size, default="1920x1080", help="size of the window (default %(default)s)")
    parser.add_argument("--fullscreen", action="store_true", help="fill the whole display")
    parser.add_argument("--cloud", metavar="URL", help="the cloud to enrol with, e.g. http://127.0.0.1:8080")
    parser.add_argument("--code", help="a fresh enrolment code of that cloud")
    parser.add_argument("--sensor", metavar="URL", help="pair this sensor, e.g. serial:///dev/ttyUSB0?protocol=peloton")
    parser.add_argument("--demo", type=int, metavar="SECONDS", help="a scripted rider rides for SECONDS, then leaves")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="with --demo: where screenshots go")
    parser.add_argument("--forget-pin", metavar="NAME", help="remove a rider's PIN, and end")
    help_table = "use a table of `python -m drivers calibrate` for the bike at this URL, and end"
    parser.add_argument("--power-table", nargs=2, metavar=("URL", "FILE"), help=help_table)
    help_export = "write every finished ride as a TCX file, for training sites, and end"
    parser.add_argument("--export", type=Path, metavar="FOLDER", help=help_export)
    given = parser.parse_args(argv)
    return Options(
        data=given.data,
        size=given.size,
        fullscreen=given.fullscreen,
        cloud=given.cloud,
        code=given.code,
        sensor=given.sensor,
        demo_s=given.demo,
        out=given.out,
        forget_pin=given.forget_pin,
        export=given.export,
        power_table=(given.power_table[0], Path(given.power_table[1])) if given.power_table else None,
    )
