"""What a ride wants of the brake: when it acts, when it lets go, and what the rider's hand does to it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.brake import AGAIN_RPM, FIRST_S, SLOWEST_RPM, Doing, Mode, RideBrake, zone_middle
from console.cues import Plan
from console.effort import power_zone
from console.ride import Now, Pause, Reading, RideState
from console.settings import Settings
from drivers.control import BrakeTaken, Goal
from drivers.ftms import Range
from sync.records import FitnessClass, Segment, Totals

SEGMENTS = (
    Segment("Warm-up", 60, resistance_pct=(30, 40)),
    Segment("Climb", 60, resistance_pct=(50, 60), zone=4),
    Segment("As you like", 60),
    Segment("Sprint", 60, resistance_pct=(40, 45), zone=6),
)
CLASS = FitnessClass("climb", "Climb", "Ines", "Hills", 1, "", "rays", 0, 240, SEGMENTS, "/m")
PLAN = Plan(CLASS)
RANGES = {"resistance_pct": Range(0, 100, 1), "power_w": Range(25, 800, 1)}


class Bike:
    """A bike's control that has no way to go: what it is told is so."""

    name = "Bike"

    def __init__(self, *metrics):
        self.metrics = frozenset(metrics or RANGES)
        self.goal, self.trouble, self.told = None, None, []

    def limits(self, metric):
        return RANGES[metric]

    def keep(self, metric, value):
        limits = RANGES[metric]
        self.goal = Goal(metric, min(max(value, limits.minimum), limits.maximum))
        self.told.append(self.goal)

    def turned(self, metric, value):
        self.goal = Goal(metric, round(value))

    def let_go(self):
        self.goal = None
        self.told.append(None)


class Store(dict):
    def setting(self, key, default=None):
        return self.get(key, default)

    set_setting = dict.__setitem__


class Riding:
    """A ride at its moment: ``go`` lets time pass."""

    def __init__(self, in_class=True, bike=None, store=None):
        self.bike = bike if bike is not None else Bike()
        self.settings = Settings(store if store is not None else Store())
        segments = SEGMENTS if in_class else ()
        self.brake = RideBrake(lambda: self.bike, self.settings, threshold_w=200.0, segments=segments)
        self.in_class, self.now_s, self.class_s = in_class, 500.0, 0.0
        self.state, self.cadence, self.resistance = RideState.RIDING, 85.0, 35.0

    def go(self, seconds=0.25, follows=True):
        for _ in range(max(round(seconds / 0.25), 1)):
            self.now_s += 0.25
            if self.state is RideState.RIDING:
                self.class_s += 0.25
            if follows and self.bike is not None and self.bike.goal and self.bike.goal.metric == "resistance_pct":
                self.resistance = self.bike.goal.value
            assert self.brake.due(self.now_s)
            self.brake.step(self.now_s, self.now(), PLAN.at(self.class_s) if self.in_class else None)
        return self

    def now(self):
        def reading(value):
            return Reading(value, False, "bike", None)

        pause = Pause.PLANNED if self.state is RideState.PAUSED else None
        values = [reading(self.cadence), reading(self.resistance), reading(150.0), reading(None)]
        return Now(self.state, pause, 10.0, *values, None, Totals())

    @property
    def kept(self):
        return self.bike.goal and (self.bike.goal.metric, self.bike.goal.value)


def test_by_hand_the_brake_is_never_touched():
    ride = Riding().go(100)
    assert ride.brake.mode is Mode.HAND and ride.brake.doing is Doing.BY_HAND
    assert ride.bike.told == [] and ride.brake.trouble is None


def test_it_follows_the_class_from_segment_to_segment():
    ride = Riding()
    ride.brake.choose(Mode.CLASS)
    ride.go(FIRST_S - 0.5)
    assert ride.brake.doing is Doing.WAITS and ride.bike.told == [], "not in the first three seconds"
    ride.go(1)
    assert ride.kept == ("resistance_pct", 35) and ride.brake.doing is Doing.KEEPS
    ride.go(60)
    assert ride.kept == ("resistance_pct", 55)
    ride.go(60)
    assert ride.kept is None and ride.brake.doing is Doing.NO_TARGET, "where the class asks for nothing, by hand"
    ride.go(60)
    assert ride.kept == ("resistance_pct", 42.5)
    ride.go(60)
    assert ride.kept is None, "at the end it is let go"


