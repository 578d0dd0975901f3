"""Positions: how much of each ride the cloud has acknowledged, and what lies after it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sync.records import Answer, Batch, Point, RideHeader
from sync.riders import GUEST_ID
from sync.tables import Tables

_POINT = ", ".join(field.name for field in fields(Point))


@dataclass(frozen=True, slots=True)
class Waiting:
    """A ride that the cloud does not hold whole: it has ``acknowledged`` of ``points`` seconds."""

    header: RideHeader
    acknowledged: int
    points: int


class PositionTable(Tables):
    """What the uplink reads and moves."""

    def waiting(self) -> list[Waiting]:
        """Rides with something to send, oldest first. A guest's rides and refused ones are never sent."""
        rows = self.db.execute(
            """SELECT id, rider_id, rider_name, started_at, class_id, finished_at, acknowledged,
                 coalesce((SELECT max(second) + 1 FROM points WHERE ride_no = rides.no), 0) AS points
               FROM rides WHERE finished_acknowledged = 0 AND refused IS NULL AND rider_id != ?
                 AND (points > acknowledged OR finished_at IS NOT NULL)
               ORDER BY started_at""",
            (GUEST_ID,),
        )
        return [Waiting(RideHeader(*row[:6]), *row[6:]) for row in rows]

    def batch(self, ride_id: str, after: int, limit: int) -> Batch:
        """Up to ``limit`` Points of a ride from second ``after`` on, with its header as it is now.

        Raises KeyError when the ride is not kept here.
        """
        row = self.db.execute(
            "SELECT no, id, rider_id, rider_name, started_at, class_id, finished_at FROM rides WHERE id = ?", (ride_id,)
        ).fetchone()
        if row is None:
            raise KeyError(ride_id)
        points = self.db.execute(
            f"SELECT {_POINT} FROM points WHERE ride_no = ? AND second >= ? ORDER BY second LIMIT ?",
            (row[0], after, limit),
        )
        return Batch(RideHeader(*row[1:]), tuple(Point(*point) for point in points))

    def acknowledge(self, answer: Answer) -> None:
        """Believe the cloud's word, also when it holds less than it did."""
        with self.db.atomic() as db:
            db.execute(
                """UPDATE rides SET acknowledged = :acknowledged,
                     finished_acknowledged = :finished AND finished_at IS NOT NULL AND :acknowledged >=
                       coalesce((SELECT max(second) + 1 FROM points WHERE ride_no = rides.no), 0)
                   WHERE id = :ride""",
                {"acknowledged": answer.acknowledged, "finished": answer.finished, "ride": answer.ride_id},
            )

    def acknowledged(self, ride_id: str) -> int:
        """How many seconds of a ride the cloud has acknowledged."""
        row = self.db.execute("SELECT acknowledged FROM rides WHERE id = ?", (ride_id,)).fetchone()
        return int(row[0]) if row else 0

    def acknowledged_rides(self) -> list[tuple[str, int]]:
        """Rides that the cloud has acknowledged whole, newest first: (ride id, position)."""
        return list(
            self.db.execute(
                "SELECT id, acknowledged FROM rides WHERE finished_acknowledged = 1 ORDER BY started_at DESC"
            )
        )

    def refuse(self, ride_id: str, reason: str) -> None:
        """The cloud will never take this ride: keep it here, and do not send it again."""
        with self.db.atomic() as db:
            db.execute("UPDATE rides SET refused = ? WHERE id = ?", (reason, ride_id))

    def refused(self) -> list[tuple[str, str]]:
        """Rides that the cloud refused: (ride id, reason)."""
        return list(self.db.execute("SELECT id, refused FROM rides WHERE refused IS NOT NULL ORDER BY started_at"))
