-- What the rider said of the class, 1 to 10; NULL where nothing was said.
ALTER TABLE rides ADD COLUMN difficulty INTEGER;
CREATE INDEX rides_rated ON rides (class_id) WHERE difficulty IS NOT NULL;
