"""What the command line can do to a tablet whose console does not run: a PIN, a bike's table, rides as files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sync.cache import Cache
from sync.place import FILE


@contextmanager
def _opened(data: Path) -> Iterator[Cache]:
    cache = Cache.open(data / FILE)
    try:
        yield cache
    finally:
        cache.close()


def forget_pin(data: Path, name: str) -> int:
    """Who has the tablet's command line may let a rider in who forgot the PIN."""
    with _opened(data) as cache:
        riders = [rider for rider in cache.riders() if rider.name == name]
        for rider in riders:
            cache.save_rider(replace(rider, pin_hash=None))
        names = ", ".join(rider.name for rider in cache.riders())
    return 0 if riders else _sorry(f"no rider is called {name}. There are: {names or 'none'}.")


def keep_power_table(data: Path, url: str, path: Path) -> int:
    """A technician's table becomes that of a paired bike."""
    from console.own_power import OwnPower
    from drivers.power_table import PowerTable

    with _opened(data) as cache:
        paired = [sensor_url for sensor_url, _name, kind in cache.sensors() if kind == "bike"]
        if url not in paired:
            return _sorry(f"no bike is paired as {url}. There are: {', '.join(paired) or 'none'}.")
        try:
            OwnPower(cache).keep(url, PowerTable.from_json(path.read_text()))
        except (OSError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else error
            return _sorry(f"cannot use {path}: {why}")
    return 0


def export(data: Path, folder: Path) -> int:
    """Every finished ride as a file for training sites; those that were written before stay as they are."""
    from console.ride import totals_of
    from console.tcx import file_name, tcx

    written = 0
    with _opened(data) as cache:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for rider in cache.riders():
                for summary in cache.rides(rider.id):
                    path = folder / file_name(summary)
                    if not path.exists():
                        points = cache.points(summary.header.id)
                        _put(path, tcx(replace(summary, totals=totals_of(points, rider.weight_kg)), points))
                        written += 1
        except OSError as error:
            return _sorry(f"cannot write to {folder}: {error.strerror}")
    print(f"{written} rides were written to {folder}.")
    return 0


def _put(path: Path, data: bytes) -> None:
    """Written beside, then put in place: a file is there whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _sorry(words: str) -> int:
    print(f"bike-console: {words}", file=sys.stderr)
    return 1
