"""Small files that are always whole, and whether they have changed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path


def replace_file(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old or the new one, whole, even after a power cut."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def stamps(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """When each was changed last, in nanoseconds, and its length in bytes; those that have gone are left out."""
    found = {}
    for path in paths:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            stat = path.stat()
            found[path] = (stat.st_mtime_ns, stat.st_size)
    return found
