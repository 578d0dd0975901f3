"""The virtual trainer through a ride: its numbers follow, and never freeze; who may set the brake, and how far."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ride import Ride
from console.trainer.control_point import ControlPoint
from console.trainer.peripheral import SERVICES, Peripheral
from drivers import ftms, gatt
from drivers.ftms import Range, Target
from drivers.ftms_control import Op, Result, parse_response, request_control, reset, set_power, set_resistance, simulate
from drivers.heart_rate import HeartRateDecoder
from drivers.sample import Sample


class Ear:
    """Keeps what the trainer says, by moment."""

    def __init__(self):
        self.said, self.buts, self.at_s = [], [], 0.0

    def hear(self, characteristic, data, but=None):
        self.said.append((round(self.at_s, 3), characteristic, data))
        self.buts.append(but)

    def of(self, characteristic):
        return [(at_s, data) for at_s, said, data in self.said if said == characteristic]

    def bike(self):
        return [(at_s, ftms.parse_indoor_bike(data)) for at_s, data in self.of(gatt.INDOOR_BIKE_DATA)]


class Brake:
    """Notes what it is asked for."""

    def __init__(self, *metrics):
        self.metrics, self.kept, self.held = frozenset(metrics), [], 0

    def limits(self, metric):
        return Range(0, 100, 1) if metric == "resistance_pct" else Range(25, 800, 1)

    def keep(self, metric, value):
        self.kept.append((metric, value))

    def let_go(self):
        self.held += 1


class Evening:
    """A ride, twice a second told to a trainer."""

    def __init__(self):
        self.ride, self.trainer, self.ear, self.at_s = Ride(), Peripheral(), Ear(), 100.0
        self.trainer.join(self.ear)
        self.ride.start(self.at_s)

    def go(self, seconds, **values):
        for _ in range(round(seconds * 2)):
            self.at_s += 0.5
            if values:
                self.ride.feed(Sample(self.at_s, "bike", **values))
            self.ride.advance(self.at_s, 1.7e9)
            self.tell(self.ride.now(self.at_s))

    def tell(self, now):
        self.ear.at_s = self.at_s
        self.trainer.step(now, self.at_s)


@pytest.fixture
def evening():
    return Evening()


def test_the_numbers_are_those_of_the_ride(evening):
    evening.go(20, cadence_rpm=92.0, power_w=233.6, resistance_pct=44.6, heart_rate_bpm=143.0)
    at_s, bike = evening.ear.bike()[-1]
    assert at_s == evening.at_s
    assert (bike["cadence_rpm"], bike["power_w"], bike["resistance_level"], bike["heart_rate_bpm"]) == (
        92,
        234,
        45,
        143,
    )
    assert bike["elapsed_s"] == 20 and bike["speed_kmh"] == pytest.approx(evening.ride.now(at_s).speed_kmh, abs=0.01)
    assert bike["distance_m"] == pytest.approx(20 * bike["speed_kmh"] / 3.6, abs=12)
    [(_, data)] = evening.ear.of(gatt.HEART_RATE_MEASUREMENT)[-1:]
    assert HeartRateDecoder().feed(data, 0.0) == {"heart_rate_bpm": 143}
    assert evening.ear.of(gatt.TRAINING_STATUS)[-1][1] == b"\x00\x0d"


def test_what_no_sensor_says_is_never_told(evening):
    evening.go(10, heart_rate_bpm=120.0)
    assert not evening.ear.bike() and not evening.ear.of(gatt.CYCLING_POWER_MEASUREMENT)
    evening.go(10, power_w=150.0)
    assert "cadence_rpm" not in evening.ear.bike()[-1][1]
    assert evening.ear.of(gatt.CYCLING_POWER_MEASUREMENT)[-1][1] == bytes([0, 0, 150, 0])


def test_silence_goes_to_zero_then_ends(evening):
    evening.go(10, cadence_rpm=90.0, power_w=200.0, heart_rate_bpm=140.0)
    silent_s = evening.at_s
    evening.go(20)
    heard = [
        (at_s - silent_s, bike["power_w"], bike["cadence_rpm"], bike["heart_rate_bpm"], bike["speed_kmh"])
        for at_s, bike in evening.ear.bike()
        if at_s > silent_s
    ]
    assert all(power == 200 for after_s, power, *_ in heard if after_s <= 2.0), "a moment's silence is not a stop"
    assert all(numbers == [0, 0, 0, 0] for after_s, *numbers in heard if after_s > 2.0), "frozen values are a lie"
    assert 5.0 <= heard[-1][0] <= 6.0
    for characteristic in (gatt.CYCLING_POWER_MEASUREMENT, gatt.HEART_RATE_MEASUREMENT):
        assert 5.0 <= evening.ear.of(characteristic)[-1][0] - silent_s <= 6.0
    assert evening.ear.of(gatt.HEART_RATE_MEASUREMENT)[-1][1] == b"\x00\x00"
    evening.go(5, cadence_rpm=80.0, power_w=150.0)
    assert evening.ear.bike()[-1][1]["power_w"] == 150


def test_one_silent_sensor_does_not_silence_the_others(evening):
    evening.go(10, cadence_rpm=90.0, power_w=200.0, heart_rate_bpm=140.0)
    evening.go(10, cadence_rpm=91.0, power_w=210.0)
    last = evening.ear.bike()[-1][1]
    assert last["power_w"] == 210 and "heart_rate_bpm" not in last
    assert evening.ear.of(gatt.HEART_RATE_MEASUREMENT)[-1][0] < evening.at_s - 3


def test_the_end_of_the_ride_is_zero_and_then_silence(evening):
    evening.go(10, cadence_rpm=90.0, power_w=200.0)
    ended_s = evening.at_s
    for _ in range(20):
        evening.at_s += 0.5
        evening.tell(None)
    after = [(at_s - ended_s, bike) for at_s, bike in evening.ear.bike() if at_s > ended_s]
    assert after and all(bike["power_w"] == bike["cadence_rpm"] == bike["speed_kmh"] == 0 for _, bike in after)
    assert 3.0 <= after[-1][0] <= 3.5
    assert after[-1][1]["distance_m"] > 50, "the distance does not jump back"
    assert evening.ear.of(gatt.TRAINING_STATUS)[-1][1] == evening.trainer.read(gatt.TRAINING_STATUS) == b"\x00\x01"


def test_all_that_can_be_read_is_read_and_nothing_else():
    trainer = Peripheral()
    for offered in SERVICES.values():
        for characteristic, properties in offered.items():
            if "read" in properties:
                assert trainer.read(characteristic)
            else:
                with pytest.raises(KeyError):
                    trainer.read(characteristic)


def ask(point, client, request):
    return parse_response(point.ask(client, request).indication).result


def test_without_the_riders_leave_nothing_is_supported():
    point = ControlPoint(lambda: None)
    assert point.targets == Target(0)
    for request in (request_control(), set_resistance(40), set_power(200), reset(), b"\x07", b"", b"\xff"):
        assert point.ask("app", request).indication == bytes([0x80, *(request[:1] or b"\xff"), Result.NOT_SUPPORTED])


def test_one_program_sets_the_brake_as_far_as_the_bike_can():
    brake = Brake("resistance_pct", "power_w")
    point = ControlPoint(lambda: brake)
    assert point.targets == Target.RESISTANCE | Target.POWER and point.power_limits == Range(25, 800, 1)
    assert ask(point, "app", set_resistance(40)) is Result.NOT_PERMITTED
    assert ask(point, "app", request_control()) is ask(point, "app", request_control()) is Result.DONE
    assert ask(point, "watch", request_control()) is ask(point, "watch", set_power(100)) is Result.NOT_PERMITTED
    assert ask(point, "app", set_resistance(40)) is ask(point, "app", set_resistance(4, octets=1)) is Result.DONE
    assert ask(point, "app", set_power(220)) is Result.DONE
    assert brake.kept == [("resistance_pct", 40), ("resistance_pct", 4), ("power_w", 220)]
    for refused in (set_resistance(101), set_power(900), set_power(-1), b"\x04", b"\x05\x01", b"\x04\x01\x02\x03"):
        assert ask(point, "app", refused) is Result.INVALID_PARAMETER
    assert ask(point, "app", simulate(grade_pct=3)) is Result.NOT_SUPPORTED
    assert len(brake.kept) == 3


@pytest.mark.parametrize(
    "leaves", [lambda point: ask(point, "app", reset()), lambda point: point.gone("app"), lambda point: point.revoke()]
)
def test_the_brake_is_let_go_when_its_program_goes(leaves):
    brake = Brake("power_w")
    point = ControlPoint(lambda: brake)
    for request in (request_control(), set_power(220)):
        ask(point, "app", request)
    leaves(point)
    assert brake.held == 1
    assert ask(point, "app", set_power(220)) is Result.NOT_PERMITTED
    assert ask(point, "watch", request_control()) is Result.DONE


def test_a_bike_with_power_only_takes_no_resistance():
    point = ControlPoint(lambda: Brake("power_w"))
    ask(point, "app", request_control())
    assert ask(point, "app", set_resistance(40)) is Result.NOT_SUPPORTED
    assert ask(point, "app", bytes([Op.START])) is ask(point, "app", bytes([Op.STOP, 1])) is Result.DONE
    assert ask(point, "app", bytes([Op.STOP])) is Result.INVALID_PARAMETER


def test_the_others_are_told_what_one_has_set():
    trainer, ear = Peripheral(lambda: Brake("resistance_pct", "power_w")), Ear()
    trainer.join(ear)
    for request in (request_control(), set_resistance(46), set_power(220), simulate(grade_pct=1)):
        trainer.write("app", request)
    told = [ftms.parse_status(data) for _, data in ear.of(gatt.FITNESS_MACHINE_STATUS)]
    assert [(status.event.name, status.value) for status in told] == [("RESISTANCE", 46), ("POWER", 220)]
    assert ear.buts == ["app", "app"]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.binary(max_size=6)), max_size=30))
def test_any_request_is_answered_and_the_brake_stays_in_its_range(requests):
    brake = Brake("resistance_pct", "power_w")
    point = ControlPoint(lambda: brake)
    for client, request in requests:
        indication = point.ask(client, request).indication
        assert len(indication) == 3 and indication[0] == 0x80 and indication[2] in list(Result)
    assert all(0 <= value <= 100 if metric == "resistance_pct" else 25 <= value <= 800 for metric, value in brake.kept)
