"""A store in a directory of this machine. Names that begin with a dot are no part of it: makers work there."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from sync.cloud.storage.door import CHUNK_BYTES, Content, Entry, checked, checked_folder
from sync.cloud.storage.errors import BadAddress, BadRange, Denied, Full, NoSuchKey, StorageError


class FileStorage:
    """The files below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def check(self) -> None:
        with _told(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".write-test-{os.getpid()}"
            probe.touch()
            probe.unlink()

    def put(self, key: str, content: bytes | Path, media_type: str = "", cache: str = "") -> None:
        path = self.root / checked(key)
        fresh = path.with_name(f".{path.name}.new")
        with _told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                fresh.write_bytes(content)
            else:
                _copy(content, fresh)
            with fresh.open("rb") as file:
                os.fsync(file.fileno())
            fresh.replace(path)

    def get(self, key: str, first: int = 0, last: int | None = None) -> Content:
        path = self.path(key)
        if path is None:
            raise NoSuchKey(f"there is no {key}")
        with _told(path):
            try:
                file = path.open("rb")
            except FileNotFoundError:  # it went while we looked
                raise NoSuchKey(f"there is no {key}") from None
            stat = os.fstat(file.fileno())
        if first > 0 and first >= stat.st_size:
            file.close()
            raise BadRange(f"{key} has no byte {first}")
        end = stat.st_size - 1 if last is None else min(last, stat.st_size - 1)
        return Content(_entry(key, stat), first, end, _chunks(file, first, end + 1 - first))

    def stat(self, key: str) -> Entry | None:
        path = self.path(key)
        if path is None:
            return None
        with _told(path), contextlib.suppress(FileNotFoundError):  # it went while we looked
            return _entry(key, path.stat())
        return None

    def exists(self, key: str) -> bool:
        return self.path(key) is not None

    def list(self, prefix: str = "") -> Iterator[Entry]:
        top = self.root / checked_folder(prefix)

        def closed(error: OSError) -> None:
            gone = isinstance(error, FileNotFoundError) or (prefix and isinstance(error, NotADirectoryError))
            with _told(Path(error.filename)):
                if not gone:
                    raise error

        for folder, folders, names in os.walk(top, onerror=closed):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):  # it went while we looked
                    if not name.startswith(".") and not path.is_symlink():
                        yield _entry(path.relative_to(self.root).as_posix(), path.stat())

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            path = self.root / checked(key)
            with _told(path):
                path.unlink(missing_ok=True)
            for folder in path.parents:
                if folder == self.root:
                    break
                try:
                    folder.rmdir()
                except OSError:
                    break  # something else is still in it

    def url_of(self, key: str, life_s: int = 3600) -> str:
        return (self.root.absolute() / checked(key)).as_uri()

    def path(self, key: str) -> Path | None:
        """The file itself, ``None`` when there is none; a link that leads out of the store is none."""
        path = self.root / checked(key)
        with _told(path):
            path = path.resolve()
            try:
                whole = S_ISREG(path.stat().st_mode)
            except (FileNotFoundError, NotADirectoryError):
                return None
            return path if whole and path.is_relative_to(self.root.resolve()) else None


def _entry(key: str, stat: os.stat_result) -> Entry:
    return Entry(key, stat.st_size, f"{stat.st_mtime_ns:x}-{stat.st_size:x}")


def _copy(source: Path, target: Path) -> None:
    """The same content under another name: a second link to it where that can be, else a copy."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _chunks(file: BinaryIO, first: int, left: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    """The operating system's errors as ours."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Full("the disk is full", "free some space and try again; what was there is untouched") from None
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise Denied(f"{path}: {error.strerror}", "give yourself the right to it, or choose another") from error
        if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.EEXIST):  # a directory was meant, and cannot be there
            raise BadAddress(f"{path}: {error.strerror}", "check the path given with --data (or --store)") from error
        raise StorageError(f"{path}: {error.strerror}", "look at the disk: dmesg tells of faults") from error
