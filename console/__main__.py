"""The console: ``python -m console`` (or ``bike-console``) opens it in a window."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from console.lock import AlreadyRunning, lock
from sync.place import DEFAULT_DATA, FILE


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


def main(argv: list[str] | None = None) -> int:
    """Open the console; returns when its window is closed."""
    options = parse_options(argv)
    try:
        with lock(options.data):
            return _forget_pin(options) if options.forget_pin else _open(options)
    except AlreadyRunning as error:
        print(f"bike-console: {error} {error.remedy}", file=sys.stderr)
        return 1


def _forget_pin(options: Options) -> int:
    """Who has the tablet's command line may let a rider in who forgot the PIN."""
    from sync.cache import Cache

    cache = Cache.open(options.data / FILE)
    try:
        riders = [rider for rider in cache.riders() if rider.name == options.forget_pin]
        for rider in riders:
            cache.save_rider(replace(rider, pin_hash=None))
        names = ", ".join(rider.name for rider in cache.riders())
    finally:
        cache.close()
    if not riders:
        print(f"bike-console: no rider is called {options.forget_pin}. There are: {names or 'none'}.", file=sys.stderr)
    return 0 if riders else 1


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
    parser.add_argument("--forget-pin", metavar="NAME", help="remove a rider's PIN, and end")
    given = parser.parse_args(argv)
    try:
        width, height = (int(side) for side in given.size.split("x"))
    except ValueError:
        parser.error(f"--size {given.size}: expected WIDTHxHEIGHT, e.g. 1920x1080")
    return Options(
        data=given.data,
        size=(width, height),
        fullscreen=given.fullscreen,
        cloud=given.cloud,
        code=given.code,
        sensor=given.sensor,
        demo_s=given.demo,
        out=given.out,
        forget_pin=given.forget_pin,
    )


def configure_kivy(options: Options) -> None:
    """Configure Kivy for this console; must come before anything of Kivy is imported.

    No configuration is read from, or written to, the disk: what this console needs is all here.
    """
    os.environ.update(KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_FILELOG="1")
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