def test_power_is_the_middle_of_the_zone():
    ride = Riding()
    ride.brake.choose(Mode.POWER)
    ride.go(30)
    assert ride.kept is None and ride.brake.doing is Doing.NO_TARGET
    ride.go(40)
    assert ride.kept == ("power_w", pytest.approx(195))
    for zone in range(1, 8):
        assert power_zone(zone_middle(zone) * 250, 250) == zone


def test_in_a_free_ride_the_rider_sets_the_power_and_it_is_remembered():
    store = Store()
    ride = Riding(in_class=False, store=store)
    assert ride.brake.choices == (Mode.HAND, Mode.POWER)
    ride.brake.choose(Mode.POWER)
    ride.go(4)
    assert ride.kept == ("power_w", 100)
    ride.brake.nudge(3)
    ride.go()
    assert ride.kept == ("power_w", 115)
    ride.brake.nudge(-100)
    ride.go()
    assert ride.kept == ("power_w", 25)
    ride.brake.nudge(7)
    again = Riding(in_class=False, store=store).go(4)
    assert again.brake.mode is Mode.POWER and again.kept == ("power_w", 60)
    assert Riding(store=store).brake.mode is Mode.HAND, "a class is another matter"


def test_plus_and_minus_shift_the_target_until_the_segment_ends():
    ride = Riding()
    ride.brake.choose(Mode.CLASS)
    ride.go(5)
    ride.brake.nudge(4)
    ride.go(10)
    assert ride.kept == ("resistance_pct", 39) and ride.brake.offset == 4
    ride.go(60)
    assert ride.kept == ("resistance_pct", 55) and ride.brake.offset == 0
    ride.brake.nudge(80)
    ride.go()
    ride.brake.nudge(-1)
    ride.go()
    assert ride.kept == ("resistance_pct", 99), "what is beyond the bike's range is not remembered"


def test_the_riders_own_turn_of_the_knob_stays_until_the_segment_ends():
    ride = Riding()
    ride.brake.choose(Mode.CLASS)
    ride.go(5)
    for ride.resistance in (37.0, 41.0, 45.0):
        ride.go(0.5, follows=False)
    assert ride.brake.offset == 0, "the hand is still turning"
    ride.go(2, follows=False)
    assert ride.brake.offset == pytest.approx(10) and ride.kept == ("resistance_pct", 45)
    ride.go(60)
    assert ride.kept == ("resistance_pct", 55) and ride.brake.offset == 0


def test_a_brake_on_its_way_is_no_hand_on_the_knob():
    ride = Riding()
    ride.resistance = 10.0
    ride.brake.choose(Mode.CLASS)
    ride.go(30, follows=False)
    assert ride.brake.offset == 0 and ride.kept == ("resistance_pct", 35)
    ride.bike.trouble = BrakeTaken("Bike")
    ride.go(3, follows=True)
    ride.resistance = 48.0
    ride.go(3, follows=False)
    assert ride.brake.offset == pytest.approx(13), "a bike may end our control because its knob was turned"
    assert ride.brake.trouble is ride.bike.trouble


def test_a_power_is_let_go_when_the_legs_are_too_slow():
    ride = Riding(in_class=False)
    ride.brake.choose(Mode.POWER)
    ride.go(5)
    ride.cadence = SLOWEST_RPM - 1
    ride.go()
    assert ride.kept is None and ride.brake.doing is Doing.SLOW_LEGS
    ride.cadence = AGAIN_RPM
    ride.go(5)
    assert ride.kept is None
    ride.cadence = AGAIN_RPM + 1
    ride.go()
    assert ride.kept == ("power_w", 100)
    ride.cadence = None
    ride.go()
    assert ride.kept is None and ride.brake.doing is Doing.NO_CADENCE, "legs that nobody knows of are no better"
    ride.cadence = SLOWEST_RPM + 1
    ride.go()
    assert ride.brake.doing is Doing.SLOW_LEGS


