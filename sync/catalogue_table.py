"""Classes, their standings and leaders, as last heard from the cloud."""

from __future__ import annotations

import json
from collections.abc import Sequence

from sync.records import Board, FitnessClass, Standings, from_json, to_json
from sync.tables import Database, Tables


class CatalogueTable(Tables):
    """What the cloud has told of classes."""

    def put_classes(self, classes: Sequence[FitnessClass]) -> None:
        """Replace the catalogue, in this order; a class that is not in it is gone."""
        rows = [(c.id, place, json.dumps(to_json(c))) for place, c in enumerate(classes)]
        with self.writing() as db:
            db.execute("DELETE FROM classes")
            db.conn.executemany("INSERT INTO classes (id, place, record) VALUES (?, ?, ?)", rows)

    def classes(self) -> list[FitnessClass]:
        """All classes, in the cloud's order."""
        rows = self.db.execute("SELECT record FROM classes ORDER BY place")
        return [from_json(FitnessClass, json.loads(row[0])) for row in rows]

    def fitness_class(self, class_id: str) -> FitnessClass | None:
        """One class, ``None`` when it is not known here."""
        row = self.db.execute("SELECT record FROM classes WHERE id = ?", (class_id,)).fetchone()
        return from_json(FitnessClass, json.loads(row[0])) if row else None

    def put_standings(self, standings: Standings) -> None:
        """Keep the newest standings of a ride."""
        with self.writing() as db:
            put_standings(db, standings)

    def standings(self, ride_id: str) -> Standings | None:
        """The newest standings of a ride, ``None`` when the cloud has not told any."""
        row = self.db.execute("SELECT record FROM standings WHERE ride_id = ?", (ride_id,)).fetchone()
        return from_json(Standings, json.loads(row[0])) if row else None

    def put_leaders(self, class_id: str, board: Board) -> None:
        """Keep the all-time leaders of a class."""
        with self.writing() as db:
            db.table("leaders").upsert({"class_id": class_id, "record": json.dumps(to_json(board))}, pk="class_id")

    def leaders(self, class_id: str) -> Board | None:
        """The all-time leaders of a class, ``None`` when the cloud has not told any."""
        row = self.db.execute("SELECT record FROM leaders WHERE class_id = ?", (class_id,)).fetchone()
        return from_json(Board, json.loads(row[0])) if row else None


def put_standings(db: Database, standings: Standings) -> None:
    """Keep standings, in the transaction that is open."""
    row = {"ride_id": standings.ride_id, "class_id": standings.class_id, "record": json.dumps(to_json(standings))}
    db.table("standings").upsert(row, pk="ride_id")
