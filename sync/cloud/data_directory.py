"""The cloud's directory on disk, and the lock that keeps it for one server at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sync.cloud.errors import DirectoryError

STORE = "cloud.sqlite3"
MIRROR = "mirror"  # the records of classes whose store is elsewhere


def prepare(data: Path) -> Path:
    """Create ``data`` and what belongs in it; returns its full path. Raises :class:`DirectoryError`."""
    data = data.expanduser().absolute()
    with writing(data):
        for directory in (data, data / "classes"):
            directory.mkdir(parents=True, exist_ok=True)
        (data / "nats").mkdir(mode=0o700, exist_ok=True)
    for directory in (data, data / "nats"):
        with writing(directory):
            probe = directory / f".write-test-{os.getpid()}"
            probe.touch(mode=0o600)
            probe.unlink()
    return data


@contextlib.contextmanager
def writing(place: Path) -> Iterator[None]:
    """Around what writes to a place in a cloud's directory. Raises :class:`DirectoryError` where the system refuses."""
    try:
        yield
    except FileExistsError as error:  # a folder was to be made
        raise DirectoryError(f"{error.filename} is no folder: choose another place with --data") from error
    except OSError as error:
        raise DirectoryError(
            f"cannot write to {place}: {error.strerror}; choose another with --data, or give yourself the right to it"
        ) from error


def find(data: Path) -> Path:
    """The database of the cloud in ``data``; makes nothing. Raises :class:`DirectoryError` when no cloud is there."""
    path = data.expanduser().absolute() / STORE
    with _looking_into(data):
        there = _is_there(path) and path.is_file()
    if not there:
        raise _no_cloud(data)
    return path


def expect(data: Path) -> None:
    """Whether a cloud ran in ``data``, with whatever database, or classes were made or planned there; makes nothing.
    Raises :class:`DirectoryError` when not."""
    with _looking_into(data):
        there = [data / name for name in (STORE, "classes", "live") if _is_there(data / name)]
    if not there:
        raise _no_cloud(data)
    for folder in (path for path in there if path.name != STORE):
        with _looking_into(folder):  # a search in it would find nothing, and not tell why
            os.scandir(folder).close()


def _is_there(path: Path) -> bool:
    """Like ``exists``, which in newer Pythons is silent about missing rights."""
    try:
        path.stat()
    except FileNotFoundError:
        return False
    return True


@contextlib.contextmanager
def _looking_into(data: Path) -> Iterator[None]:
    try:
        yield
    except NotADirectoryError:
        raise DirectoryError(f"{data} is no folder: name another with --data") from None
    except OSError as error:
        raise DirectoryError(f"{data}: {error.strerror}: give yourself the right to it, or name another") from None


def _no_cloud(data: Path) -> DirectoryError:
    return DirectoryError(
        f"there is no cloud in {data}: name its directory with --data, "
        f"or start one there with 'python -m sync.cloud serve --data {data}'"
    )


class Lock:
    """Held while a server runs on ``data``; the system lets go of it when the process ends, however that happens."""

    def __init__(self, data: Path) -> None:
        with writing(path := data / "serve.lock"):
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = os.read(self._fd, 20).decode(errors="replace").strip() or "unknown"
            os.close(self._fd)
            raise DirectoryError(
                f"a cloud already runs on {data} (process {pid}): stop it, or use another --data directory"
            ) from None
        os.ftruncate(self._fd, 0)
        os.write(self._fd, f"{os.getpid()}\n".encode())

    def release(self) -> None:
        os.close(self._fd)
