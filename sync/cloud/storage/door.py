"""What a store of media can do.

Keys are relative paths with forward slashes: ``first-spin/v720/0001-1f2e3d4c5b6a7988.m4s``. What is put is there whole
or not at all, also after a power cut, and replaces what was there at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from sync.cloud.storage.errors import BadAddress

CHUNK_BYTES = 256 * 1024
_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One stored thing; ``tag`` is another whenever its content is."""

    key: str
    size_bytes: int
    tag: str


@dataclass(frozen=True, slots=True)
class Content:
    """What is stored under a key, or bytes ``first`` to ``last`` of it, in chunks that are read as they are taken."""

    entry: Entry
    first: int
    last: int
    chunks: Iterator[bytes]

    def read(self) -> bytes:
        """All of it at once; for small things."""
        return b"".join(self.chunks)


class Storage(Protocol):
    """A store. Every verb can raise a :class:`~sync.cloud.storage.errors.StorageError`."""

    def check(self) -> None:
        """Find out whether the store can be used at all, before much work is done for it."""

    def put(self, key: str, content: bytes | Path, media_type: str = "", cache: str = "") -> None:
        """Store bytes, or a copy of a file. ``cache`` is the Cache-Control of what the store itself serves."""

    def get(self, key: str, first: int = 0, last: int | None = None) -> Content:
        """What is stored, from byte ``first`` to ``last`` inclusive (to the end when ``None``).
        Raises :class:`NoSuchKey`, :class:`BadRange`."""

    def stat(self, key: str) -> Entry | None:
        """Size and tag, ``None`` when there is nothing."""

    def exists(self, key: str) -> bool:
        """Whether there is something."""

    def list(self, prefix: str = "") -> Iterator[Entry]:
        """All that is stored in the folder ``prefix`` and below, by key."""

    def remove(self, keys: Iterable[str]) -> None:
        """Take things away; what is not there is no error."""

    def url_of(self, key: str, life_s: int = 3600) -> str:
        """A URL that gives it to whoever has the URL, for ``life_s`` seconds where the store can limit that."""


def checked(key: str) -> str:
    """The key, if it is one. Raises :class:`BadAddress`: no key leads out of its store."""
    if not _KEY.fullmatch(key) or len(key) > 500:
        raise BadAddress(f"{key!r:.80} is no key of a store", "use letters, digits, - _ . and /, and no name like ..")
    return key


def checked_folder(prefix: str) -> str:
    """A folder to list, empty for all. Raises :class:`BadAddress`."""
    return f"{checked(prefix.rstrip('/'))}/" if prefix else ""
