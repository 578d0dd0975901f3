"""Whole rides over a damaged line, in simulated time, against the virtual bike on bytes: never a wrong value."""

from itertools import pairwise

import pytest

from drivers import peloton
from drivers.calibration import TableReading
from drivers.peloton import Decoder
from drivers.peloton_poll import KnownBike, PelotonPoll
from virtualbike.bike import Bike, power_w
from virtualbike.calibration import BIKE_A, BIKE_B, TABLES
from virtualbike.noise import Noise
from virtualbike.peloton import PelotonBike

BYTE_S = 10 / 19_200


class Line:
    """A conversation over a line that damages a share of its bytes, each way; values are kept as (at_s, value)."""

    def __init__(self, share, seed, table="a", cadence_rpm=90.0, resistance_pct=40.0):
        self.bike = Bike(TABLES[table], seed=seed, cadence_rpm=cadence_rpm, resistance_pct=resistance_pct)
        self.known = KnownBike()
        self.table_at_s = None
        self.said = {"cadence_rpm": [], "power_w": [], "resistance_pct": []}
        self._answering = PelotonBike(lambda: self.bike, seed=seed)
        self._noise = Noise(share, seed=seed)
        self._poll, self._decoder = PelotonPoll(self.known, 0.0), Decoder()

    def ride(self, seconds):
        poll = self._poll
        while (now_s := poll.next_at_s) < seconds:
            question = self._noise.pass_through(poll.ask(now_s))
            for reply in self._answering.feed(question):
                self._hear(now_s + reply.delay_s + len(reply.data) * BYTE_S, self._noise.pass_through(reply.data))
            if self.known.table and self.table_at_s is None:
                self.table_at_s = now_s
        return self

    def _hear(self, at_s, data):
        bad = self._decoder.bad_frames
        frames = self._decoder.feed(data)
        if self._decoder.bad_frames > bad:
            self._poll.hear_damage(at_s)
        for frame in frames:
            for field, value in self._poll.hear(frame, at_s).items():
                self.said[field].append((at_s, value))


def values(line, field):
    return [value for _, value in line.said[field]]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("table", ["a", "b"])
def test_the_table_is_right_however_the_line_is_damaged(seed, table):
    line = Line(0.05, seed, table).ride(60)
    assert line.known.table is not None, "it must be there within the minute"
    assert line.known.table.counts == (BIKE_A if table == "a" else BIKE_B)


@pytest.mark.parametrize("seed", range(4))
def test_a_long_ride_over_a_bad_line_never_shows_what_was_not_so(seed):
    line = Line(0.05, seed).ride(900)
    assert len(line.said["cadence_rpm"]) > 900
    assert all(abs(value - 90) <= 5 for value in values(line, "cadence_rpm"))
    assert all(abs(value - power_w(90, 40)) <= 15 for value in values(line, "power_w"))
    assert all(abs(value - 40) <= 1.5 for value in values(line, "resistance_pct"))


def test_the_numbers_flow_while_the_table_is_read_over_a_bad_line():
    line = Line(0.05, 1).ride(60)
    times = [at_s for at_s, _ in line.said["cadence_rpm"] if at_s < line.table_at_s]
    assert times[0] < 2.0
    assert max(after - before for before, after in pairwise(times)) < 4.0


@pytest.mark.parametrize(("share", "longest_s"), [(0.0, 1.8), (0.005, 12.0), (0.02, 20.0), (0.05, 60.0)])
def test_how_long_the_table_takes(share, longest_s):
    assert max(Line(share, seed).ride(90).table_at_s for seed in range(6)) < longest_s


def test_a_faultless_line_delays_no_number():
    line = Line(0.0, 1).ride(60)
    line.bike = Bike(BIKE_A, cadence_rpm=60.0, resistance_pct=60.0)
    line.ride(65)
    when = {field: next(at_s for at_s, _ in said if at_s > 60) for field, said in line.said.items()}
    assert when["cadence_rpm"] < 60.31 and when["power_w"] < 60.31
    assert next(value for at_s, value in line.said["cadence_rpm"] if at_s > 60) == 60
    turned = next(at_s for at_s, value in line.said["resistance_pct"] if at_s > 60 and abs(value - 60) < 1)
    assert turned < 60.61


def test_a_spike_of_the_resistance_sensor_is_not_shown():
    line = Line(0.0, 1).ride(20)
    raw, number = line.bike.raw_resistance, iter(range(10**6))
    line.bike.raw_resistance = lambda: 1000 if next(number) % 5 == 0 else raw()
    line.ride(60)
    assert all(abs(value - 40) <= 0.5 for value in values(line, "resistance_pct"))
    assert len([at_s for at_s, _ in line.said["resistance_pct"] if at_s > 20]) > 100


def test_a_lone_zero_is_not_shown_and_a_real_stop_is():
    line = Line(0.0, 1).ride(20)
    turning = line.bike
    line.bike = Bike(BIKE_A)
    line.ride(20.3)
    line.bike = turning
    line.ride(30)
    assert 0 not in values(line, "cadence_rpm")
    line.bike = Bike(BIKE_A, resistance_pct=40.0)
    line.ride(31)
    assert (line.said["cadence_rpm"][-1][1], line.said["power_w"][-1][1]) == (0, 0)


def test_one_damaged_entry_whose_checksum_still_fits_is_outvoted():
    reading = TableReading()
    wrong_once = {7: 641, 20: 300}
    reading.doubt()
    while reading.table() is None:
        index = reading.index
        reading.hear(wrong_once.pop(index, BIKE_A[index]))
    assert reading.table().counts == BIKE_A


def test_without_damage_each_entry_is_asked_for_once():
    reading, asked = TableReading(), []
    while reading.table() is None:
        asked.append(reading.index)
        reading.hear(BIKE_A[reading.index])
    assert asked == list(range(peloton.CALIBRATION_ENTRIES))


def test_a_table_that_falls_is_refused():
    reading = TableReading()
    for entry in (*BIKE_A[:10], *BIKE_A[9:30]):
        reading.hear(entry)
    with pytest.raises(ValueError, match="must rise"):
        reading.table()
