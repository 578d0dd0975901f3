"""One origin of a name at a time: two would record into the same folder."""

from __future__ import annotations

import contextlib
import fcntl
import re
from collections.abc import Iterator
from pathlib import Path

from sync.cloud.data_directory import writing
from sync.cloud.live.errors import BadSchedule

NAME = re.compile(r"[A-Za-z0-9_-]{1,40}")


@contextlib.contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """Hold an origin's name in its class's folder; the system lets go of it when the process ends, however that
    happens. Raises :class:`BadSchedule` where another holds it, and for what is no name."""
    if not NAME.fullmatch(name):
        raise BadSchedule(f"{name!r:.60} is no name of an origin", "use letters, digits, - and _, at most 40")
    with writing(path := folder / f".{name}.lock"):
        file = path.open("w")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadSchedule(f"an origin named {name!r} runs already", "give each its own with --name") from None
        yield
