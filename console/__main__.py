"""The console: ``python -m console`` (or ``bike-console``) opens it in a window."""

from __future__ import annotations

import asyncio
import logging
import os
import sys

from console.lock import AlreadyRunning, lock
from console.options import Options, parse_options


def main(argv: list[str] | None = None) -> int:
    """Open the console; returns when its window is closed."""
    options = parse_options(argv)
    try:
        with lock(options.data):
            status = _by_hand(options)
            return _open(options) if status is None else status
    except AlreadyRunning as error:
        print(f"bike-console: {error} {error.remedy}", file=sys.stderr)
        return 1


def _by_hand(options: Options) -> int | None:
    """Do what was asked for instead of opening the console; ``None`` when nothing was."""
    if options.forget_pin is None and options.power_table is None and options.export is None:
        return None
    from console import by_hand

    if options.forget_pin is not None:
        return by_hand.forget_pin(options.data, options.forget_pin)
    if options.power_table is not None:
        return by_hand.keep_power_table(options.data, *options.power_table)
    assert options.export is not None
    return by_hand.export(options.data, options.export)


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
