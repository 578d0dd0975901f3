"""The engine under the store: SQLite's file by default, PostgreSQL where one machine is outgrown, one set of queries.

Queries are standard SQL with ``?`` for values and ``ON CONFLICT`` as both engines have it. Whatever an engine raises
comes out as :class:`StoreFailed`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from sync.cloud.errors import StoreFailed, StoreTooNew
from sync.migrations import SchemaTooNew, check_file, migrate

SCHEMA = Path(__file__).parent / "schema"
LOCKED_S = 4.0  # how long another program may hold the file
_REMEDIES = {
    "SQLITE_NOTADB": "it is no database; move it away, and what belongs here back from a copy",
    "SQLITE_CORRUPT": "it is damaged; move it away, and bring it back from a copy",
    "SQLITE_READONLY": "run this as the cloud's user, or give yourself the right to write it",
    "SQLITE_CANTOPEN": "run this as the cloud's user, or give yourself the right to write it and its directory",
    "SQLITE_BUSY": "another program holds it; try again in some seconds",
    "SQLITE_FULL": "make room on the disk",
}
POSTGRES = ("postgresql://", "postgres://")


class Rows(Protocol):
    """What a query gave."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Database(Protocol):
    """One connection, for one thread at a time. Every verb raises :class:`StoreFailed`."""

    def execute(self, query: str, values: Sequence[object] = ()) -> Rows: ...
    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None: ...
    def begin(self) -> None: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All or nothing, committed to the disk when the block ends."""
    db.begin()
    try:
        yield
        db.commit()
    except BaseException:
        db.rollback()
        raise


def open_database(address: Path | str) -> Database:
    """The database in a file, or behind a URL (``postgresql://user@host/name``), created or migrated as needed. Raises
    :class:`StoreTooNew`, :class:`StoreFailed`."""
    if isinstance(address, str) and address.startswith(POSTGRES):
        from sync.cloud.postgres import PostgresDatabase  # with its library: only for those who use it

        return PostgresDatabase(address)
    return SqliteDatabase.open(Path(address))


def _cause(error: OSError | sqlite3.Error) -> str:
    """Why a file is no store, and what to do."""
    if isinstance(error, OSError):
        return f"{error.strerror}): choose another directory with --data, or give yourself the right to this one"
    name = getattr(error, "sqlite_errorname", "")
    remedy = next(
        (remedy for start, remedy in _REMEDIES.items() if name.startswith(start)), "try again; look at the disk"
    )
    return f"{error}): {remedy}"


class SqliteDatabase:
    """An open file. ``db`` is in autocommit mode."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    @classmethod
    def open(cls, path: Path) -> SqliteDatabase:
        """The file at ``path``, or ``:memory:``, in WAL mode, created or migrated as needed. Raises
        :class:`StoreTooNew`, :class:`StoreFailed`."""
        db: sqlite3.Connection | None = None
        try:
            if path != Path(":memory:"):
                path.touch(mode=0o600)  # the files beside it get the same rights
                check_file(path, SCHEMA)
            db = sqlite3.connect(path, timeout=LOCKED_S, isolation_level=None, check_same_thread=False)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # an acknowledged second survives a power cut
            db.execute("PRAGMA foreign_keys = ON")
            migrate(db, SCHEMA)
        except BaseException as error:
            if db is not None:
                db.close()
            if isinstance(error, SchemaTooNew):
                raise StoreTooNew(f"{error} {error.remedy}") from error
            if isinstance(error, OSError | sqlite3.Error):
                raise StoreFailed(f"{path} cannot be opened ({_cause(error)}") from error
            raise
        return cls(db)

    def execute(self, query: str, values: Sequence[object] = ()) -> Rows:
        """Run one query."""
        try:
            return self.db.execute(query, values)
        except sqlite3.Error as error:
            raise StoreFailed(str(error)) from error

    def executemany(self, query: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one query for many rows of values."""
        try:
            self.db.executemany(query, rows)
        except sqlite3.Error as error:
            raise StoreFailed(str(error)) from error

    def begin(self) -> None:
        """Take the write lock."""
        self.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """Make it last."""
        self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo it, if anything is open."""
        if self.db.in_transaction:
            self.execute("ROLLBACK")

    def close(self) -> None:
        """Let it go."""
        self.db.close()
