"""A symlink that gives the bike's port a path that stays.

A running bike holds a lock on its port, so that another one can tell its link from one that a dead process left.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PORTS = Path("/dev/pts")


class LinkRefused(OSError):
    """The symlink cannot be made; the message says what to do."""


def hold(port_fd: int) -> None:
    """Mark the port as a running bike's, until the process ends. Clients' own locks (flock) are of another kind."""
    fcntl.lockf(port_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def linked(path: str, link: Path | None) -> Iterator[None]:
    """Keep a symlink to ``path`` while the block runs.

    A link that a dead bike left is replaced. Raises :class:`LinkRefused` for a running bike's, and for anything else.
    """
    if link is None:
        yield
        return
    try:
        with _alone_in(link.parent):
            _make(link, path)
    except LinkRefused:
        raise
    except OSError as error:
        raise LinkRefused(f"cannot make the symlink {link}: {error.strerror}; choose another --link") from None
    try:
        yield
    finally:
        # Somebody may have put another link there by hand: then it is not ours to remove.
        with suppress(OSError):
            if link.readlink() == Path(path):
                link.unlink()


def _make(link: Path, path: str) -> None:
    if link.is_symlink():
        _refuse_live(link)
    elif link.exists():
        raise LinkRefused(f"{link} exists and is not a symlink; remove it or choose another --link")
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.symlink_to(path)
    fresh.replace(link)


def _refuse_live(link: Path) -> None:
    target = link.parent / link.readlink()
    if not target.exists():
        return
    if target.parent != PORTS:
        raise LinkRefused(f"{link} leads to {target}, which is no virtual bike; remove it or choose another --link")
    if _held(target):
        raise LinkRefused(f"another virtual bike runs at {link}; end that one first, or choose another --link")


def _held(port: Path) -> bool:
    """Whether a bike runs behind a pseudo-terminal; a terminal that got a dead bike's number has no such lock."""
    try:
        fd = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    except OSError as error:
        return isinstance(error, PermissionError)  # somebody else's, and alive: not ours to judge
    try:
        fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two bikes that start at once look and replace one after the other."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
