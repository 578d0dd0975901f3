"""Who may speak to the cloud: one-time codes, and the tablets enrolled with them.

A token is 256 random bits, so a fast hash keeps it safe: SHA-256 here, and for NATS server, which knows only bcrypt,
bcrypt at its lowest cost. Nobody guesses 2**256 tokens, however cheap one guess is.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import bcrypt

from sync.cloud.store import Store

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # nothing that is read as something else: no 0 O 1 I
CODE_LENGTH = 8
CODE_LIFE_S = 3600.0
BCRYPT_COST = 4


@dataclass(frozen=True, slots=True)
class Tablet:
    """One enrolled tablet; ``revoked_at`` is set once it may no longer log in."""

    id: str
    name: str
    enrolled_at: float
    revoked_at: float | None = None


class CodeRefused(Exception):
    """The code is unknown, used or expired."""


class Accounts:
    """Codes and tablets in the store; times are Unix seconds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._db = store.db

    def new_code(self, now: float) -> str:
        """A fresh code, good for one enrolment within an hour."""
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        with self._store.transaction():
            self._db.execute("DELETE FROM codes WHERE expires_at <= ?", (now,))
            self._db.execute("INSERT INTO codes VALUES (?, ?)", (_sha256(code), now + CODE_LIFE_S))
        return code

    def enrol(self, code: str, name: str, now: float) -> tuple[Tablet, str]:
        """Use up ``code`` and return the new tablet and its token. Raises :class:`CodeRefused`."""
        tidy = "".join(code.upper().replace("-", "").split())
        tablet = Tablet(secrets.token_hex(16), name, now)
        token = secrets.token_urlsafe(32)
        bcrypted = bcrypt.hashpw(token.encode(), bcrypt.gensalt(BCRYPT_COST)).decode()
        with self._store.transaction():
            used = self._db.execute("DELETE FROM codes WHERE code_sha256 = ? AND expires_at > ?", (_sha256(tidy), now))
            if used.rowcount != 1:
                raise CodeRefused
            self._db.execute(
                "INSERT INTO tablets (id, name, token_sha256, token_bcrypt, enrolled_at) VALUES (?, ?, ?, ?, ?)",
                (tablet.id, name, _sha256(token), bcrypted, now),
            )
        return tablet, token

    def authenticate(self, token: str) -> str | None:
        """The id of the tablet with this token, ``None`` when there is none or it was revoked."""
        digest = _sha256(token)
        row = self._db.execute(
            "SELECT id, token_sha256 FROM tablets WHERE token_sha256 = ? AND revoked_at IS NULL", (digest,)
        ).fetchone()
        return str(row[0]) if row and hmac.compare_digest(row[1], digest) else None

    def tablets(self) -> list[Tablet]:
        """All tablets, oldest first."""
        rows = self._db.execute("SELECT id, name, enrolled_at, revoked_at FROM tablets ORDER BY enrolled_at, id")
        return [Tablet(*row) for row in rows]

    def revoke(self, tablet_id: str, now: float) -> bool:
        """End a tablet's access; its rides stay. False when no such tablet has access."""
        with self._store.transaction():
            done = self._db.execute(
                "UPDATE tablets SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", (now, tablet_id)
            )
        return done.rowcount == 1

    def logins(self) -> dict[str, str]:
        """Tablet id to bcrypt of its token, for every tablet that may log in to the broker."""
        rows = self._db.execute("SELECT id, token_bcrypt FROM tablets WHERE revoked_at IS NULL ORDER BY id")
        return dict(rows.fetchall())


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
