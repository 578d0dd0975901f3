"""Connections to the tablet's file: one a thread, so that a reader never waits for a writer's disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

WAIT_S = 5.0


class Tables:
    """A SQLite file in WAL mode. ``db`` is the calling thread's own connection."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mine = threading.local()
        self._all: list[Database] = []
        self._lock = threading.Lock()
        self._writer = threading.RLock()
        self._closed = False

    @property
    def db(self) -> Database:
        """This thread's connection, opened when first asked for. Raises sqlite3.ProgrammingError once closed."""
        if (db := getattr(self._mine, "db", None)) is None:
            with self._lock:
                if self._closed:
                    raise sqlite3.ProgrammingError("The cache is closed.")
                db = self._mine.db = self._connect()
                self._all.append(db)
        return db

    @contextmanager
    def writing(self) -> Iterator[Database]:
        """One transaction; on leaving, it is on the disk, or after an error it never was. May be nested.

        It takes SQLite's write lock at its start: a transaction that read first and wrote later would be thrown out
        (SQLITE_BUSY_SNAPSHOT, without waiting) whenever another thread committed in between.
        """
        db = self.db
        with self._writer:  # threads of this program queue here; SQLite's own waiting, by sleeping, is for others
            if db.conn.in_transaction:
                with db.atomic():
                    yield db
                return
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.commit()
            except BaseException:
                db.rollback()
                raise

    def close(self) -> None:
        """Close every thread's connection; the file can then be moved or opened by others."""
        with self._writer, self._lock:
            self._closed = True
            for db in self._all:
                db.conn.close()
            self._all.clear()
            self._mine = threading.local()

    def _connect(self) -> Database:
        connection = sqlite3.connect(self.path, timeout=WAIT_S, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # FULL: a committed second survives the plug being pulled, not only the process being killed.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
        except sqlite3.Error:
            connection.close()
            raise
        return Database(connection)
