"""The control point, rule by rule, and what control does to the ride."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtualbike import gatt_table as table
from virtualbike.bike import Bike, power_w, resistance_pct
from virtualbike.faults import Happening
from virtualbike.gatt_bike import GattBike
from virtualbike.gatt_table import GattError
from virtualbike.rider import SteadyRider

EVERYTHING = [number for number, may in table.PROPERTIES.items() if may & {"notify", "indicate"}]


class Bench:
    """A ridden bike with two clients that hear everything; ``a`` has asked for control unless told otherwise."""

    def __init__(self, *, control=True, cadence=85, resistance=35):
        rider = SteadyRider(cadence, resistance)
        self.bike = GattBike(rider, Bike(cadence_rpm=cadence, resistance_pct=resistance))
        self.now_s = 0.0
        self.bike.advance(0.0)
        for client in "ab":
            self.bike.connect(client)
            for number in EVERYTHING:
                self.bike.subscribe(client, number, True)
        if control:
            assert self.ask("00") == "800001"

    def write(self, request, client="a"):
        """All that is told, as (client, characteristic, hex)."""
        notices = self.bike.write(client, table.CONTROL_POINT, bytes.fromhex(request))
        self.bike.confirmed(client)
        return [(notice.client, notice.characteristic, notice.data.hex()) for notice in notices]

    def ask(self, request, client="a"):
        """The answer to a request."""
        (told, characteristic, answer), *_ = self.write(request, client)
        assert (told, characteristic) == (client, table.CONTROL_POINT)
        return answer

    def ride(self, seconds):
        self.now_s += seconds
        for second in range(int(seconds)):
            self.bike.advance(self.now_s - seconds + second)
        return self.bike.advance(self.now_s)


@pytest.mark.parametrize("request_", ["01", "042a", "059600", "07", "0801", "11000000002833", "12384a"])
def test_nothing_happens_without_control(request_):
    bench = Bench(control=False)
    assert bench.write(request_) == [("a", table.CONTROL_POINT, f"80{request_[:2]}05")]


def test_control_may_be_asked_for_twice_by_who_has_it():
    assert Bench().ask("00") == "800001"


def test_control_is_refused_to_another_until_it_is_free():
    bench = Bench()
    assert bench.ask("00", "b") == "800005"
    assert bench.ask("059600", "b") == "800505"
    bench.bike.disconnect("a")
    assert bench.ask("00", "b") == "800001"


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("0428", "800401"),  # one byte, in 0.1, as the specification has it
        ("049001", "800401"),  # two bytes, as most apps have it
        ("04e803", "800401"),
        ("04e903", "800403"),
        ("04ffff", "800403"),
        ("04", "800403"),
        ("04000000", "800403"),
        ("050000", "800501"),
        ("052003", "800501"),
        ("052103", "800503"),
        ("05ffff", "800503"),
        ("0564", "800503"),
        ("0700", "800703"),
        ("0803", "800803"),
        ("08", "800803"),
        ("0000", "800003"),
        ("0100", "800103"),
        ("110000f4012833", "801101"),
        ("1100", "801103"),
        ("12384a", "801201"),
        ("120000", "801203"),
        ("026400", "800202"),
        ("0300", "800302"),
        ("1301", "801302"),
        ("14aa00", "801402"),
        ("ff", "80ff02"),
        ("80", "808002"),
    ],
)
def test_every_request_has_its_result(request_, answer):
    assert Bench().ask(request_) == answer


def test_starting_and_stopping_follow_the_state():
    bench = Bench()
    steps = ["0801", "07", "07", "0802", "0802", "0801", "0801", "07", "0801", "0802"]
    assert [bench.ask(step)[-1] for step in steps] == ["4", "1", "4", "1", "4", "1", "4", "1", "1", "4"]


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ("0428", "072800"),
        ("049001", "079001"),
        ("059600", "089600"),
        ("11e803f4012833", "12e803f4012833"),
        ("12384a", "13384a"),
        ("01", "01"),
    ],
)
def test_the_other_client_hears_of_a_change_and_who_made_it_does_not(request_, status):
    told = Bench().write(request_)
    assert [who for who in told if who[1] == table.MACHINE_STATUS] == [("b", table.MACHINE_STATUS, status)]


def test_a_refused_request_is_told_to_nobody_else():
    assert len(Bench().write("04ffff")) == 1


def test_both_hear_that_training_begins_and_ends():
    bench = Bench()
    told = bench.write("07")
    assert ("b", table.MACHINE_STATUS, "04") in told
    assert [(who, data) for who, number, data in told if number == table.TRAINING_STATUS] == [
        ("a", "000d"),
        ("b", "000d"),
    ]
    assert bench.bike.read(table.TRAINING_STATUS).hex() == "000d"
    told = bench.write("0802")
    assert ("b", table.MACHINE_STATUS, "0202") in told and ("a", table.TRAINING_STATUS, "0001") in told


def test_a_write_without_subscription_is_an_att_error():
    bench = Bench()
    bench.bike.subscribe("a", table.CONTROL_POINT, False)
    with pytest.raises(GattError) as refused:
        bench.write("00")
    assert refused.value.code == 0xFD


def test_a_request_before_the_last_answer_was_confirmed_is_an_att_error():
    bench = Bench()
    bench.bike.write("a", table.CONTROL_POINT, b"\x07")
    with pytest.raises(GattError) as refused:
        bench.write("0801")
    assert refused.value.code == 0xFE
    assert bench.ask("00", "b") == "800005"  # the other one is not kept waiting
    bench.bike.confirmed("a")
    assert bench.ask("0801") == "800801"


def test_an_empty_write_is_an_att_error():
    with pytest.raises(GattError):
        Bench().write("")


@given(st.binary(min_size=1, max_size=20))
def test_any_bytes_are_answered_with_one_result(request_):
    bench = Bench()
    answer = bytes.fromhex(bench.ask(request_.hex()))
    assert answer[:2] == bytes([0x80, request_[0]]) and len(answer) == 3 and 1 <= answer[2] <= 5


def test_a_target_power_is_held_whatever_the_cadence():
    bench = Bench(cadence=70)
    bench.ask("05" + struct.pack("<h", 180).hex())
    assert bench.ride(10).power_w == pytest.approx(180, rel=0.03)
    fast = Bench(cadence=100)
    fast.ask("05" + struct.pack("<h", 180).hex())
    assert fast.ride(10).power_w == pytest.approx(180, rel=0.03)


@pytest.mark.parametrize(("request_", "pct"), [("0496", 15.0), ("045802", 60.0)])
def test_a_target_resistance_is_turned_to_not_jumped_to(request_, pct):
    bench = Bench(resistance=35)
    bench.ask(request_)
    assert abs(bench.ride(0.1).resistance_pct - 35) < 5
    assert bench.ride(5).resistance_pct == pytest.approx(pct, abs=0.1)


def test_a_hill_is_harder_than_the_flat_and_downhill_is_free():
    def power(grade_pct):
        bench = Bench()
        bench.ask("11" + struct.pack("<hhBB", 0, round(grade_pct * 100), 40, 51).hex())
        return bench.ride(10).power_w

    assert power(-10) < 5
    assert power(0) > 50
    assert power(3) > power(0) + 100


@pytest.mark.parametrize("ends", ["reset", "disconnect", "take back"])
def test_the_knob_is_the_riders_again_when_control_ends(ends):
    bench = Bench(resistance=35)
    bench.ask("045802")
    bench.ride(5)
    if ends == "reset":
        bench.ask("01")
    elif ends == "disconnect":
        bench.bike.disconnect("a")
    else:
        told = [(notice.client, notice.data.hex()) for notice in bench.bike.react(Happening.CONTROL_LOST)]
        assert told == [("a", "ff"), ("b", "ff")]
    assert bench.ride(5).resistance_pct == pytest.approx(35, abs=0.1)
    if ends != "disconnect":
        assert bench.ask("0428") == "800405"


@given(st.floats(50, 120), st.floats(1, 99))
def test_resistance_for_a_power_is_power_at_a_resistance_backwards(cadence, resistance):
    assert resistance_pct(power_w(cadence, resistance), cadence) == pytest.approx(resistance, rel=1e-6)


def test_what_is_readable_can_be_read_and_nothing_else():
    bike = Bench().bike
    for number, may in table.PROPERTIES.items():
        if "read" in may:
            assert bike.read(number)
        else:
            with pytest.raises(GattError):
                bike.read(number)
    with pytest.raises(GattError):
        bike.read(0x2A00)
    with pytest.raises(GattError):
        bike.write("a", table.BATTERY_LEVEL, b"\x01")
    with pytest.raises(GattError):
        bike.subscribe("a", table.MACHINE_FEATURE, True)
