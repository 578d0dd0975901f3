-- How well the picture came, as JSON; quality_acknowledged: the cloud holds it.
ALTER TABLE rides ADD COLUMN quality TEXT;
ALTER TABLE rides ADD COLUMN quality_acknowledged INTEGER NOT NULL DEFAULT 0;
CREATE INDEX rides_quality_waiting ON rides (started_at) WHERE quality IS NOT NULL AND quality_acknowledged = 0;
