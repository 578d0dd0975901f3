"""The cache: the tablet's only database, one SQLite file. Screens read only from here.

Opened with :meth:`Cache.open`; usable from any thread. Every method is one short transaction.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Self

from sync import enrolment_file
from sync.catalogue_table import CatalogueTable
from sync.migrations import SchemaTooNew, check_file, check_version, migrate
from sync.positions import PositionTable
from sync.quality_table import QualityTable
from sync.ride_table import RideTable
from sync.riders import RiderTable
from sync.tables import WAIT_S
from sync.values import ValueTable
from sync.withdrawal_table import WithdrawalTable

SCHEMA = Path(__file__).parent / "schema"
CacheTooNew = SchemaTooNew
_QUICKLY_READ = 64 << 20  # bytes; some 600 hours of riding
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SET_ASIDE = "cache.set_aside"


class CacheUnusable(Exception):
    """The file cannot be opened, and is not known to be damaged; it was left as it is. ``remedy`` says what to do."""

    remedy = "Make sure that its folder can be written to and that the disk is not full."

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__(f"{path} cannot be opened ({reason}).")


class Cache(RideTable, RiderTable, CatalogueTable, PositionTable, QualityTable, WithdrawalTable, ValueTable):
    """Rides, riders, classes, standings, settings. ``set_aside`` is where a damaged file was put, if one was found
    and the rider has not been :meth:`told` yet: whichever program found it."""

    set_aside: Path | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the file at ``path``, making it when there is none. It holds the tablet's token: owner only.

        A damaged file is set aside beside it and kept; a new one is begun, enrolled as the old one was (see
        :mod:`sync.enrolment_file`), and ``set_aside`` tells. A file from a newer version raises :class:`CacheTooNew`,
        one that cannot be opened :class:`CacheUnusable`; both stay as they are.
        """
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            set_aside = None if _sound(path) else _set_aside(path)
            path.touch(mode=0o600)
            path.chmod(0o600)
            cache = cls(path)
            _prepare(cache, set_aside)
            return cache
        except (OSError, sqlite3.Error) as error:
            raise CacheUnusable(path, error) from error

    def told(self) -> None:
        """The rider has been told what was set aside."""
        if self.set_aside is not None:
            self.set_setting(_SET_ASIDE, None)


def _prepare(cache: Cache, set_aside: Path | None) -> None:
    try:
        migrate(cache.db.conn, SCHEMA)
        if set_aside is not None:
            cache.set_setting(_SET_ASIDE, str(set_aside))
        kept = cache.setting(_SET_ASIDE, None)
        cache.set_aside = kept and Path(kept)
        _keep_enrolled(cache)
    except BaseException:
        cache.close()
        raise


def _keep_enrolled(cache: Cache) -> None:
    enrolled = cache.enrolment()
    if enrolled is not None and not enrolment_file.place(cache.path).exists():
        enrolment_file.write(cache.path, *enrolled)
    elif enrolled is None and cache.set_aside is not None:
        rescued = enrolment_file.read(cache.path)
        if rescued is not None:
            cache.save_enrolment(*rescued)


def _sound(path: Path) -> bool:
    """Whether the file is a healthy database of a version known here, or none at all. Only reads it."""
    if not path.exists() or not path.stat().st_size:
        return True
    check_file(path, SCHEMA)
    in_order = not path.with_name(f"{path.name}-wal").exists()  # SQLite removes it when the last program closes
    try:
        with closing(_connect_read_only(path)) as db:
            check_version(db, SCHEMA)
            big = path.stat().st_size > _QUICKLY_READ
            return all(db.execute(check).fetchone()[0] == "ok" for check in _checks(db, big and in_order))
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _DAMAGE:  # the low byte: the rest says where it was seen
            return False
        raise  # busy, or not ours to read: that is no reason to take a healthy file away


def _connect_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT_S)


def _checks(db: sqlite3.Connection, spare_points: bool) -> list[str]:
    """How to look for damage. Reading through years of Points would delay the start (7 ms a MB on a PC), so in a big
    file that was closed in order they are left out."""
    if not spare_points:
        return ["PRAGMA quick_check(1)"]
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'points'")
    return [f"PRAGMA quick_check('{name}')" for (name,) in tables.fetchall()]


def _set_aside(path: Path) -> Path:
    kept = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}")
    while kept.exists():
        kept = kept.with_name(kept.name + "x")
    for suffix in ("", "-wal", "-shm"):
        part = path.with_name(path.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    return kept
