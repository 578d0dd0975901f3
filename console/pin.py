"""PINs of riders: kept as salted hashes, and slow to guess. No Kivy; the wall clock is passed in."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from console.settings import Store

LENGTH = 4
TRIES = 3
WAIT_S = 30.0
_COST = {"n": 2**13, "r": 8, "p": 1}


def hash_pin(pin: str) -> str:
    """What is kept of a PIN: ``scrypt$salt$key``, both hexadecimal."""
    salt = secrets.token_bytes(16)
    return f"scrypt${salt.hex()}${_key(pin, salt).hex()}"


def is_pin(pin: str, kept: str) -> bool:
    """Whether ``pin`` is the one that was kept. What cannot be read matches nothing."""
    try:
        _scheme, salt, key = kept.split("$")
        return hmac.compare_digest(_key(pin, bytes.fromhex(salt)), bytes.fromhex(key))
    except ValueError:
        return False


def _key(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, **_COST)


class PinGate:
    """Counts wrong tries of one rider, also over a restart: after three, nothing is looked at for 30 s."""

    def __init__(self, store: Store, rider_id: str, kept: str) -> None:
        self._store = store
        self._kept = kept
        self._name = f"console.pin.{rider_id}"
        wrong, until = store.setting(self._name, [0, 0.0])
        self.wrong: int = wrong
        self._until: float = until

    def wait_s(self, now: float) -> float:
        """Seconds until the next try is looked at; 0 when it is now. A clock set back never makes it longer."""
        return min(max(self._until - now, 0.0), WAIT_S)

    @property
    def tries_left(self) -> int:
        """How many wrong tries are left before the next wait."""
        return TRIES - self.wrong

    def try_pin(self, pin: str, now: float) -> bool:
        """Whether this is the PIN; while waiting it is not even looked at."""
        if self.wait_s(now) > 0:
            return False
        if is_pin(pin, self._kept):
            self._keep(0, 0.0)
            return True
        wrong = self.wrong + 1
        self._keep(*((0, now + WAIT_S) if wrong >= TRIES else (wrong, 0.0)))
        return False

    def _keep(self, wrong: int, until: float) -> None:
        self.wrong, self._until = wrong, until
        self._store.set_setting(self._name, [wrong, until])
