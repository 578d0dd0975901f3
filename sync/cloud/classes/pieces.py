"""Pieces: files that never change, named by what is in them.

The name carries the first 16 hexadecimal digits of the content's SHA-256: whoever has a piece has the right one, may
keep it for good, and can tell when it is damaged.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

DIGITS = 16


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a class: its path relative to the class, its length, its SHA-256 in hexadecimal digits."""

    path: str
    size_bytes: int
    sha256: str


def named(stem: str, sha256: str, suffix: str) -> str:
    """The name of a piece: ``0001-1f2e3d4c5b6a7988.m4s``; without a stem the hash alone."""
    return f"{stem}{'-' if stem else ''}{sha256[:DIGITS]}{suffix}"


def settle(path: Path, stem: str, home: Path) -> Piece:
    """Give the file ``path`` the name of its content, in its directory, which is in that of the class, ``home``."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    settled = path.rename(path.with_name(named(stem, sha256, path.suffix)))
    return Piece(settled.relative_to(home).as_posix(), settled.stat().st_size, sha256)


def write(content: bytes, folder: Path, stem: str, suffix: str, home: Path) -> Piece:
    """Write ``content`` into ``folder`` under the name of its content."""
    folder.mkdir(parents=True, exist_ok=True)
    sha256 = hashlib.sha256(content).hexdigest()
    path = folder / named(stem, sha256, suffix)
    path.write_bytes(content)
    return Piece(path.relative_to(home).as_posix(), len(content), sha256)


def listing(pieces: Iterable[Piece]) -> bytes:
    """The list of pieces that players check what they fetch by; playlists are not in it."""
    wanted = sorted((one for one in pieces if not one.path.endswith(".m3u8")), key=lambda one: one.path)
    listed = {one.path: [one.size_bytes, one.sha256] for one in wanted}
    return json.dumps({"v": 1, "pieces": listed}, separators=(",", ":")).encode()
