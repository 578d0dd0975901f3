-- Rides that were taken back: what still comes of them is refused.
CREATE TABLE withdrawn (
    ride_id TEXT PRIMARY KEY,
    tablet_id TEXT NOT NULL
);
