-- How well the picture of a ride's class came, as its tablet told it (JSON, see sync.records.Quality).
ALTER TABLE rides ADD COLUMN quality TEXT;
