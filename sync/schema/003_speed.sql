-- A belt's or a wheel's speed, where no power is known.
ALTER TABLE points ADD COLUMN speed_kmh REAL;
