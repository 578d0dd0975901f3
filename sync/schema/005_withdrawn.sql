-- Rides that their rider did not want to keep, and of which the cloud does not know that yet.
CREATE TABLE withdrawn (
    ride_id TEXT PRIMARY KEY
) WITHOUT ROWID;
