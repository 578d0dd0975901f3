-- Tablets, the codes that enrol them, the rides they send, and every second of them.

CREATE TABLE tablets (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    token_sha256 TEXT NOT NULL UNIQUE,
    token_bcrypt TEXT NOT NULL,
    enrolled_at DOUBLE PRECISION NOT NULL,
    revoked_at DOUBLE PRECISION
);

CREATE TABLE codes (
    code_sha256 TEXT PRIMARY KEY,
    expires_at DOUBLE PRECISION NOT NULL
);

-- position: seconds 0 to position - 1 are stored. curve: output by class second, see store.py; it is kept only to
-- load a leaderboard quickly and holds good while curve_position = position.
CREATE TABLE rides (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    tablet_id TEXT NOT NULL,
    rider_id TEXT NOT NULL,
    rider_name TEXT NOT NULL,
    class_id TEXT,
    started_at DOUBLE PRECISION NOT NULL,
    finished_at DOUBLE PRECISION,
    position INTEGER NOT NULL DEFAULT 0,
    arrived_at DOUBLE PRECISION,
    curve BLOB,
    curve_position INTEGER
);

CREATE INDEX rides_by_class ON rides (class_id, no);
CREATE INDEX rides_by_tablet ON rides (tablet_id, started_at, id);

CREATE TABLE points (
    ride_no INTEGER NOT NULL REFERENCES rides (no),
    second INTEGER NOT NULL,
    at DOUBLE PRECISION NOT NULL,
    class_s DOUBLE PRECISION,
    cadence_rpm DOUBLE PRECISION,
    resistance_pct DOUBLE PRECISION,
    power_w DOUBLE PRECISION,
    heart_rate_bpm DOUBLE PRECISION,
    PRIMARY KEY (ride_no, second)
) WITHOUT ROWID;
