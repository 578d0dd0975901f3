"""Riders: the people who share a tablet, and the table that keeps them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from uuid import uuid4

from sync.tables import Tables

GUEST_ID = "guest"
MOST_RIDERS = 8


@dataclass(frozen=True, slots=True)
class Rider:
    """One rider's profile. ``colour`` is 0-5; ``ftp_w`` the threshold power; ``pin_hash`` is ``None`` without a PIN."""

    id: str
    name: str
    colour: int = 0
    pin_hash: str | None = None
    weekly_goal: int = 3
    weight_kg: float = 75.0
    birth_year: int | None = None
    ftp_w: float = 200.0
    created_at: float = 0.0

    @property
    def initials(self) -> str:
        """Two letters for the rider's sign: of two names the first of each, of one its first two."""
        names = self.name.split()
        return (names[0][0] + names[-1][0] if len(names) > 1 else self.name[:2]).upper()

    @property
    def is_guest(self) -> bool:
        """Whether this is the guest, whose rides are not kept."""
        return self.id == GUEST_ID

    @staticmethod
    def new_id() -> str:
        """A fresh rider id."""
        return uuid4().hex


GUEST = Rider(GUEST_ID, "Guest", colour=4)
_COLUMNS = tuple(field.name for field in fields(Rider))


class RiderTable(Tables):
    """The riders of this tablet."""

    def riders(self) -> list[Rider]:
        """All riders, in the order in which they were added."""
        rows = self.db.execute(f"SELECT {', '.join(_COLUMNS)} FROM riders ORDER BY created_at, id")
        return [Rider(*row) for row in rows]

    def save_rider(self, rider: Rider) -> None:
        """Add a rider, or change one."""
        if rider.is_guest:
            raise ValueError("the guest is not kept")
        with self.writing() as db:
            db.table("riders").upsert(asdict(rider), pk="id")

    def delete_rider(self, rider_id: str) -> None:
        """Remove a rider and all their rides from this tablet."""
        with self.writing() as db:
            db.execute("DELETE FROM standings WHERE ride_id IN (SELECT id FROM rides WHERE rider_id = ?)", (rider_id,))
            db.execute("DELETE FROM rides WHERE rider_id = ?", (rider_id,))
            db.execute("DELETE FROM riders WHERE id = ?", (rider_id,))
