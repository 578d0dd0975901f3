"""Single values: settings, paired sensors, and the tablet's enrolment."""

from __future__ import annotations

import json
from typing import Any

from sync import enrolment_file
from sync.records import Enrolment, from_json, to_json
from sync.tables import Database, Tables

_ENROLMENT = "sync.enrolment"


class ValueTable(Tables):
    """Settings by name, and what goes with them."""

    def setting(self, key: str, default: Any = None) -> Any:
        """A kept value, or the default."""
        row = self.db.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return json.loads(row[0]) if row else default

    def set_setting(self, key: str, value: Any) -> None:
        """Keep a value (anything JSON can say)."""
        with self.writing() as db:
            put_value(db, key, value)

    def sensors(self) -> list[tuple[str, str, str]]:
        """The paired sensors: (url, name, kind)."""
        return list(self.db.execute("SELECT url, name, kind FROM sensors ORDER BY rowid"))

    def save_sensor(self, url: str, name: str, kind: str) -> None:
        """Remember a paired sensor."""
        with self.writing() as db:
            db.table("sensors").upsert({"url": url, "name": name, "kind": kind}, pk="url")

    def forget_sensor(self, url: str) -> None:
        """Forget a paired sensor."""
        with self.writing() as db:
            db.execute("DELETE FROM sensors WHERE url = ?", (url,))

    def enrolment(self) -> tuple[str, Enrolment] | None:
        """The cloud's base URL and what it gave this tablet; ``None`` before enrolment."""
        kept = self.setting(_ENROLMENT)
        return (kept["base_url"], from_json(Enrolment, kept["enrolment"])) if kept else None

    def save_enrolment(self, base_url: str, enrolment: Enrolment) -> None:
        """Keep what the cloud gave this tablet, here and in :mod:`sync.enrolment_file`. Rides that were refused before
        get another chance."""
        with self.writing() as db:
            put_value(db, _ENROLMENT, {"base_url": base_url, "enrolment": to_json(enrolment)})
            db.execute("UPDATE rides SET refused = NULL")
        enrolment_file.write(self.path, base_url, enrolment)

    def leave_cloud(self) -> None:
        """Forget the enrolment: the cloud that gave it is no more. Everything else stays."""
        with self.writing() as db:
            put_value(db, _ENROLMENT, None)
        enrolment_file.forget(self.path)


def put_value(db: Database, key: str, value: Any) -> None:
    """Keep a value by its name, in the transaction that is open."""
    db.table("settings").upsert({"key": key, "value": json.dumps(value)}, pk="key")
