"""The bike's answers, byte for byte."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtualbike.bike import Bike
from virtualbike.calibration import BIKE_A, BIKE_B
from virtualbike.noise import Noise
from virtualbike.peloton import PelotonBike, digits, frame


def answers(bike, request, **options):
    return [reply.data.hex(" ") for reply in PelotonBike(lambda: bike, **options).feed(bytes.fromhex(request))]


class Reading:
    """A bike whose sensors show chosen values."""

    calibration = BIKE_A
    resistance_pct = 40.4

    def __init__(self, cadence_rpm=0.0, power_w=0.0, raw=0):
        self.cadence_rpm, self.power_w, self._raw = cadence_rpm, power_w, raw

    def raw_resistance(self):
        return self._raw


@pytest.mark.parametrize(
    ("bike", "request_", "reply"),
    [
        (Reading(cadence_rpm=92), "f5 41 36 f6", "f1 41 03 32 39 30 d0 f6"),
        (Reading(cadence_rpm=51), "f5 41 36 f6", "f1 41 03 31 35 30 cb f6"),
        (Reading(), "f5 41 36 f6", "f1 41 03 30 30 30 c5 f6"),
        (Reading(power_w=233.6), "f5 44 39 f6", "f1 44 05 36 33 33 32 30 38 f6"),
        (Reading(), "f5 44 39 f6", "f1 44 05 30 30 30 30 30 2a f6"),
        (Reading(raw=474), "f5 4a 3f f6", "f1 4a 04 34 37 34 30 0e f6"),
        (Reading(), "f7 00 f7 f6", "f1 f7 04 34 36 31 30 b7 f6"),
        (Reading(), "f7 1e 15 f6", "f1 f7 04 37 36 39 30 c2 f6"),
        (Reading(), "fe 00 fe f6", "f1 fe 03 35 31 30 88 f6"),
        (Reading(), "f5 fb f0 f6", "f1 fb 07 01 13 f6 12 34 56 78 11 f6"),
    ],
)
def test_every_request_has_its_reply(bike, request_, reply):
    assert answers(bike, request_) == [reply]


def test_the_terminator_may_come_first_and_be_missing_at_the_end():
    assert answers(Reading(cadence_rpm=92), "f6 f5 41 36") == ["f1 41 03 32 39 30 d0 f6"]
    assert len(answers(Reading(), "f6 f5 41 36 f6 f5 44 39 f6 f5 4a 3f")) == 3


def test_resistance_in_percent_only_from_a_bike_that_knows_it():
    assert answers(Reading(), "f5 49 3e f6") == []
    assert answers(Reading(), "f5 49 3e f6", scaled_resistance=True) == ["f1 49 03 30 34 30 d1 f6"]


@pytest.mark.parametrize(
    "nonsense",
    [
        "f5 41 37 f6",  # wrong checksum
        "f5 99 8e f6",  # unknown code
        "f7 1f 16 f6",  # past the table's end
        "fe 01 ff f6",
        "f6 f6 f6",
        "00 ff 41 36",
        "",
    ],
)
def test_nonsense_is_not_answered(nonsense):
    assert answers(Reading(), nonsense) == []


def test_a_request_after_nonsense_is_answered():
    assert len(answers(Reading(), "f5 f5 f5 41 37 f6 f5 41 36 f6")) == 1


@given(st.lists(st.integers(0, 12), max_size=10))
def test_a_request_in_pieces_is_answered_alike(cuts):
    stream = bytes.fromhex("f5 41 36 f6 f6 f5 44 39 f7 00 f7 f6")
    bike = PelotonBike(lambda: Reading(92, 233.6))
    edges = [0, *sorted(cuts), len(stream)]
    pieces = [stream[begin:end] for begin, end in pairwise(edges)]
    assert len([reply for piece in pieces for reply in bike.feed(piece)]) == 3


def test_the_whole_table_of_either_bike_can_be_read():
    for table in (BIKE_A, BIKE_B):
        bike = PelotonBike(lambda table=table: Bike(table))
        for index, counts in enumerate(table):
            (reply,) = bike.feed(bytes([0xF7, index, (0xF7 + index) & 0xFF, 0xF6]))
            assert reply.data == frame(0xF7, digits(counts, 4))


def test_replies_take_as_long_as_the_real_bikes():
    bike = PelotonBike(lambda: Reading())
    ride = [bike.feed(bytes.fromhex("f54136f6"))[0].delay_s for _ in range(300)]
    boot = [bike.feed(bytes.fromhex("f700f7f6"))[0].delay_s for _ in range(300)]
    assert min(ride) >= 200e-6 and 2000e-6 < max(ride) <= 2700e-6
    assert min(boot) >= 200e-6 and max(boot) <= 1000e-6


def test_noise_damages_its_share_of_the_bytes():
    data = random.Random(1).randbytes(20_000)
    assert Noise(0.0).pass_through(data) == data
    damaged = Noise(0.1, seed=2).pass_through(data)
    assert 900 < len(data) - len(damaged) < 1100
    assert Noise(0.1, seed=2).pass_through(data) == damaged
