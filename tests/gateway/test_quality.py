"""The figures of a view: what the rider saw, and how it came."""

from __future__ import annotations

from console.gateway.quality import Picture, Watch, came, together
from console.gateway.tally import Tally
from sync.records import Quality

WAITED, MOVING, STANDING = Picture.WAITED_FOR, Picture.MOVING, Picture.STANDING


def seen(*parts: tuple[float, Picture]) -> Quality:
    """What a watch says after these pictures, each for some seconds, looked at ten times a second."""
    watch, now_s = Watch(100.0), 100.0
    for seconds, picture in parts:
        for _ in range(round(seconds * 10)):
            watch.step(now_s, picture)
            now_s += 0.1
    watch.step(now_s, parts[-1][1])
    return watch.joined(Quality(), 0, 0)


def test_starting_is_no_stall() -> None:
    told = seen((0.7, WAITED), (10, MOVING))
    assert (told.startup_s, told.played_s, told.stalls, told.stalled_s) == (0.7, 10.0, 0, 0.0)


def test_a_picture_that_never_came_has_no_start() -> None:
    told = seen((20, WAITED))
    assert (told.startup_s, told.played_s, told.stalls, told.stalled_s) == (None, 0.0, 0, 0.0)


def test_stalls_are_counted_and_pauses_are_not() -> None:
    told = seen((0.5, WAITED), (10, MOVING), (2, WAITED), (5, MOVING), (30, STANDING), (5, MOVING), (1, WAITED))
    assert (told.played_s, told.stalls, told.stalled_s) == (20.0, 2, 3.0)


def test_waiting_after_a_pause_is_stalled_time() -> None:
    told = seen((0.5, WAITED), (5, MOVING), (5, STANDING), (1, WAITED), (5, MOVING))
    assert (told.played_s, told.stalled_s) == (10.0, 1.0)


def test_opened_paused_it_has_started_with_the_picture_that_stands() -> None:
    assert seen((0.4, WAITED), (60, STANDING), (5, MOVING)).startup_s == 0.4


def test_how_it_came_tells_the_tablet_from_the_network() -> None:
    tally = Tally()
    tally.served(720, 4.0)
    tally.served(720, 4.0)
    tally.served(360, 4.0)
    tally.from_disk = 1000
    told = came(tally)
    assert (told.path, told.switches, told.rungs) == ("tablet", 1, {"720": 8.0, "360": 4.0})
    tally.bytes_by_pathway["edge"] = 5000
    assert came(tally).path == "hls" and came(tally).bytes_by_pathway == {"edge": 5000}


def test_two_views_of_one_ride_add_up() -> None:
    first = Quality(0.4, 100.0, 1.0, 1, 2, 3000, 3, {"720": 100.0}, {"a": 10}, 1, "hls")
    then = Quality(0.9, 50.0, 2.0, 2, 0, 1500, 1, {"720": 20.0, "360": 30.0}, {"b": 5}, 0, "tablet")
    whole = Quality(0.4, 150.0, 3.0, 3, 2, 4500, 4, {"720": 120.0, "360": 30.0}, {"a": 10, "b": 5}, 1, "hls, tablet")
    assert together(first, then) == whole
    assert together(None, then) == then
    assert together(Quality(), then).startup_s == 0.9
