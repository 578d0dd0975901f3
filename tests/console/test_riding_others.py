"""The free ride, the summary and the sensors as a rider meets them: real sessions, a real cache, real touches."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from console.ride import RideState
from drivers.sensor import LinkState
from tests.gallery.window import part, step


@pytest.fixture
def idle(stage: Any) -> Any:
    """A free ride nobody has begun."""
    from tests.gallery.staged_ride import StagedRide

    ride = StagedRide(stage, None)
    stage.cache.set_setting("just_ride.goal", "")
    stage.go("just-ride")
    return ride


def test_the_first_turn_of_the_pedals_wakes_bike_and_ride(size: tuple[int, int], idle: Any, see: Any) -> None:
    assert {"Turn the pedals to wake the bike", "0:00", "–"} <= see(idle)
    idle.go(3, cadence_rpm=0.0, power_w=0.0)
    assert idle.session.now().state is RideState.IDLE and "0:00" in see(idle)
    idle.go(4.5, cadence_rpm=88.0, resistance_pct=42.0, power_w=204.0)
    words = see(idle)
    assert {"88", "204", "42", "Zone 4, threshold", "0:04", "Last 10 minutes"} <= words
    assert "Turn the pedals to wake the bike" not in words


def test_without_any_sensor_the_clock_runs_and_nothing_is_invented(
    stage: Any, finger: Any, idle: Any, see: Any
) -> None:
    from tests.gallery.writing import target

    stage.sensing.sensors.clear()
    idle.heart = False
    words = see(idle)
    assert "No bike is paired" in words and any("stay unknown" in line for line in words)
    finger.tap(target("Start the clock"))
    idle.go(75, bike=False)
    words = see(idle)
    assert {"1:15", "–"} <= words
    finger.tap(part(stage, "lap"))
    idle.go(0.3, bike=False)
    see(idle)
    assert idle.session.laps == [75]
    assert [figure.value for figure in part(stage, "totals").figures] == ["–", "–", "–", "1"]


def test_leaving_before_the_first_turn_asks_nothing(stage: Any, finger: Any, idle: Any, see: Any) -> None:
    see(idle)
    finger.tap(part(stage, "leave"))
    assert stage.done == [("end_ride",)]


def test_leaving_a_ride_asks_first(stage: Any, finger: Any, idle: Any, see: Any) -> None:
    from tests.gallery.writing import target

    idle.go(20)
    see(idle)
    finger.tap(part(stage, "leave"))
    assert "END THE RIDE?" in see(idle) and not stage.done
    finger.tap(target("Keep riding"))
    assert "END THE RIDE?" not in see(idle) and not stage.done


def test_a_goal_is_chosen_counted_down_and_kept_for_next_time(stage: Any, finger: Any, idle: Any, see: Any) -> None:
    from tests.gallery.writing import target

    idle.go(60, power_w=200.0, cadence_rpm=90.0)
    assert "Set a goal" in see(idle)
    finger.tap(part(stage, "goal"))
    see(idle)
    finger.tap(target("100 kJ"))
    assert "Goal 100 kJ, 88 to go" in see(idle)
    idle.go(445, power_w=200.0, cadence_rpm=90.0)
    assert "Goal 100 kJ reached" in see(idle)
    stage.go("just-ride")
    assert "Goal 100 kJ reached" in see(idle), "the goal is kept"


def test_pause_and_continue(stage: Any, finger: Any, idle: Any, see: Any) -> None:
    from tests.gallery.writing import target

    idle.go(20)
    see(idle)
    finger.tap(part(stage, "pause"))
    assert {"Paused", "0:20", "Nothing is counted."} <= see(idle)
    idle.go(10)
    finger.tap(target("Continue"))
    idle.go(1)
    assert "0:21" in see(idle)


def test_laps_are_counted_and_said(stage: Any, finger: Any, idle: Any, see: Any) -> None:
    idle.go(300)
    see(idle)
    finger.tap(part(stage, "lap"))
    assert {"Lap 1", "5:00", "lap"} <= see(idle)
    idle.go(4)
    assert "Lap 1" not in see(idle)


def test_a_lost_bike_is_said_on_the_free_ride_too(idle: Any, see: Any) -> None:
    idle.go(20)
    idle.go(4.5, bike=False)
    assert {"Bike signal lost", "–"} <= see(idle)
    idle.go(0.6)
    assert "Bike is back" in see(idle)


def test_a_new_best_is_lime_and_says_by_how_much(stage: Any) -> None:
    from console import theme
    from tests.gallery.riding import ridden, summarise
    from tests.gallery.writing import said

    ride_id = ridden(stage, 1.3)
    summarise(stage, ride_id)
    words = said(stage.navigation.screen)
    kj = stage.cache.ride(ride_id).totals.kj
    assert {"Ride complete", "New best", f"{kj:,.0f}", "Saved here, on its way to the cloud"} <= words
    assert any(line.startswith("+") and "since" in line for line in words)
    assert part(stage, "total").filled == 1.0 and list(part(stage, "total").ink) == theme.INK


def test_the_summary_keeps_up_with_cloud_and_rank(stage: Any) -> None:
    from sync.records import Answer, Board, Standings
    from tests.gallery.riding import ridden, summarise
    from tests.gallery.writing import said

    ride_id = ridden(stage, 0.9)
    stage.set_network("OFFLINE", waiting=1)
    summarise(stage, ride_id)
    screen = stage.navigation.screen
    assert "Saved here. Waiting for network" in said(screen)
    stage.set_network("ONLINE")
    stage.cache.acknowledge(Answer(ride_id, 1680, True))
    stage.cache.put_standings(Standings("sunset-climb", ride_id, 1680.0, 0.0, Board(12, 5), Board(12, 5)))
    screen.draw(100.0)
    step()
    assert {"Saved here and in the cloud", "Rank 5 of 12 here"} <= said(screen)


def test_a_very_short_ride_is_kept_only_on_request(stage: Any, finger: Any) -> None:
    from tests.gallery.riding import ridden, summarise
    from tests.gallery.writing import said, target

    ride_id = ridden(stage, seconds=34)
    summarise(stage, ride_id)
    screen = stage.navigation.screen
    assert {"KEEP THIS RIDE?", "It lasted 0:34."} <= said(screen)
    finger.tap(target("Keep it"))
    step()
    assert "Ride ended early" in said(screen) and stage.cache.has_ride(ride_id)
    assert any("0:34 of 28:00" in line for line in said(screen))
    other_id = ridden(stage, seconds=35)
    summarise(stage, other_id)
    finger.tap(target("Throw it away"))
    assert not stage.cache.has_ride(other_id) and stage.navigation.here == "home"


def test_from_the_summary_on(stage: Any, finger: Any) -> None:
    from tests.gallery.riding import ridden, summarise
    from tests.gallery.writing import target

    summarise(stage, ridden(stage, 1.0))
    finger.tap(target("3"))  # how hard it was
    finger.tap(target("Cool down"))
    assert stage.done[-1][:2] == ("start_class", "first-ten")
    finger.tap(target("Done"))
    assert stage.navigation.here == "home"


@pytest.fixture
def listening(stage: Any) -> Any:
    """The sensors' screen, with two paired sensors that speak."""
    from tests.gallery.staged_ride import StagedRide

    ride = StagedRide(stage, None)
    ride.go(30)
    stage.session = None
    stage.go("sensors")
    return ride


