"""A rider's threshold power through time: an old ride keeps the zones in which it was ridden. No Kivy."""

from __future__ import annotations

from typing import Any, Protocol

from sync.riders import GUEST, Rider

SAME_CHANGE_S = 600.0  # a rider who tries several values in a row means the last


class Store(Protocol):
    """Where the changes are kept: the cache."""

    def setting(self, key: str, default: Any = None) -> Any: ...
    def set_setting(self, key: str, value: Any) -> None: ...


def change(store: Store, rider: Rider, ftp_w: float, now: float) -> None:
    """The rider's threshold power is ``ftp_w`` watts from ``now`` (Unix seconds) on; ``rider`` is as before."""
    changes = _changes(store, rider.id) or [[0.0, rider.ftp_w]]
    if len(changes) > 1 and now - changes[-1][0] < SAME_CHANGE_S:
        changes.pop()
    store.set_setting(_key(rider.id), [*changes, [now, ftp_w]])


def threshold_w(store: Store, rider: Rider | None, at: float) -> float:
    """The threshold power, in watts, that was in force at ``at`` (Unix seconds)."""
    rider = rider or GUEST
    known = [ftp_w for since, ftp_w in _changes(store, rider.id) if since <= at]
    return float(known[-1]) if known else rider.ftp_w


def forget(store: Store, rider_id: str) -> None:
    """Forget a rider's changes."""
    store.set_setting(_key(rider_id), None)


def _key(rider_id: str) -> str:
    return f"console.threshold.{rider_id}"


def _changes(store: Store, rider_id: str) -> list[list[float]]:
    return list(store.setting(_key(rider_id)) or [])
