"""Riders' scripts: legs, ramps, stops, loops, and the messages for mistakes."""

from pathlib import Path

import pytest

import virtualbike
from virtualbike.bike import Bike
from virtualbike.rider import Ridden, ScriptedRider
from virtualbike.script import ScriptError, load, parse

PACKAGED = Path(virtualbike.__file__).parent / "rides" / "intervals.toml"

RIDE = """
[[leg]]
seconds = 10
cadence = 80
resistance = [20, 40]

[[leg]]
seconds = 5
cadence = 0
resistance = 40
"""


def test_a_ramp_goes_straight_from_its_first_to_its_second_value():
    script = parse(RIDE)
    assert script.at(0) == (80, 20)
    assert script.at(5) == (80, 30)
    assert script.at(12) == (0, 40)


def test_a_script_without_loop_ends_with_a_stop():
    assert parse(RIDE).at(1000) == (0.0, 40.0)


def test_a_looped_script_begins_again():
    assert parse("loop = true\n" + RIDE).at(15 * 3 + 5) == (80, 30)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "ride:1: a script needs at least one [[leg]]"),
        ("[[leg]]\nseconds = 10\ncadence = 80\n", "ride:1: leg 1 lacks 'resistance'"),
        (RIDE.replace("cadence = 0", "cadence = 999"), "ride:9: 'cadence' is 999; it must lie between 0 and 200"),
        (
            RIDE.replace("cadence = 0", "cadence = 'fast'"),
            "ride:9: 'cadence' is a number, or two for a ramp: [from, to]",
        ),
        (RIDE.replace("[20, 40]", "[20, 40, 60]"), "ride:5: 'resistance' is a number, or two for a ramp: [from, to]"),
        (RIDE.replace("seconds = 5", "seconds = 0"), "ride:8: 'seconds' is 0; it must lie between 0.1 and 86400"),
        (RIDE.replace("seconds = 5", "seconds = [5, 6]"), "ride:8: 'seconds' is one number"),
        (RIDE + "watts = 3\n", "ride:11: unknown key 'watts'; a leg has seconds, cadence and resistance"),
        ("lop = true\n" + RIDE, "ride:1: unknown key 'lop'; there are only 'loop' and [[leg]]"),
        ("\nloop = 3\n" + RIDE, "ride:2: 'loop' is true or false"),
        ("loop = true\n[[leg]\n", "ride:2:"),
        ("loop = ", "ride:1:"),
    ],
)
def test_a_mistake_is_told_with_its_line(text, message):
    with pytest.raises(ScriptError) as told:
        parse(text, "ride")
    assert str(told.value).startswith(message)


def test_a_missing_script_is_named(tmp_path):
    with pytest.raises(ScriptError, match="there is no such file"):
        load(tmp_path / "none.toml")


def test_a_script_that_is_no_text_is_named(tmp_path):
    (tmp_path / "picture.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScriptError, match="cannot be read as text"):
        load(tmp_path / "picture.toml")


def cadences(seed, seconds, script):
    start = script.at(0.0)
    ridden = Ridden(Bike(cadence_rpm=start[0], resistance_pct=start[1]), ScriptedRider(script, seed=seed))
    return [ridden.advance(float(second)).cadence_rpm for second in range(seconds)]


def test_the_packaged_ride_is_pleasant_and_never_stops():
    script = load(PACKAGED)
    assert script.loop
    ridden = cadences(3, round(script.seconds) + 60, script)
    assert min(ridden) >= 68 and max(ridden) <= 105


def test_a_rider_is_near_the_target_but_not_a_machine():
    script = parse("loop = true\n[[leg]]\nseconds = 60\ncadence = 85\nresistance = 35\n")
    ridden = cadences(5, 300, script)
    assert sum(ridden) / len(ridden) == pytest.approx(85, abs=2)
    assert len({round(cadence) for cadence in ridden}) >= 3


def test_one_seed_rides_alike_and_another_differently():
    script = load(PACKAGED)
    assert cadences(1, 40, script) == cadences(1, 40, script)
    assert cadences(1, 40, script) != cadences(2, 40, script)


def test_a_stop_brings_the_pedals_to_rest_within_seconds():
    script = parse(RIDE)
    assert cadences(1, 16, script)[14] == 0.0
