"""How the classes of rides were, and which of that the cloud does not hold yet."""

from __future__ import annotations

import json
from dataclasses import replace

from sync.records import Quality, from_json, to_json
from sync.riders import GUEST_ID
from sync.tables import Tables


class QualityTable(Tables):
    """Kept with the rides; what is told to the cloud when a ride is over and the cloud holds the ride."""

    def put_quality(self, ride_id: str, quality: Quality) -> None:
        """Keep how a ride's class was, in place of what was kept before; the rider's word stays."""
        with self.writing() as db:
            before = self.quality(ride_id)
            if quality.difficulty is None and before is not None:
                quality = replace(quality, difficulty=before.difficulty)
            record = json.dumps(to_json(quality))
            db.execute("UPDATE rides SET quality = ?, quality_acknowledged = 0 WHERE id = ?", (record, ride_id))

    def rate(self, ride_id: str, difficulty: int) -> None:
        """Keep the rider's word on how hard a ride's class was, 1 to 10."""
        with self.writing():
            self.put_quality(ride_id, replace(self.quality(ride_id) or Quality(), difficulty=difficulty))

    def quality(self, ride_id: str) -> Quality | None:
        """How well a ride's picture came; ``None`` when nothing is known of that."""
        row = self.db.execute("SELECT quality FROM rides WHERE id = ?", (ride_id,)).fetchone()
        return from_json(Quality, json.loads(row[0])) if row and row[0] else None

    def refuse_quality(self, ride_id: str) -> None:
        """The cloud does not take what is said of this ride: keep it here, and do not send it again."""
        with self.writing() as db:
            db.execute("UPDATE rides SET quality_acknowledged = 1 WHERE id = ?", (ride_id,))

    def waiting_quality(self) -> list[str]:
        """Rides whose Quality is due in the cloud, newest first; never a guest's, nor those of refused rides."""
        rows = self.db.execute(
            """SELECT id FROM rides WHERE quality IS NOT NULL AND quality_acknowledged = 0 AND finished_acknowledged = 1
                 AND refused IS NULL AND rider_id != ? ORDER BY started_at DESC""",
            (GUEST_ID,),
        )
        return [row[0] for row in rows]
