"""Expiring addresses of one class's media on an edge, in the form that nginx's secure_link module checks.

``/s/<expires>/<token>/media/<class>/…``: the token is a part of the path, so every address in a playlist that is
relative carries it too. It is MD5 because that is what the module knows; only who holds the secret can make one.
https://nginx.org/en/docs/http/ngx_http_secure_link_module.html
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from sync.cloud.errors import DirectoryError

SECRET = "edge.secret"
HALF_LIFE_S = 12 * 3600  # addresses change so often, and are good for one to two of it


def secret_of(data: Path) -> str:
    """The secret that a cloud shares with its edges; made on first use, for the directory's owner only, whoever makes
    it. Raises :class:`DirectoryError`."""
    path = data / SECRET
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            if os.geteuid() == 0:
                os.fchown(file.fileno(), (owner := data.stat()).st_uid, owner.st_gid)
            file.write(secrets.token_hex(24))
    except FileExistsError:
        pass
    try:
        return path.read_text().strip()
    except PermissionError:
        owner_id = path.stat().st_uid
        raise DirectoryError(
            f"{path} belongs to user {owner_id}: run this as that user, or give it to the cloud's with chown"
        ) from None


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