def test_every_sensor_says_how_it_does_and_every_number_where_it_comes_from(
    size: tuple[int, int], stage: Any, listening: Any, see: Any
) -> None:
    status = stage.sensing.sensors[0].status
    status.bytes_seen, status.last_frame_at_s = 1_234_567, listening.now_s - 12.0
    stage.sensing.sensors[1].status.state = LinkState.SILENT
    words = see(listening)
    assert {"Bike", "Cable at ttyUSB0", "Receiving", "1.2 MB", "12 s"} <= words
    assert {"Strap 11873", "No beat"} <= words and any(line.startswith("Connected, but it feels") for line in words)
    rows = stage.navigation.screen.ids.sources.rows
    assert (rows["cadence_rpm"].source, rows["heart_rate_bpm"].source) == ("Bike", "Strap 11873")
    assert rows["power_w"].value == str(round(stage.sensing.latest("power_w").value))


def test_a_tap_on_a_number_draws_its_last_minute(stage: Any, finger: Any, listening: Any, see: Any) -> None:
    assert "Cadence, last 60 s" in see(listening)
    finger.tap(stage.navigation.screen.ids.sources.rows["power_w"])
    assert "Output, last 60 s" in see(listening)


def test_what_is_found_can_be_paired_and_what_is_paired_is_remembered(
    stage: Any, finger: Any, listening: Any, see: Any
) -> None:
    from drivers.discovery import Found
    from tests.gallery.writing import target

    url = "serial:///dev/ttyUSB1?protocol=peloton"
    stage.sensing.found = [Found(url, "Bike cable at /dev/ttyUSB1", "bike", "USB serial, FTDI")]
    assert {"Bike cable at /dev/ttyUSB1", "USB serial, FTDI", "Found"} <= see(listening)
    finger.tap(target("Pair"))
    assert stage.sensing.asked == [("pair", url)]
    assert (url, "Bike cable at /dev/ttyUSB1", "bike") in stage.cache.sensors()
    assert "Found" not in see(listening)
    stage.cache.forget_sensor(url)


