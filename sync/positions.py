"""Positions: how much of each ride the cloud has acknowledged, and what lies after it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sync.catalogue_table import put_standings
from sync.records import Answer, Batch, Point, RideHeader
from sync.riders import GUEST_ID
from sync.tables import Tables
from sync.values import put_value

ACKNOWLEDGED_AT = "sync.acknowledged_at"
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
        """Up to ``limit`` consecutive Points of a ride from second ``after`` on, with its header as it is now.

        Raises KeyError when the ride is not kept here.
        """
        row = self.db.execute(
            "SELECT no, id, rider_id, rider_name, started_at, class_id, finished_at FROM rides WHERE id = ?", (ride_id,)
        ).fetchone()
        if row is None:
            raise KeyError(ride_id)
        rows = self.db.execute(
            f"SELECT {_POINT} FROM points WHERE ride_no = ? AND second >= ? ORDER BY second LIMIT ?",
            (row[0], after, limit),
        )
        points: list[Point] = []
        for point in (Point(*values) for values in rows):
            if points and point.second != points[-1].second + 1:
                break  # a second that the disk did not take; what lies behind it is another batch
            points.append(point)
        return Batch(RideHeader(*row[1:]), tuple(points))

    def acknowledge(self, answer: Answer, at: float | None = None) -> None:
        """Believe the cloud's word, also when it holds less than it did; keep the standings that came with it.

        ``at`` is when it spoke, in Unix seconds.
        """
        with self.writing() as db:
            db.execute(
                """UPDATE rides SET acknowledged = :acknowledged, refused = NULL, quality_acknowledged = :quality,
                     finished_acknowledged = :finished AND finished_at IS NOT NULL AND :acknowledged >=
                       coalesce((SELECT max(second) + 1 FROM points WHERE ride_no = rides.no), 0)
                   WHERE id = :ride""",
                {"acknowledged": answer.acknowledged, "finished": answer.finished, "quality": answer.quality}
                | {"ride": answer.ride_id},
            )
            if answer.standings is not None:
                put_standings(db, answer.standings)
            if at is not None:
                put_value(db, ACKNOWLEDGED_AT, at)

    def acknowledged(self, ride_id: str) -> int:
        """How many seconds of a ride the cloud has acknowledged."""
        row = self.db.execute("SELECT acknowledged FROM rides WHERE id = ?", (ride_id,)).fetchone()
        return int(row[0]) if row else 0

    def positions(self) -> list[tuple[str, int]]:
        """All rides that the cloud has been told of or shall be, newest first: (ride id, position)."""
        return list(
            self.db.execute(
                """SELECT id, acknowledged FROM rides WHERE rider_id != ? AND refused IS NULL
                   ORDER BY started_at DESC""",
                (GUEST_ID,),
            )
        )

    def refuse(self, ride_id: str, reason: str) -> None:
        """The cloud does not take this ride: keep it here, and do not send it again before :meth:`forgive`."""
        with self.writing() as db:
            db.execute("UPDATE rides SET refused = ? WHERE id = ?", (reason, ride_id))

    def refused(self) -> list[tuple[str, str]]:
        """Rides that the cloud refused: (ride id, reason)."""
        return list(self.db.execute("SELECT id, refused FROM rides WHERE refused IS NOT NULL ORDER BY started_at"))

    def forgive(self) -> None:
        """Give refused rides another chance: the cloud, or this tablet's place in it, may have changed."""
        if self.refused():
            with self.writing() as db:
                db.execute("UPDATE rides SET refused = NULL")
