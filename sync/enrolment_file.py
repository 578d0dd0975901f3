"""The tablet's enrolment once more, in a small file beside the cache.

The cloud knows the tablet's rides by its id. Were that lost with a damaged cache, the tablet would be another one to
the cloud: its old rides could neither be fetched nor be gone on with. The file is written with every enrolment and
read only when the cache was set aside. It holds the token: it is for its owner only, like the cache itself.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from sync.records import Enrolment, RecordError, from_json, to_json


def place(cache: Path) -> Path:
    """Where the file of a cache stands."""
    return cache.with_name(f"{cache.name}.enrolment")


def write(cache: Path, base_url: str, enrolment: Enrolment) -> None:
    """Put the file in place, whole or not at all. Where the disk does not take it, an older one goes: a wrong
    enrolment is worse than none, and the cache has the right one."""
    path = place(cache)
    fresh = path.with_name(f"{path.name}.new")
    try:
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump({"base_url": base_url, "enrolment": to_json(enrolment)}, file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError:
        with suppress(OSError):
            path.unlink(missing_ok=True)
            fresh.unlink(missing_ok=True)


def forget(cache: Path) -> None:
    """Take the file away."""
    with suppress(OSError):
        place(cache).unlink(missing_ok=True)


def read(cache: Path) -> tuple[str, Enrolment] | None:
    """The cloud's base URL and what it gave this tablet; ``None`` when there is no file, or nothing to read in it."""
    try:
        kept: Any = json.loads(place(cache).read_bytes())
        return str(kept["base_url"]), from_json(Enrolment, kept["enrolment"])
    except (OSError, RecordError, ValueError, KeyError, TypeError):
        return None
