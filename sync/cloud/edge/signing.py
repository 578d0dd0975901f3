"""Expiring addresses of one class's media on an edge, in the form that nginx's secure_link module checks.

``/s/<expires>/<token>/media/<class>/…``: the token is a part of the path, so every address in a playlist that is
relative carries it too. It is MD5 because that is what the module knows; only who holds the secret can make one.
https://nginx.org/en/docs/http/ngx_http_secure_link_module.html
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import os
import secrets
import tempfile
from pathlib import Path

from sync.cloud.errors import DirectoryError

SECRET = "edge.secret"
HALF_LIFE_S = 12 * 3600  # addresses change so often, and are good for one to two of it


def secret_of(data: Path) -> str:
    """The secret that a cloud shares with its edges; made on first use, for the directory's owner only, whoever makes
    it. Raises :class:`DirectoryError`."""
    path = data / SECRET
    try:
        if not path.exists():
            _make(path)
        secret = path.read_text().strip()
    except PermissionError as error:
        raise DirectoryError(
            f"{error.filename}: {error.strerror}: run this as the cloud's user, or give it the file with chown"
        ) from None
    if not secret:
        raise DirectoryError(f"{path} is empty: delete it, and configure the edges anew")
    return secret


def _make(path: Path) -> None:
    """Whole or not at all, and once, whoever else is at it."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)  # readable by its owner only
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(24))
            if os.geteuid() == 0:
                os.fchown(file.fileno(), (owner := path.parent.stat()).st_uid, owner.st_gid)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(name)
    finally:
        Path(name).unlink()


def expiry(now: float) -> int:
    """When addresses made now end, in Unix seconds: the same for all that are made within half of their life, so that
    players and caches see the same address again."""
    return (int(now) // HALF_LIFE_S + 2) * HALF_LIFE_S


def token(secret: str, class_id: str, expires: int) -> str:
    """22 characters that go with this class until ``expires``."""
    digest = hashlib.md5(f"{expires} /media/{class_id} {secret}".encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def prefix(secret: str, class_id: str, expires: int) -> str:
    """What stands before ``/media/<class>/`` on an edge."""
    return f"/s/{expires}/{token(secret, class_id, expires)}"
