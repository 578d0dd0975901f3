"""Numbered migrations of a SQLite file: each script of a folder is applied once, in one transaction with its record.

The record is the file's ``user_version``: the number of the newest script applied. Scripts are never edited once
released. Tablet and cloud keep their files with this.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class SchemaTooNew(Exception):
    """The file was written by a newer program; it has not been touched. ``remedy`` says what to do."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"The database was written by a newer version (schema {found}; this one knows {known}).")
        self.remedy = "Update this program, or start it with another --data folder."


def check_version(db: sqlite3.Connection, scripts: Path) -> None:
    """Raise :class:`SchemaTooNew` when the file is newer than the scripts; reads only."""
    found, known = _version(db), max(_numbered(scripts), default=0)
    if found > known:
        raise SchemaTooNew(found, known)


def migrate(db: sqlite3.Connection, scripts: Path) -> None:
    """Apply what is missing, all of it or nothing. ``db`` must not be in a transaction. Raises SchemaTooNew."""
    check_version(db, scripts)
    db.execute("BEGIN IMMEDIATE")  # two programs may open a new file at the same time
    try:
        for number, script in sorted(_numbered(scripts).items()):
            if number > _version(db):
                _run(db, script.read_text(encoding="utf-8"))
                db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _run(db: sqlite3.Connection, script: str) -> None:
    """Statement by statement: ``executescript`` would commit the transaction we are in."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            db.execute(statement)
            statement = ""
    if statement.strip():
        raise sqlite3.OperationalError(f"a migration ends within a statement: {statement.strip()[:60]}")


def _numbered(scripts: Path) -> dict[int, Path]:
    return {int(path.name.split("_")[0]): path for path in scripts.glob("*.sql")}


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
