"""Whom nginx's workers run as when root starts it: someone who owns nothing. The workers must get at the cache."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
from collections.abc import Sequence
from pathlib import Path

USERS = ("www-data", "nobody")  # Debian's for web servers; everybody's for nothing


def unprivileged(names: Sequence[str] = USERS) -> pwd.struct_passwd | None:
    """The first of these users that there is; ``None`` also for who is not root, whose workers run as nginx does."""
    for name in names if os.geteuid() == 0 else ():
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


def directive(user: pwd.struct_passwd | None) -> str:
    """``user`` as nginx.conf has it. The group is named: nginx would look for one of the user's own name."""
    return f"user {user.pw_name} {grp.getgrgid(user.pw_gid).gr_name};" if user else ""


def closed_to(user: pwd.struct_passwd, directory: Path) -> Path | None:
    """The first directory on the way into ``directory`` that the user may not enter; one that is to be made may be."""
    for one in (*reversed(directory.parents), directory):
        if not one.exists():
            return None
        stat = one.stat()
        bit = 0o100 if stat.st_uid == user.pw_uid else 0o010 if stat.st_gid == user.pw_gid else 0o001
        if not stat.st_mode & bit:
            return one
    return None


def make(directory: Path) -> None:
    """Make a cache's directory, which all may enter. It stays its maker's own: nginx gives its workers what it makes in
    it, and the file with its pid is none that they may replace."""
    missing = [one for one in (directory, *directory.parents) if not one.exists()]
    directory.mkdir(parents=True, exist_ok=True)
    for one in missing:
        one.chmod(0o755)
