"""Rides and their Points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from sync.records import Figures, Point, RideHeader, Totals
from sync.tables import Tables

_POINT = tuple(field.name for field in fields(Point))
_HEADER = ("id", "rider_id", "rider_name", "started_at", "class_id", "finished_at")
_FIGURES = ("cadence", "resistance", "power", "heart_rate")
_SUMMARY = f"""
    SELECT {", ".join(f"rides.{name}" for name in _HEADER)},
      coalesce(seconds, (SELECT count(*) FROM points WHERE ride_no = rides.no)) AS seconds,
      coalesce(kj, (SELECT total(power_w) / 1000 FROM points WHERE ride_no = rides.no)) AS kj,
      distance_m, kcal, {", ".join(f"{name}_avg, {name}_best" for name in _FIGURES)},
      class_id IS NOT NULL AND finished_at IS NOT NULL AND kj > 0 AND kj >= (SELECT max(kj) FROM rides AS other
        WHERE other.rider_id = rides.rider_id AND other.class_id = rides.class_id) AS is_best,
      finished_acknowledged = 0 AND refused IS NULL AND rider_id != 'guest' AS waiting,
      (SELECT json_extract(record, '$.title') FROM classes WHERE classes.id = rides.class_id) AS title
    FROM rides
"""


@dataclass(frozen=True, slots=True)
class RideSummary:
    """One ride as lists and the summary show it. ``title`` is the class's, ``None`` for a free ride or a class
    that is no longer known; ``is_best`` the rider's highest output in this class; ``waiting`` not yet in the cloud."""

    header: RideHeader
    totals: Totals
    title: str | None
    is_best: bool
    waiting: bool


