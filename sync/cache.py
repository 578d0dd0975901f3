"""The cache: the tablet's only database, one SQLite file. Screens read only from here.

Opened with :meth:`Cache.open`; usable from any thread. Every method is one short transaction.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Self

from sync.catalogue_table import CatalogueTable
from sync.migrations import SchemaTooNew, check_version, migrate
from sync.positions import PositionTable
from sync.ride_table import RideTable
from sync.riders import RiderTable
from sync.values import ValueTable

SCHEMA = Path(__file__).parent / "schema"
CacheTooNew = SchemaTooNew


class Cache(RideTable, RiderTable, CatalogueTable, PositionTable, ValueTable):
    """Rides, riders, classes, standings, settings. ``set_aside`` is where a damaged file was put, if one was found."""

    set_aside: Path | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file at ``path``, making it when there is none.

        A file from a newer version raises :class:`CacheTooNew` and is not touched. A damaged file is set aside
        beside it and kept; a new one is begun, and ``set_aside`` tells.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)  # it will hold the tablet's token
        set_aside = None
        if path.stat().st_size and not _sound(path):
            set_aside = _set_aside(path)
            path.touch(mode=0o600)
        cache = cls(path)
        cache.set_aside = set_aside
        migrate(cache.db.conn, SCHEMA)
        return cache


def _sound(path: Path) -> bool:
    """Whether the file is a healthy database of a version known here (read-only where it is newer)."""
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            check_version(db, SCHEMA)
            return bool(db.execute("PRAGMA quick_check(1)").fetchone()[0] == "ok")
        finally:
            db.close()
    except sqlite3.DatabaseError:
        return False


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    kept = path.with_name(f"{path.name}.damaged-{stamp}")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept
