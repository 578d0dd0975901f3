"""The cloud's store: rides and their seconds. Standard SQL with ON CONFLICT; only the opening is SQLite's own.

One thread at a time uses a Store. Everything that changes it happens inside ``with store.transaction():``.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import numpy as np

from sync.cloud.curves import Curve
from sync.cloud.database import Database, open_database, transaction
from sync.records import Batch, Point, Quality, RideHeader, from_json, to_json


class Withdrawn(Exception):
    """The ride was taken back by its rider."""


class NotYours(Exception):
    """The ride belongs to another tablet."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds of one ride; ``quality`` says whether it knows how the picture came, ``stored`` are the
    Points that were new in the call that returned it."""

    no: int
    tablet_id: str
    ride: RideHeader
    position: int
    arrived_at: float | None = None
    quality: bool = False
    stored: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums and means of a ride's seconds; ``None`` where no sensor spoke."""

    seconds: int
    kj: float
    power_w_mean: float | None = None
    power_w_max: float | None = None
    cadence_rpm_mean: float | None = None
    cadence_rpm_max: float | None = None
    resistance_pct_mean: float | None = None
    heart_rate_bpm_mean: float | None = None
    heart_rate_bpm_max: float | None = None


RIDE = "no, tablet_id, id, rider_id, rider_name, started_at, class_id, finished_at, position, arrived_at, quality"

UPSERT_RIDE = """
INSERT INTO rides (id, tablet_id, rider_id, rider_name, class_id, started_at, finished_at)
VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET
    rider_name = excluded.rider_name,
    finished_at = coalesce(excluded.finished_at, rides.finished_at)
"""

INSERT_POINT = """
INSERT INTO points (ride_no, second, at, class_s, cadence_rpm, resistance_pct, power_w, heart_rate_bpm, speed_kmh)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (ride_no, second) DO NOTHING
"""

TOTALS = """
SELECT count(*), coalesce(sum(power_w), 0) / 1000, avg(power_w), max(power_w), avg(cadence_rpm), max(cadence_rpm),
       avg(resistance_pct), avg(heart_rate_bpm), max(heart_rate_bpm)
FROM points WHERE ride_no = ?
"""