class RideTable(Tables):
    """The rides of this tablet."""

    def begin_ride(self, header: RideHeader) -> None:
        """Keep a ride that starts now."""
        with self.writing() as db:
            db.table("rides").insert({name: getattr(header, name) for name in _HEADER})

    def append(self, ride_id: str, points: Sequence[Point]) -> None:
        """Keep Points of a ride; on return they are on the disk. A second that is kept already stays as it is.

        Raises KeyError for an id that is not kept here.
        """
        marks = ", ".join("?" * len(_POINT))
        with self.writing() as db:
            no = self._no(ride_id)
            db.conn.executemany(
                f"INSERT INTO points (ride_no, {', '.join(_POINT)}) VALUES (?, {marks})"
                " ON CONFLICT (ride_no, second) DO NOTHING",
                [(no, *astuple(point)) for point in points],
            )

    def finish_ride(self, ride_id: str, finished_at: float, totals: Totals) -> None:
        """Keep a ride's end and what it came to. Raises KeyError for an id that is not kept here."""
        values: dict[str, Any] = {"finished_at": finished_at, "seconds": totals.seconds, "kj": totals.kj}
        values |= {"distance_m": totals.distance_m, "kcal": totals.kcal}
        for name, figures in zip(_FIGURES, _figures(totals), strict=True):
            values |= {f"{name}_avg": figures.average, f"{name}_best": figures.best}
        changes = ", ".join(f"{name} = :{name}" for name in values)
        with self.writing() as db:
            db.execute(f"UPDATE rides SET {changes} WHERE no = :no", values | {"no": self._no(ride_id)})

    def unfinished_ride(self) -> RideHeader | None:
        """The newest ride that was begun and never finished, as after a crash."""
        row = self.db.execute(
            f"SELECT {', '.join(_HEADER)} FROM rides WHERE finished_at IS NULL ORDER BY started_at DESC LIMIT 1"
        ).fetchone()
        return RideHeader(*row) if row else None

    def ride(self, ride_id: str) -> RideSummary:
        """One ride. Raises KeyError for an id that is not kept here."""
        for summary in self._summaries("WHERE rides.id = ?", (ride_id,)):
            return summary
        raise KeyError(ride_id)

    def keep_pulled(self, header: RideHeader, points: Sequence[Point], finished: bool) -> None:
        """Keep a ride that came back from the cloud, acknowledged as it is."""
        with self.writing() as db:
            self.begin_ride(header)
            self.append(header.id, points)
            db.execute(
                "UPDATE rides SET acknowledged = ?, finished_acknowledged = ? WHERE id = ?",
                (len(points), finished, header.id),
            )

    def uncounted_rides(self) -> list[RideHeader]:
        """Finished rides whose totals nobody has counted yet, as after a pull."""
        rows = self.db.execute(
            f"SELECT {', '.join(_HEADER)} FROM rides WHERE finished_at IS NOT NULL AND seconds IS NULL"
        )
        return [RideHeader(*row) for row in rows]

    def has_ride(self, ride_id: str) -> bool:
        """Whether a ride is kept here."""
        return self.db.execute("SELECT 1 FROM rides WHERE id = ?", (ride_id,)).fetchone() is not None

    def rides(
        self, rider_id: str, since: float | None = None, until: float | None = None, limit: int | None = None
    ) -> list[RideSummary]:
        """A rider's finished rides that started in [since, until), newest first."""
        where = "WHERE rider_id = ? AND finished_at IS NOT NULL AND started_at >= ? AND started_at < ?"
        values = (rider_id, since or 0.0, until if until is not None else 1e12, -1 if limit is None else limit)
        return self._summaries(f"{where} ORDER BY started_at DESC LIMIT ?", values)

    def points(self, ride_id: str) -> list[Point]:
        """All Points of a ride, in order."""
        columns = ", ".join(f"points.{name}" for name in _POINT)
        rows = self.db.execute(
            f"SELECT {columns} FROM points JOIN rides ON rides.no = ride_no WHERE rides.id = ? ORDER BY second",
            (ride_id,),
        )
        return [Point(*row) for row in rows]

    def best_ride(self, rider_id: str, class_id: str) -> RideSummary | None:
        """The rider's finished ride of this class with the highest output."""
        where = "WHERE rider_id = ? AND class_id = ? AND finished_at IS NOT NULL AND kj > 0"
        best = self._summaries(f"{where} ORDER BY kj DESC, started_at LIMIT 1", (rider_id, class_id))
        return best[0] if best else None

    def left_off(self, rider_id: str, at_least_left_s: float = 60.0) -> tuple[RideSummary, float] | None:
        """The rider's newest class ride, with its last class second, if that ride ended well before its class did."""
        row = self.db.execute(
            """SELECT rides.id, (SELECT max(class_s) FROM points WHERE ride_no = rides.no),
                 (SELECT json_extract(record, '$.duration_s') FROM classes WHERE id = rides.class_id)
               FROM rides WHERE rider_id = ? AND class_id IS NOT NULL AND finished_at IS NOT NULL
               ORDER BY started_at DESC, no DESC LIMIT 1""",
            (rider_id,),
        ).fetchone()
        if row is None or row[1] is None or row[2] is None or row[2] - row[1] < at_least_left_s:
            return None
        return self.ride(row[0]), row[1]

    def _no(self, ride_id: str) -> int:
        row = self.db.execute("SELECT no FROM rides WHERE id = ?", (ride_id,)).fetchone()
        if row is None:
            raise KeyError(ride_id)
        return int(row[0])

    def _summaries(self, where: str, values: tuple[Any, ...]) -> list[RideSummary]:
        return [_summary(row) for row in self.db.execute(f"{_SUMMARY} {where}", values)]


def _figures(totals: Totals) -> tuple[Figures, ...]:
    return (totals.cadence_rpm, totals.resistance_pct, totals.power_w, totals.heart_rate_bpm)


def _summary(row: tuple[Any, ...]) -> RideSummary:
    header, rest = RideHeader(*row[:6]), row[6:]
    seconds, kj, distance_m, kcal = rest[:4]
    figures = [Figures(*rest[i : i + 2]) for i in range(4, 12, 2)]
    totals = Totals(seconds, kj, distance_m or 0.0, kcal or 0.0, *figures)
    return RideSummary(header, totals, rest[14], bool(rest[12]), bool(rest[13]))
