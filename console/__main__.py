"""The console: ``python -m console`` (or ``bike-console``) opens it in a window."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from dataclasses import replace
from pathlib import Path

from console.lock import AlreadyRunning, lock
from console.options import Options, parse_options
from sync.place import FILE


def main(argv: list[str] | None = None) -> int:
    """Open the console; returns when its window is closed."""
    options = parse_options(argv)
    try:
        with lock(options.data):
            if options.forget_pin:
                return _forget_pin(options)
            return _keep_power_table(*options.power_table, options) if options.power_table else _open(options)
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


def _keep_power_table(url: str, path: Path, options: Options) -> int:
    """A technician's table becomes that of a paired bike."""
    from console.own_power import OwnPower
    from drivers.power_table import PowerTable
    from sync.cache import Cache

    cache = Cache.open(options.data / FILE)
    try:
        paired = [sensor_url for sensor_url, _name, kind in cache.sensors() if kind == "bike"]
        if url not in paired:
            print(
                f"bike-console: no bike is paired as {url}. There are: {', '.join(paired) or 'none'}.", file=sys.stderr
            )
            return 1
        OwnPower(cache).keep(url, PowerTable.from_json(path.read_text()))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        print(f"bike-console: cannot use {path}: {why}", file=sys.stderr)
        return 1
    finally:
        cache.close()
    return 0


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


def configure_kivy(options: Options) -> None:
    """Configure Kivy for this console; must come before anything of Kivy is imported.

    No configuration is read from, or written to, the disk: what this console needs is all here.
    """
    os.environ.update(KIVY_NO_ARGS="1", KIVY_NO_CONFIG="1", KIVY_NO_FILELOG="1")
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    hush_kivy()
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


def hush_kivy() -> None:
    """Kivy tells of a touch library that is missing, with a traceback; SDL delivers the touches here."""
    logging.getLogger("kivy").addFilter(lambda record: "MTDev is not supported" not in record.getMessage())


if __name__ == "__main__":
    sys.exit(main())
