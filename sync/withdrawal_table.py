"""Rides that their rider did not want to keep: gone here at once, and from the cloud as soon as it is told."""

from __future__ import annotations

from sync.riders import GUEST_ID
from sync.tables import Tables


class WithdrawalTable(Tables):
    """What the cloud still has to forget."""

    def discard_ride(self, ride_id: str) -> None:
        """Forget a ride, with its Points; :meth:`withdrawn` tells of it until the cloud has forgotten it too."""
        with self.writing() as db:
            db.execute(
                "INSERT INTO withdrawn SELECT id FROM rides WHERE id = ? AND rider_id != ? ON CONFLICT DO NOTHING",
                (ride_id, GUEST_ID),
            )
            db.execute("DELETE FROM standings WHERE ride_id = ?", (ride_id,))
            db.execute("DELETE FROM rides WHERE id = ?", (ride_id,))

    def withdrawn(self) -> list[str]:
        """The rides of which the cloud has to be told."""
        return [ride_id for (ride_id,) in self.db.execute("SELECT ride_id FROM withdrawn ORDER BY ride_id")]

    def withdrawal_told(self, ride_id: str) -> None:
        """The cloud has forgotten a ride."""
        with self.writing() as db:
            db.execute("DELETE FROM withdrawn WHERE ride_id = ?", (ride_id,))
