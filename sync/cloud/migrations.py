"""Numbered migrations of the cloud's database: each file of ``schema/`` is applied once, with its record, as one
transaction. A database that knows a number we do not is from a newer program and is left untouched."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sync.cloud.errors import StoreTooNew

SCHEMA = Path(__file__).parent / "schema"


def migrate(db: sqlite3.Connection, schema: Path = SCHEMA) -> None:
    """Bring ``db`` to the newest known schema; ``db`` is in autocommit mode. Raises :class:`StoreTooNew`."""
    scripts = {int(path.name.split("_")[0]): path for path in schema.glob("*.sql")}
    db.execute("BEGIN IMMEDIATE")  # two programs may open a new database at the same time
    try:
        applied = _applied(db)
        if applied > max(scripts):
            raise StoreTooNew(
                f"the database is of schema {applied}, this program knows {max(scripts)}: "
                "start the newer Breakaway that wrote it, or use another --data directory"
            )
        for number in sorted(number for number in scripts if number > applied):
            _run(db, scripts[number].read_text())
            db.execute("INSERT INTO migrations (number) VALUES (?)", (number,))
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _applied(db: sqlite3.Connection) -> int:
    db.execute("CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY)")
    return int(db.execute("SELECT coalesce(max(number), 0) FROM migrations").fetchone()[0])


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
