"""Connections to the tablet's file: one a thread, so that a reader never waits for a writer's disk."""

from __future__ import annotations

import sqlite3
import threading
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

    @property
    def db(self) -> Database:
        """This thread's connection, opened when first asked for."""
        if (db := getattr(self._mine, "db", None)) is None:
            db = self._mine.db = self._connect()
            with self._lock:
                self._all.append(db)
        return db

    def close(self) -> None:
        """Close every thread's connection; the file can then be moved or opened by others."""
        with self._lock:
            for db in self._all:
                db.conn.close()
            self._all.clear()
        self._mine = threading.local()

    def _connect(self) -> Database:
        connection = sqlite3.connect(self.path, timeout=WAIT_S, check_same_thread=False)
        connection.execute("PRAGMA journal_mode = WAL")
        # FULL: a committed second survives the plug being pulled, not only the process being killed.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        return Database(connection)
