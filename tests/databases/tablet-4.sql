BEGIN TRANSACTION;
CREATE TABLE classes (id TEXT PRIMARY KEY, place INTEGER NOT NULL, record TEXT NOT NULL);
CREATE TABLE leaders (class_id TEXT PRIMARY KEY, record TEXT NOT NULL);
CREATE TABLE points (
    ride_no INTEGER NOT NULL REFERENCES rides (no) ON DELETE CASCADE,
    second INTEGER NOT NULL,
    at REAL NOT NULL,
    class_s REAL,
    cadence_rpm REAL,
    resistance_pct REAL,
    power_w REAL,
    heart_rate_bpm REAL, speed_kmh REAL,
    PRIMARY KEY (ride_no, second)
) WITHOUT ROWID;
INSERT INTO "points" VALUES(1,0,1700000000.0,0.0,85.0,40.0,200.0,NULL,28.5);
INSERT INTO "points" VALUES(1,1,1700000001.0,1.0,85.0,40.0,200.0,NULL,28.5);
INSERT INTO "points" VALUES(1,2,1700000002.0,2.0,85.0,40.0,200.0,NULL,28.5);
CREATE TABLE riders (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    colour INTEGER NOT NULL DEFAULT 0,
    pin_hash TEXT,
    weekly_goal INTEGER NOT NULL DEFAULT 3,
    weight_kg REAL NOT NULL DEFAULT 75,
    birth_year INTEGER,
    ftp_w REAL NOT NULL DEFAULT 200,
    created_at REAL NOT NULL
);
CREATE TABLE rides (
    no INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    rider_id TEXT NOT NULL,
    rider_name TEXT NOT NULL,
    class_id TEXT,
    started_at REAL NOT NULL,
    finished_at REAL,
    seconds INTEGER, kj REAL, distance_m REAL, kcal REAL,
    cadence_avg REAL, cadence_best REAL,
    resistance_avg REAL, resistance_best REAL,
    power_avg REAL, power_best REAL,
    heart_rate_avg REAL, heart_rate_best REAL,
    acknowledged INTEGER NOT NULL DEFAULT 0,
    finished_acknowledged INTEGER NOT NULL DEFAULT 0,
    refused TEXT
, quality TEXT, quality_acknowledged INTEGER NOT NULL DEFAULT 0);
INSERT INTO "rides" VALUES(1,'00000000000000000000000000000001','ada','Ada','climb',1700000000.0,1700000003.0,3,0.6,10.0,1.0,85.0,85.0,NULL,NULL,NULL,NULL,NULL,NULL,0,0,NULL,NULL,0);
CREATE TABLE sensors (url TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE standings (ride_id TEXT PRIMARY KEY, class_id TEXT NOT NULL, record TEXT NOT NULL);
CREATE INDEX rides_by_rider ON rides (rider_id, started_at);
CREATE INDEX rides_waiting ON rides (started_at) WHERE finished_acknowledged = 0;
CREATE INDEX rides_by_class ON rides (rider_id, class_id, kj);
CREATE INDEX rides_quality_waiting ON rides (started_at) WHERE quality IS NOT NULL AND quality_acknowledged = 0;
COMMIT;
PRAGMA user_version = 4;
