-- The uplink asks every second which rides the cloud does not hold whole: of years of rides, a handful.
CREATE INDEX rides_waiting ON rides (started_at) WHERE finished_acknowledged = 0;

-- Lists mark the best ride of each class: with kj in the index, no other ride has to be read for that.
DROP INDEX rides_by_class;
CREATE INDEX rides_by_class ON rides (rider_id, class_id, kj);
