"""The ride engine: what a rider sees in the totals, whatever the sensors and the clock do."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.ride import Pause, Ride, RideState, totals_of
from drivers import gatt
from drivers.overhearing import Overhearing
from drivers.recording import Header, Moment
from drivers.sample import Sample
from drivers.sensor import SensorStatus

WALL = 1_800_000_000.0


def says(at_s, source="bike", **values):
    return Sample(at_s=at_s, source=source, **values)


class Rider:
    """Rides an engine: speaks every 0.3 s as a bike does, and lets time pass 20 times a second."""

    def __init__(self, ride=None, start=True):
        self.ride = ride or Ride()
        self.now = 100.0
        self.points = []
        if start:
            self.ride.start(self.now)

    def go(self, seconds, class_s=None, **values):
        for i in range(round(seconds * 20)):
            if values and i % 6 == 0:
                self.ride.feed(says(self.now, **values))
            self.now = round(self.now + 0.05, 2)
            clock = None if class_s is None else class_s(self.now)
            self.points += self.ride.advance(self.now, WALL + self.now, clock)
        return self


def test_one_point_a_second_with_the_means():
    rider = Rider().go(10, cadence_rpm=90.0, resistance_pct=40.0, power_w=200.0)
    assert [point.second for point in rider.points] == list(range(10))
    assert all((p.cadence_rpm, p.resistance_pct, p.power_w) == (90.0, 40.0, 200.0) for p in rider.points)
    assert rider.points[0].heart_rate_bpm is None, "what nobody measured is absent, not 0"
    assert rider.points[4].at == pytest.approx(WALL + 105, abs=0.01)
    assert rider.ride.totals.kj == pytest.approx(2.0)


def test_totals_against_known_rides():
    """200 W for ten minutes: 120 kJ, 21.40 mph on the bike's own curve, ACSM calories for 75 kg."""
    totals = Rider().go(600, cadence_rpm=90.0, power_w=200.0).ride.totals
    assert totals.kj == pytest.approx(120.0, abs=0.05)
    assert totals.distance_m == pytest.approx(21.40 * 1609.344 / 6, rel=0.002)
    assert totals.kcal == pytest.approx(10 * (1.8 * 6.118 * 200 + 7 * 75) / 200, rel=0.002)
    assert totals.power_w.average == pytest.approx(200) and totals.power_w.best == pytest.approx(200)


def test_a_silent_sensor_is_stale_after_2_s_and_gone_after_4():
    rider = Rider().go(3, cadence_rpm=90.0, power_w=200.0)
    heard = 102.7  # the last word of the bike
    assert not rider.ride.now(heard + 1.9).power_w.stale
    stale = rider.ride.now(heard + 2.1).power_w
    assert stale.stale and stale.value == 200
    assert rider.ride.now(heard + 4.2).power_w.value is None


def test_silence_is_not_counted_as_power_nor_as_standing_still():
    rider = Rider().go(5, cadence_rpm=90.0, power_w=200.0).go(20)
    assert rider.ride.state is RideState.RIDING, "the ride goes on without its sensor"
    assert len(rider.points) == 25
    assert rider.points[-1].power_w is None
    assert rider.ride.totals.kj == pytest.approx(0.2 * 7, abs=0.15), "the last value counts for 2 s, no longer"


def test_pauses_by_itself_after_3_s_without_pedalling_and_goes_on_with_the_first_turn():
    rider = Rider().go(5, cadence_rpm=90.0, power_w=200.0).go(2.5, cadence_rpm=0.0, power_w=0.0)
    assert rider.ride.state is RideState.RIDING
    rider.go(1, cadence_rpm=0.0, power_w=0.0)
    assert (rider.ride.state, rider.ride.paused) == (RideState.PAUSED, Pause.NO_PEDALLING)
    seconds = len(rider.points)
    rider.go(60, cadence_rpm=0.0, power_w=0.0)
    assert len(rider.points) == seconds, "a pause has no seconds"
    rider.go(2.1, cadence_rpm=60.0, power_w=80.0)
    assert rider.ride.state is RideState.RIDING
    assert len(rider.points) in (seconds + 2, seconds + 3)
    assert [p.second for p in rider.points] == list(range(len(rider.points)))


