"""A symlink that gives the bike's port a path that stays.

A running bike holds a name that is made of its link's path, so that another one can tell its link from one that a dead
process left. The port cannot tell: the number of a dead bike's terminal soon belongs to another, maybe to another bike.
"""

from __future__ import annotations

import errno
import hashlib
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

PORTS = Path("/dev/pts")


class LinkRefused(OSError):
    """The symlink cannot be made; the message says what to do."""


@contextmanager
def linked(path: str, link: Path | None) -> Iterator[None]:
    """Keep a symlink to ``path`` while the block runs.

    A link that a dead bike left is replaced. Raises :class:`LinkRefused` for a running bike's, and for anything else.
    """
    if link is None:
        yield
        return
    with closing(_hold(link)):
        try:
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


def _hold(link: Path) -> socket.socket:
    """Take the link's name among those that the system frees when a process ends, however it ends."""
    whole = os.fsencode(link.parent.resolve() / link.name)
    name = b"\0virtual-bike-" + hashlib.sha256(whole).hexdigest().encode()
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(name)
    except OSError as error:
        held.close()
        if error.errno != errno.EADDRINUSE:
            raise
        refusal = f"another virtual bike runs at {link}; end that one first, or choose another --link"
        raise LinkRefused(refusal) from None
    return held


def _make(link: Path, path: str) -> None:
    if link.is_symlink():
        target = link.parent / link.readlink()
        if target.exists() and target.parent != PORTS:
            no_bike = f"{link} leads to {target}, which is no virtual bike"
            raise LinkRefused(f"{no_bike}; remove it or choose another --link")
    elif link.exists():
        raise LinkRefused(f"{link} exists and is not a symlink; remove it or choose another --link")
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.symlink_to(path)
    fresh.replace(link)