def test_a_pause_lets_go_and_three_seconds_after_it_goes_on():
    ride = Riding()
    ride.brake.choose(Mode.CLASS)
    ride.go(5)
    ride.state = RideState.PAUSED
    ride.go()
    assert ride.bike.told[-1] is None and ride.brake.doing is Doing.WAITS
    ride.state = RideState.RIDING
    ride.go(2.5)
    assert ride.kept is None
    ride.go(1)
    assert ride.kept == ("resistance_pct", 35)
    ride.brake.let_go()
    assert ride.kept is None, "the end of the ride"


def test_a_bike_that_comes_back_is_taken_again():
    ride = Riding()
    ride.brake.choose(Mode.CLASS)
    ride.go(5)
    first, ride.bike = ride.bike, None
    ride.go(5)
    assert ride.brake.doing is Doing.UNABLE and ride.brake.choices == () and first.goal is None
    ride.bike = Bike()
    ride.go(1)
    assert ride.kept is None
    ride.go(3)
    assert ride.kept == ("resistance_pct", 35)


def test_a_bike_is_offered_what_it_can():
    assert Riding().brake.choices == (Mode.HAND, Mode.CLASS, Mode.POWER)
    assert Riding(bike=Bike("resistance_pct")).brake.choices == (Mode.HAND, Mode.CLASS)
    assert Riding(bike=Bike("resistance_pct"), in_class=False).brake.choices == (Mode.HAND,)
    ride = Riding(bike=Bike("resistance_pct"))
    ride.brake.choose(Mode.POWER)
    ride.go(70)
    assert ride.brake.doing is Doing.UNABLE and ride.kept is None
    with pytest.raises(ValueError):
        Riding(in_class=False).brake.choose(Mode.CLASS)


EVENTS = st.one_of(
    st.tuples(st.just("mode"), st.sampled_from(list(Mode))),
    st.tuples(st.just("cadence"), st.one_of(st.none(), st.floats(0, 130))),
    st.tuples(st.just("resistance"), st.one_of(st.none(), st.floats(0, 100))),
    st.tuples(st.just("state"), st.sampled_from([RideState.RIDING, RideState.RIDING, RideState.PAUSED])),
    st.tuples(st.just("nudge"), st.integers(-30, 30)),
    st.tuples(st.just("bike"), st.booleans()),
    st.tuples(st.just("wait"), st.integers(1, 60)),
)


@settings(max_examples=150, deadline=None)
@given(st.booleans(), st.lists(EVENTS, max_size=30))
def test_whatever_happens_it_acts_only_where_it_may(in_class, events):
    ride, riding_s, slow = Riding(in_class), 0.0, False
    for what, value in events:
        if what == "mode" and (in_class or value is not Mode.CLASS):
            ride.brake.choose(value)
        elif what == "nudge":
            ride.brake.nudge(value)
        elif what == "bike" and value != (ride.bike is not None):
            ride.bike, riding_s = (Bike() if value else None), 0.0
        elif what in ("cadence", "resistance", "state"):
            setattr(ride, what, value)
        for _ in range(value if what == "wait" else 1):
            ride.go(follows=False)
            riding_s = riding_s + 0.25 if ride.state is RideState.RIDING else 0.0
            if ride.cadence is None or ride.cadence < SLOWEST_RPM:
                slow = True
            elif ride.cadence > AGAIN_RPM:
                slow = False
            goal = ride.bike.goal if ride.bike else None
            assert (goal is not None) == (ride.brake.doing is Doing.KEEPS)
            if goal is None:
                continue
            assert ride.brake.mode is not Mode.HAND and ride.state is RideState.RIDING and riding_s >= FIRST_S
            assert RANGES[goal.metric].minimum <= goal.value <= RANGES[goal.metric].maximum
            assert (goal.metric == "power_w") == (ride.brake.mode is Mode.POWER)
            assert goal.metric == "resistance_pct" or not slow
            assert not in_class or ride.class_s < PLAN.length_s