def test_does_not_pause_before_the_first_turn():
    rider = Rider().go(10, cadence_rpm=0.0, power_w=0.0)
    assert rider.ride.state is RideState.RIDING


def test_auto_pause_can_be_off():
    rider = Rider(Ride(auto_pause=False)).go(5, cadence_rpm=90.0).go(10, cadence_rpm=0.0)
    assert rider.ride.state is RideState.RIDING


def test_a_planned_pause_waits_for_the_rider():
    rider = Rider().go(5, cadence_rpm=90.0, power_w=200.0)
    rider.ride.pause(rider.now)
    rider.go(30, cadence_rpm=90.0, power_w=200.0)
    assert (rider.ride.state, len(rider.points)) == (RideState.PAUSED, 5)
    rider.ride.unpause(rider.now)
    rider.go(5, cadence_rpm=90.0, power_w=200.0)
    assert len(rider.points) == 10
    assert rider.ride.totals.kj == pytest.approx(2.0, abs=0.01)


def test_continuing_by_hand_while_standing_still_does_not_pause_again_at_once():
    rider = Rider().go(5, cadence_rpm=90.0).go(4, cadence_rpm=0.0)
    assert rider.ride.state is RideState.PAUSED
    rider.ride.unpause(rider.now)
    rider.go(4, cadence_rpm=0.0)
    assert rider.ride.state is RideState.RIDING


def test_a_run_on_a_treadmill_has_its_distance_and_pauses_with_the_belt():
    rider = Rider().go(60, speed_kmh=12.0, incline_pct=2.0, distance_m=500.0)
    assert len(rider.points) == 60 and {point.speed_kmh for point in rider.points} == {12.0}
    assert rider.ride.totals.distance_m == pytest.approx(200) and rider.ride.totals.kj == 0
    assert rider.ride.now(rider.now).speed_kmh == 12.0 and rider.ride.totals.power_w.average is None
    rider.go(4, speed_kmh=0.0)
    assert rider.ride.paused is Pause.NO_PEDALLING
    rider.go(1, speed_kmh=8.0)
    assert rider.ride.state is RideState.RIDING
    assert totals_of(rider.points, 75.0).distance_m == rider.ride.totals.distance_m


def test_a_treadmills_own_bytes_become_a_run():
    heard = Overhearing(Header("ble://AA:BB:CC:DD:EE:FF"), SensorStatus("ble://AA:BB:CC:DD:EE:FF", "Belt"))
    ride, points = Ride(), []
    ride.start(0.0)
    for second in range(1, 31):
        # Treadmill Data: speed 10.80 km/h, distance, slope 1.5 %, ramp angle, heart rate 150 bpm
        data = bytes.fromhex("0c01") + (1080).to_bytes(2, "little") + (3 * second).to_bytes(3, "little")
        data += bytes.fromhex("0f00000096")
        for sample in heard.take(Moment(float(second), True, gatt.TREADMILL_DATA, data), float(second)):
            ride.feed(sample)
        points += ride.advance(float(second), WALL + second)
    assert {(point.speed_kmh, point.heart_rate_bpm) for point in points[2:]} == {(10.8, 150.0)}
    assert ride.totals.distance_m == pytest.approx(3 * 29)


def test_where_power_is_known_the_speed_follows_from_it_alone():
    rider = Rider().go(10, cadence_rpm=90.0, power_w=200.0, speed_kmh=99.0)
    assert {point.speed_kmh for point in rider.points} == {None}
    assert rider.ride.totals.distance_m == pytest.approx(10 * 9.57, rel=0.01)


