"""The console: ``python -m console`` (or ``bike-console``) opens it in a window."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from console.lock import AlreadyRunning, lock
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


def main(argv: list[str] | None = None) -> int:
    """Open the console; returns when its window is closed."""
    options = parse_options(argv)
    try:
        with lock(options.data):
            return _open(options)
    except AlreadyRunning as error:
        print(f"bike-console: {error} {error.remedy}", file=sys.stderr)
        return 1


def _open(options: Options) -> int:
    configure_kivy(options)
    from console.app import run  # Kivy opens its window on import, with the configuration made above
    from sync.cache import CacheTooNew, CacheUnusable

    try:
        return asyncio.run(run(options))
    except KeyboardInterrupt:
        return 130
    except (CacheTooNew, CacheUnusable) as error:
        print(f"bike-console: {error} {error.remedy}", file=sys.stderr)
        return 1


def parse_options(argv: list[str] | None) -> Options:
    """The options of a command line; leaves the program with a sentence when it cannot be understood."""
    parser = argparse.ArgumentParser(prog="bike-console", description="The console of the open connected bike.")
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="where rides are kept (default %(default)s)")
    parser.add_argument("--size", default="1920x1080", help="size of the window (default %(default)s)")
    parser.add_argument("--fullscreen", action="store_true", help="fill the whole display")
    parser.add_argument("--cloud", metavar="URL", help="the cloud to enrol with, e.g. http://127.0.0.1:8080")
    parser.add_argument("--code", help="a fresh enrolment code of that cloud")
    parser.add_argument("--sensor", metavar="URL", help="pair this sensor, e.g. serial:///dev/ttyUSB0?protocol=peloton")
    parser.add_argument("--demo", type=int, metavar="SECONDS", help="a scripted rider rides for SECONDS, then leaves")
    parser.add_argument("--out", type=Path, default=Path("build/demo"), help="with --demo: where screenshots go")
    given = parser.parse_args(argv)
    try:
        width, height = (int(side) for side in given.size.split("x"))
    except ValueError:
        parser.error(f"--size {given.size}: expected WIDTHxHEIGHT, e.g. 1920x1080")
    return Options(
        given.data, (width, height), given.fullscreen, given.cloud, given.code, given.sensor, given.demo, given.out
    )


def configure_kivy(options: Options) -> None:
    """Configure Kivy for this console; must come before anything of Kivy is imported."""
    options.data.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("KIVY_HOME", str(options.data / "kivy"))
    os.environ.update(KIVY_NO_ARGS="1", KIVY_NO_FILELOG="1")
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    from kivy.config import Config

    width, height = options.size
    Config.set("graphics", "width", width)
    Config.set("graphics", "height", height)
    Config.set("graphics", "fullscreen", "auto" if options.fullscreen else 0)
    Config.set("graphics", "multisamples", 0)
    Config.set("graphics", "maxfps", 60)
    Config.set("kivy", "exit_on_escape", 0)
    Config.set("kivy", "window_icon", "")
    # SDL delivers mouse and touch; reading /dev/input beside it would double every tap.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")


if __name__ == "__main__":
    sys.exit(main())
