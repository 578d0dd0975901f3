"""Numbered migrations of a SQLite file: each script of a folder is applied once, in one transaction with its record.

The record is the file's ``user_version``: the number of the newest script applied. Scripts are never edited once
released. Tablet and cloud keep their files with this.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

MAGIC, HEADER, VERSION_AT = b"SQLite format 3\0", 100, 60  # https://www.sqlite.org/fileformat.html, section 1.3


class SchemaTooNew(Exception):
    """The file was written by a newer program; it has not been touched. ``remedy`` says what to do."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(f"The database was written by a newer version (schema {found}; this one knows {known}).")
        self.remedy = "Update this program, or start it with another --data folder."


def check_version(db: sqlite3.Connection, scripts: Path) -> None:
    """Raise :class:`SchemaTooNew` when the file is newer than the scripts; reads only."""
    _check(_version(db), scripts)


def check_file(path: Path, scripts: Path) -> None:
    """The same without opening the file as a database, which would leave traces beside it. What is no SQLite file, or
    has a newer state in its log, is for :func:`check_version` to judge. Raises SchemaTooNew, OSError."""
    with path.open("rb") as file:
        header = file.read(HEADER)
    if header.startswith(MAGIC) and len(header) == HEADER:
        _check(int.from_bytes(header[VERSION_AT : VERSION_AT + 4], "big", signed=True), scripts)


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


def _check(found: int, scripts: Path) -> None:
    known = max(_numbered(scripts), default=0)
    if found > known:
        raise SchemaTooNew(found, known)


def _numbered(scripts: Path) -> dict[int, Path]:
    return {int(path.name.split("_")[0]): path for path in scripts.glob("*.sql")}


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