def test_a_tablet_that_slept_invents_no_seconds():
    rider = Rider().go(5, cadence_rpm=90.0, power_w=200.0)
    rider.now += 600
    rider.go(5, cadence_rpm=90.0, power_w=200.0)
    assert len(rider.points) in (10, 9)


def test_a_late_frame_loses_no_seconds():
    rider = Rider().go(5, cadence_rpm=90.0, power_w=200.0)
    rider.now += 4.0
    rider.points += rider.ride.advance(rider.now, WALL + rider.now)
    assert len(rider.points) == 9


def test_the_class_clock_is_stamped_at_each_seconds_end():
    rider = Rider().go(5, class_s=lambda now: now - 60.0, cadence_rpm=90.0)
    assert [p.class_s for p in rider.points] == [pytest.approx(41.0 + i, abs=0.02) for i in range(5)]


def test_resume_goes_on_where_the_kept_points_end():
    kept = Rider().go(30, cadence_rpm=90.0, power_w=200.0).points
    ride = Ride.resume(kept)
    assert ride.state is RideState.PAUSED and ride.totals.seconds == 30
    rider = Rider(ride, start=False)
    ride.unpause(rider.now)
    rider.go(10, cadence_rpm=90.0, power_w=100.0)
    assert [p.second for p in rider.points] == list(range(30, 40))
    assert ride.totals.kj == pytest.approx(7.0, abs=0.01)


def test_finish_keeps_only_whole_seconds():
    rider = Rider().go(5.5, cadence_rpm=90.0)
    rider.points += rider.ride.finish(rider.now + 0.2, WALL)
    assert rider.ride.state is RideState.FINISHED and len(rider.points) == 5
    assert rider.ride.advance(rider.now + 20, WALL) == []


def test_the_sources_of_values_are_told():
    ride = Ride()
    ride.feed(says(1.0, "serial:///dev/bike", cadence_rpm=80.0))
    ride.feed(says(1.0, "ble://strap", heart_rate_bpm=140.0))
    now = ride.now(1.1)
    assert (now.cadence_rpm.source, now.heart_rate_bpm.source) == ("serial:///dev/bike", "ble://strap")


steps = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0.001, 3.0)),
        st.tuples(st.just("power"), st.floats(0, 900)),
        st.tuples(st.just("cadence"), st.floats(0, 140)),
        st.tuples(st.sampled_from(["pause", "unpause"]), st.none()),
    ),
    max_size=80,
)


@given(steps)
def test_points_and_totals_agree_whatever_happens(script):
    """Seconds have no gaps, never more of them than time passed, and the totals are those of the Points."""
    ride, now, points = Ride(), 50.0, []
    ride.start(now)
    for what, value in script:
        if what == "wait":
            now += value
        elif what == "power":
            ride.feed(says(now, power_w=value))
        elif what == "cadence":
            ride.feed(says(now, cadence_rpm=value))
        else:
            getattr(ride, what)(now)
        points += ride.advance(now, WALL + now)
    points += ride.finish(now, WALL + now)
    assert [p.second for p in points] == list(range(len(points)))
    assert len(points) <= now - 50.0 + 1e-6
    assert ride.totals == totals_of(points, 75.0)
    assert all(p.power_w is None or 0 <= p.power_w <= 900 for p in points)
    assert dataclasses.astuple(ride.now(now).totals)[0] == len(points)


@given(st.lists(st.floats(0.01, 0.9), min_size=1, max_size=200))
def test_the_step_of_time_does_not_matter(waits):
    """The same ride in other steps gives the same Points."""

    def ride_in(moments):
        ride, points = Ride(), []
        ride.start(0.0)
        for moment in moments:
            points += ride.advance(moment, WALL + moment)
        return points

    moments, total = [], 0.0
    for wait in waits:
        total += wait
        moments.append(total)
    assert abs(len(ride_in(moments)) - int(total)) <= 1