async def test_forgetting_a_sensor_takes_two_taps(stage: Any, finger: Any, listening: Any, see: Any) -> None:
    from tests.gallery.writing import target

    see(listening)
    row = stage.navigation.screen._rows[False, stage.sensing.sensors[0].url]
    finger.tap(row.ids.act)
    assert not stage.sensing.asked and "Really?" in see(listening)
    listening.go(5)
    assert "Really?" not in see(listening), "the question goes away by itself"
    finger.tap(row.ids.act)
    see(listening)
    finger.tap(target("Really?"))
    await stage.navigation.screen._forgetting
    assert [what for what, _url in stage.sensing.asked] == ["forget"]


def test_after_20_s_without_anything_there_is_advice(stage: Any, listening: Any, see: Any) -> None:
    stage.sensing.sensors.clear()
    assert "Plug it in" not in see(listening)
    listening.now_s += 21
    assert {"Nothing found yet. Three things to try", "Plug it in", "Turn the pedals"} <= see(listening)


def test_the_rider_chooses_who_is_believed_and_it_is_kept(
    size: tuple[int, int], stage: Any, finger: Any, listening: Any, see: Any
) -> None:
    from console.settings import Settings
    from tests.gallery.sight import find
    from tests.gallery.writing import target

    see(listening)
    finger.tap(stage.navigation.screen.ids.sources.rows["power_w"])
    assert "Output, last 60 s" in see(listening)
    finger.tap(target("Automatic"))
    step(3)
    with pytest.raises(AssertionError):
        find("Strap 11873")  # it does not speak of power
    finger.tap(find("Bike"))
    step(3)
    assert "Your choice" in see(listening)
    assert Settings(stage.cache).source_power_w == stage.sensing.sensors[0].url
    finger.tap(stage.navigation.screen.ids.sources.rows["cadence_rpm"])
    assert "Automatic" in see(listening), "each number has its own"


def test_the_change_of_a_segment_is_heard_wherever_the_rider_looks(stage: Any) -> None:
    from console.latency import Latency
    from console.tones import Tone
    from console.turns import Turns
    from tests.gallery.riding import SECOND_PUSH_S, ride_to

    ride, heard = ride_to(stage, SECOND_PUSH_S + 19), list[Tone]()
    stage.sounds = SimpleNamespace(prepare=lambda: None, play=heard.append)
    stage.latency = Latency()
    stage.go("sensors")
    turns = Turns(stage)
    for _moment in range(70):
        ride.go(0.1)
        turns.turn(0.1)
    assert heard == [Tone.TICK, Tone.TICK, Tone.TICK, Tone.CHANGE]
    ride.session.pause()
    turns.turn(0.1)
    assert len(heard) == 4
