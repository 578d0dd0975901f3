"""Numbered migrations of a SQLite file: each script of a folder is applied once, in one transaction with its record.

The number of the newest applied script is the file's ``user_version``. Scripts are never edited once released.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path


class SchemaTooNew(Exception):
    """The file was written by a newer program; it has not been touched. ``remedy`` says what to do."""

    def __init__(self, path: str, found: int, known: int) -> None:
        super().__init__(f"{path} was written by a newer version (schema {found}; this one knows {known}).")
        self.remedy = "Update this program, or start it with another --data folder."


def check_version(db: sqlite3.Connection, scripts: Path, path: str) -> None:
    """Raise :class:`SchemaTooNew` when the file is newer than the scripts; reads only."""
    found, known = _version(db), max(_numbered(scripts), default=0)
    if found > known:
        raise SchemaTooNew(path, found, known)


def migrate(db: sqlite3.Connection, scripts: Path) -> list[int]:
    """Apply what is missing; returns the numbers of the scripts applied now."""
    applied = []
    for number, script in sorted(_numbered(scripts).items()):
        if number > _version(db):
            statements = script.read_text(encoding="utf-8")
            db.executescript(f"BEGIN IMMEDIATE;\n{statements}\nPRAGMA user_version = {number};\nCOMMIT;")
            applied.append(number)
    return applied


def _numbered(scripts: Path) -> dict[int, Path]:
    return {int(path.name.split("_")[0]): path for path in scripts.glob("*.sql")}


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
