"""The files of kept pieces: what their names say, how they come and go. No error of the disk leaves this file.

    <folder>/<class and revision, hashed>/<path, hashed>.<sha256 of the content>
    <folder>/<class and revision, hashed>/pinned          there when the class was downloaded

Everything that is known is said by names, lengths and times of files, so there is no index that could disagree with
them. A piece is written beside its place and moved there whole; what a power cut spoils does not have the content that
its name promises.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

log = logging.getLogger(__name__)

PINNED = "pinned"
NEW = ".new"


class Name(NamedTuple):
    """Of a piece's folder and, before the checksum, of its file: whatever a key says, nothing but hexadecimal."""

    group: str
    file: str


@dataclass(slots=True)
class PieceFile:
    """A piece on the disk; ``used_at`` is when it was last of use, in Unix seconds."""

    path: Path
    size: int
    used_at: float

    @property
    def sha256(self) -> str:
        """What its content must have."""
        return self.path.suffix[1:]


def group_of(class_id: str, revision: str) -> str:
    """The name of a class's folder."""
    return hashlib.sha256(f"{class_id}\0{revision}".encode()).hexdigest()[:24]


def name_of(key: tuple[str, str, str]) -> Name:
    """The name of a piece: (class id, revision, path)."""
    return Name(group_of(key[0], key[1]), hashlib.sha256(key[2].encode()).hexdigest()[:24])


def free_bytes(folder: Path) -> int:
    """Of the disk that ``folder`` is on. Raises OSError."""
    return shutil.disk_usage(folder).free


class PiecesFolder:
    """Reads and writes at once; usable from any thread. The first trouble is logged loudly, the rest quietly."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self.folder = folder
        self._free_of = free
        self._numbers = itertools.count()
        self._complained = False

    def find(self) -> tuple[dict[Name, PieceFile], set[str]]:
        """All pieces, those of use the longest ago first, and the pinned groups. What a killed program left half
        written is removed."""
        found: list[tuple[Name, PieceFile]] = []
        pinned: set[str] = set()
        with self._forgiving():
            self.folder.mkdir(parents=True, exist_ok=True)
            for group in [entry.name for entry in os.scandir(self.folder) if entry.is_dir()]:
                found += self._look(group, pinned)
        pieces: dict[Name, PieceFile] = {}
        for name, piece in sorted(found, key=lambda one: one[1].used_at):
            if name in pieces:  # the program was killed before it had removed the content that this one replaced
                self.unlink(pieces.pop(name))
            pieces[name] = piece
        return pieces, pinned

    def read(self, piece: PieceFile) -> bytes | None:
        """The content; ``None`` when it is not what it was."""
        try:
            data = piece.path.read_bytes()
        except OSError:
            return None
        return data if hashlib.sha256(data).hexdigest() == piece.sha256 else None

    def write(self, name: Name, data: bytes, sha256: str, at: float) -> PieceFile | None:
        """Put a piece into its place; ``None`` when the disk does not take it."""
        path = self.folder / name.group / f"{name.file}.{sha256}"
        fresh = path.with_name(f"{next(self._numbers)}{NEW}")
        with self._forgiving():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                fresh.write_bytes(data)
                os.utime(fresh, (at, at))
                fresh.replace(path)
                return PieceFile(path, len(data), at)
            except OSError:
                with suppress(OSError):
                    fresh.unlink(missing_ok=True)
                raise
        return None

    def unlink(self, piece: PieceFile) -> bool:
        """Whether it is gone."""
        with self._forgiving():
            piece.path.unlink(missing_ok=True)
            return True
        return False

    def touch(self, piece: PieceFile, at: float) -> None:
        """Note that it was of use."""
        piece.used_at = at
        with self._forgiving():
            os.utime(piece.path, (at, at))

    def settle(self, path: Path) -> None:
        """Wait until a file, or the names in a folder, are on the disk for good."""
        with self._forgiving():
            number = os.open(path, os.O_RDONLY)
            try:
                os.fsync(number)
            finally:
                os.close(number)

    def pin(self, group: str) -> bool:
        """Mark a group as pinned; False when the disk does not take even that."""
        with self._forgiving():
            (self.folder / group).mkdir(parents=True, exist_ok=True)
            (self.folder / group / PINNED).touch()
            return True
        return False

    def unpin(self, group: str) -> None:
        """Take the mark away."""
        with self._forgiving():
            (self.folder / group / PINNED).unlink(missing_ok=True)

    def forget(self, group: str) -> None:
        """Remove a group's folder, if it is empty."""
        with suppress(OSError):
            (self.folder / group).rmdir()

    def free(self) -> int:
        """Bytes free on the disk; 0 when it does not say."""
        with self._forgiving():
            return self._free_of(self.folder)
        return 0

    def _look(self, group: str, pinned: set[str]) -> Iterator[tuple[Name, PieceFile]]:
        for entry in os.scandir(self.folder / group):
            path = Path(entry.path)
            if entry.name == PINNED:
                pinned.add(group)
            elif entry.name.endswith(NEW):
                path.unlink(missing_ok=True)
            elif path.suffix:
                about = entry.stat()
                yield Name(group, path.stem), PieceFile(path, about.st_size, about.st_mtime)

    @contextmanager
    def _forgiving(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            log.log(logging.DEBUG if self._complained else logging.WARNING, "the disk of the classes: %s", error)
            self._complained = True
