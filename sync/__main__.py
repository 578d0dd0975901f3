"""The tablet's sync by hand: ``python -m sync status|push|pull|enrol --data DIR [--json]``."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sync.cache import Cache, CacheTooNew, CacheUnusable
from sync.catalogue import Catalogue
from sync.enrol import EnrolmentFailed, enrol
from sync.links import BatchRefused, LinkDown, LinkError
from sync.place import DEFAULT_DATA, FILE
from sync.positions import ACKNOWLEDGED_AT
from sync.pull import pull
from sync.records import RecordError
from sync.uplink import LAST_STATUS, Uplink


def main(argv: list[str] | None = None) -> int:
    """Run one command; prints its result. Returns 0, or 1 with a sentence and its remedy on stderr."""
    options = _options(argv)
    try:
        with _opened(options.data, make=options.command == "enrol") as cache:
            result = options.run(cache, options)
    except (CacheTooNew, CacheUnusable, LinkError, EnrolmentFailed, NoCache) as error:
        print(f"sync: {error} {error.remedy}", file=sys.stderr)
        return 1
    except (RecordError, KeyError, ValueError) as error:
        print(f"sync: the cloud's answer cannot be read ({error}). Check that both are up to date.", file=sys.stderr)
        return 1
    except (sqlite3.Error, OSError) as error:
        print(f"sync: {options.data / FILE} does not answer ({error}). {CacheUnusable.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(json.dumps(result) if options.json else _in_words(result))
    return 0


class NoCache(Exception):
    """There is nothing to look at."""

    remedy = "Name the console's data folder with --data, or start the console once."


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sync", description="What this tablet keeps and sends.")
    commands = parser.add_subparsers(dest="command", required=True)
    verbs: dict[str, tuple[Callable[[Cache, argparse.Namespace], Any], str]] = {
        "status": (_status, "what waits to be sent"),
        "push": (_push, "send everything that waits, now"),
        "pull": (_pull, "fetch the catalogue, and rides that the cloud holds and this tablet lacks"),
        "enrol": (_enrol, "exchange a code of a cloud for this tablet's credentials"),
    }
    for name, (run, words) in verbs.items():
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        command.add_argument("--data", type=Path, default=DEFAULT_DATA, help="the console's data (default %(default)s)")
        command.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "enrol":
            command.add_argument("cloud", help="e.g. http://127.0.0.1:8080")
            command.add_argument("code")
            command.add_argument("--name", default=platform.node() or "tablet", help="how the cloud lists this tablet")
    return parser.parse_args(argv)


@contextmanager
def _opened(data: Path, make: bool) -> Iterator[Cache]:
    """The tablet's cache. One that was made here is taken away again when the command fails."""
    there, folder_there = (data / FILE).exists(), data.exists()
    if not make and not there:
        raise NoCache(f"There is no {FILE} in {data}.")
    cache = Cache.open(data / FILE)
    if cache.set_aside is not None:
        print(f"sync: {FILE} was damaged; it is kept as {cache.set_aside}, and a new one is begun.", file=sys.stderr)
    try:
        yield cache
    except BaseException:
        cache.close()
        if not there:
            (data / FILE).unlink()
        if not folder_there:
            with suppress(OSError):  # not empty
                data.rmdir()
        raise
    cache.close()


def _status(cache: Cache, _options: argparse.Namespace) -> dict[str, Any]:
    """What waits, read from the file; ``console`` is the last word of the console's own uplink on how it stands."""
    enrolled = cache.enrolment()
    waiting = cache.waiting()
    rides = [{"ride": ride.header.id, "acknowledged": ride.acknowledged, "points": ride.points} for ride in waiting]
    return {
        "enrolled": enrolled is not None,
        "cloud": enrolled[0] if enrolled else None,
        "tablet": enrolled[1].tablet_id if enrolled else None,
        "waiting_rides": len(rides),
        "waiting_points": sum(max(ride.points - ride.acknowledged, 0) for ride in waiting),
        "waiting_quality": len(cache.waiting_quality()),
        "rides": rides,
        "refused": [{"ride": ride, "reason": reason} for ride, reason in cache.refused()],
        "last_acknowledged_at": cache.setting(ACKNOWLEDGED_AT),
        "console": cache.setting(LAST_STATUS),
    }


def _push(cache: Cache, options: argparse.Namespace) -> dict[str, Any]:
    waiting = len(cache.waiting())
    link = asyncio.run(Uplink(cache).push())
    for ride_id, reason in cache.refused():
        raise BatchRefused(f"The cloud refuses ride {ride_id} ({reason}); the others are sent.")
    return {"sent_rides": waiting - len(cache.waiting()), "link": link} | _status(cache, options)


def _pull(cache: Cache, _options: argparse.Namespace) -> dict[str, Any]:
    rides = asyncio.run(pull(cache))
    if not asyncio.run(Catalogue(cache, leaders_at_once=sys.maxsize).refresh()):
        raise LinkDown("The rides have come, but not the catalogue: the cloud stopped answering.")
    return {"rides": [ride.id for ride in rides], "classes": [known.id for known in cache.classes()]}


def _enrol(cache: Cache, options: argparse.Namespace) -> dict[str, Any]:
    enrolment = asyncio.run(enrol(options.cloud, options.code, options.name))
    cache.save_enrolment(options.cloud, enrolment)
    return {"tablet": enrolment.tablet_id, "cloud": options.cloud}


def _in_words(result: dict[str, Any]) -> str:
    lines = []
    for key, value in result.items():
        shown = len(value) if isinstance(value, list) else _plain(key, value)
        lines.append(f"{key.replace('_', ' '):21} {shown}")
        if isinstance(value, list):
            lines += [f"  {_plain('', item)}" for item in value]
    return "\n".join(lines)


def _plain(key: str, value: Any) -> str:
    if isinstance(value, dict):
        said = {name: _plain(name, part) for name, part in value.items() if part is not None}
        return ", ".join(part if name in ("ride", "state") else f"{name} {part}" for name, part in said.items())
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(value)) if key.endswith("at") else str(value)


if __name__ == "__main__":
    sys.exit(main())