class Store:
    """Open with :meth:`open`; close when done."""

    def __init__(self, db: Database) -> None:
        self.db = db

    @classmethod
    def open(cls, address: Path | str) -> Store:
        """The store in a file, or behind a PostgreSQL URL, created or migrated as needed. Raises
        :class:`StoreTooNew`, :class:`StoreFailed`."""
        return cls(open_database(address))

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, committed to the disk when the block ends."""
        with transaction(self.db):
            yield

    def put(self, tablet_id: str, batch: Batch, now: float) -> Held:
        """Upsert the header and store the Points that continue the ride; a batch that begins after the position
        stores none. Raises :class:`NotYours`, :class:`Withdrawn`."""
        ride = batch.ride
        taken_back = "SELECT 1 FROM withdrawn WHERE ride_id = ? AND tablet_id = ?"
        if self.db.execute(taken_back, (ride.id, tablet_id)).fetchone():
            raise Withdrawn(ride.id)
        known = self.db.execute("SELECT tablet_id FROM rides WHERE id = ?", (ride.id,)).fetchone()
        if known and known[0] != tablet_id:
            raise NotYours(ride.id)
        header = (ride.id, tablet_id, ride.rider_id, ride.rider_name, ride.class_id, ride.started_at, ride.finished_at)
        self.db.execute(UPSERT_RIDE, header)
        held = self.held(ride.id)
        assert held is not None
        return self._append(held, batch.points, now)

    def withdraw(self, ride_id: str, tablet_id: str) -> Held | None:
        """Forget a ride of this tablet for good, and refuse what still comes of it; returns what was held of it."""
        held = self.held(ride_id)
        if held is not None and held.tablet_id != tablet_id:
            raise NotYours(ride_id)
        self.db.execute("INSERT INTO withdrawn VALUES (?, ?) ON CONFLICT (ride_id) DO NOTHING", (ride_id, tablet_id))
        if held is not None:
            self.db.execute("DELETE FROM points WHERE ride_no = ?", (held.no,))
            self.db.execute("DELETE FROM rides WHERE no = ?", (held.no,))
        return held

    def _append(self, held: Held, points: Sequence[Point], now: float) -> Held:
        if not points or points[0].second > held.position:
            return held
        fresh = tuple(points[held.position - points[0].second :])
        if not fresh:
            return held
        self.db.executemany(INSERT_POINT, [(held.no, *astuple(point)) for point in fresh])
        position = fresh[-1].second + 1
        self.db.execute("UPDATE rides SET position = ?, arrived_at = ? WHERE no = ?", (position, now, held.no))
        return replace(held, position=position, arrived_at=now, stored=fresh)

    def held(self, ride_id: str, tablet_id: str | None = None) -> Held | None:
        """What is held of a ride, ``None`` when it is unknown (or not this tablet's)."""
        row = self.db.execute(
            f"SELECT {RIDE} FROM rides WHERE id = ? AND tablet_id = coalesce(?, tablet_id)", (ride_id, tablet_id)
        ).fetchone()
        return _held(row) if row else None

    def rides(self, tablet_id: str, limit: int, before: str | None = None) -> list[Held]:
        """This tablet's rides, newest first; only those older than the ride ``before`` when it is given."""
        older = "AND (started_at, id) < (SELECT started_at, id FROM rides WHERE id = ?)" if before else ""
        rows = self.db.execute(
            f"SELECT {RIDE} FROM rides WHERE tablet_id = ? {older} ORDER BY started_at DESC, id DESC LIMIT ?",
            (tablet_id, *([before] if before else []), limit),
        )
        return [_held(row) for row in rows]

    def class_rides(self, class_id: str) -> list[Held]:
        """All rides of a class, in the order in which they first arrived."""
        rows = self.db.execute(f"SELECT {RIDE} FROM rides WHERE class_id = ? ORDER BY no", (class_id,))
        return [_held(row) for row in rows]

    def points(self, ride_no: int) -> list[Point]:
        """A ride's seconds, in order."""
        rows = self.db.execute(
            "SELECT second, at, class_s, cadence_rpm, resistance_pct, power_w, heart_rate_bpm, speed_kmh"
            " FROM points WHERE ride_no = ? ORDER BY second",
            (ride_no,),
        )
        return [Point(*row) for row in rows]

    def totals(self, ride_no: int) -> Totals:
        """Sums and means over what is held of a ride."""
        return Totals(*self.db.execute(TOTALS, (ride_no,)).fetchone())

    def put_quality(self, ride_no: int, quality: Quality) -> None:
        """Keep how well the picture of a ride's class came, in place of what was kept before."""
        record = json.dumps(to_json(quality))
        self.db.execute(
            "UPDATE rides SET quality = ?, difficulty = coalesce(?, difficulty) WHERE no = ?",
            (record, quality.difficulty, ride_no),
        )

    def ratings(self) -> dict[str, tuple[float, int]]:
        """How hard riders find the classes: the mean of 1 to 10, and of how many; a rider's newest word counts."""
        rows = self.db.execute(
            """SELECT class_id, avg(difficulty), count(*) FROM rides AS rated
               WHERE difficulty IS NOT NULL AND class_id IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM rides AS newer WHERE newer.class_id = rated.class_id
                   AND newer.tablet_id = rated.tablet_id AND newer.rider_id = rated.rider_id
                   AND newer.difficulty IS NOT NULL AND newer.started_at > rated.started_at)
               GROUP BY class_id"""
        )
        return {class_id: (round(float(mean), 2), int(count)) for class_id, mean, count in rows}

    def quality(self, ride_no: int) -> Quality | None:
        """How well the picture of a ride's class came; ``None`` before its tablet has told."""
        row = self.db.execute("SELECT quality FROM rides WHERE no = ?", (ride_no,)).fetchone()
        return from_json(Quality, json.loads(row[0])) if row and row[0] else None

    def save_curve(self, held: Held, curve: Curve) -> None:
        """Keep a ride's output by class second (see :mod:`sync.cloud.curves`) beside its points."""
        self.db.execute(
            "UPDATE rides SET curve = ?, curve_position = ? WHERE no = ?",
            (zlib.compress(curve.astype("<i4").tobytes(), 1), held.position, held.no),
        )

    def curve(self, held: Held) -> Curve | None:
        """The curve kept for a ride, ``None`` when there is none or it is older than the points."""
        row = self.db.execute(
            "SELECT curve FROM rides WHERE no = ? AND curve_position = position", (held.no,)
        ).fetchone()
        return np.frombuffer(zlib.decompress(row[0]), "<i4").astype(np.int32) if row else None

    def count(self) -> tuple[int, int]:
        """How many rides and seconds are held; also the question by which health checks the store."""
        rides, points = self.db.execute("SELECT count(*), coalesce(sum(position), 0) FROM rides").fetchone()
        return int(rides), int(points)


def _held(row: tuple[object, ...]) -> Held:
    no, tablet_id, *header, position, arrived_at, quality = row
    return Held(no, tablet_id, RideHeader(*header), position, arrived_at, quality is not None)  # type: ignore[arg-type]
