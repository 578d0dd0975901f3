"""A ride's session on a real cache: what is kept, and what happens when the disk takes no more."""

from __future__ import annotations

import sqlite3
import threading
import time

import pytest

from console.player import PlayerState
from console.ride import Ride, RideState
from console.ride_session import RideSession
from drivers.sample import Sample
from sync.cache import Cache
from sync.records import FitnessClass, Quality, RideHeader, Segment, Standings

CLASS = FitnessClass("climb", "Climb", "Ines", "Hills", 1, "", "rays", 0, 60, (Segment("Go", 60),), "/m")


class Clock:
    """Time that passes when told."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def cache(tmp_path):
    opened = Cache.open(tmp_path / "tablet.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def start(cache, clock):
    sessions = []

    def make(fitness_class=None, ride=None, **given):
        header = RideHeader(RideHeader.new_id(), "ada", "Ada", 1.7e9, fitness_class.id if fitness_class else None)
        sessions.append(
            RideSession(cache, header, ride=ride or Ride(), fitness_class=fitness_class, clock=clock, **given)
        )
        return sessions[-1]

    yield make
    for session in sessions:
        session.leave()


def go(session, clock, seconds, power_w=200.0):
    for _ in range(round(seconds * 10)):
        clock.now_s = round(clock.now_s + 0.1, 1)
        session.feed(Sample(clock.now_s, "bike", cadence_rpm=90.0, power_w=power_w))
        session.step()


def test_a_free_ride_begins_with_the_first_turn_of_the_pedals(start, clock, cache):
    session = start()
    clock.now_s += 30
    session.step()
    assert session.ride.state is RideState.IDLE and cache.unfinished_ride() is None
    go(session, clock, 5)
    assert session.ride.state is RideState.RIDING
    assert session.finish()
    [summary] = cache.rides("ada")
    assert summary.totals.seconds == len(cache.points(session.header.id)) >= 4
    assert summary.totals.kj == pytest.approx(0.2 * summary.totals.seconds)


def test_a_ride_that_never_began_leaves_nothing(start, cache):
    session = start()
    assert not session.finish()
    assert cache.rides("ada") == [] and cache.unfinished_ride() is None


def test_every_point_is_on_the_disk_within_its_second(start, clock, cache):
    kept = threading.Event()
    session = start(on_points=lambda: cache.points(session.header.id) and kept.set())
    go(session, clock, 1.5)
    assert kept.wait(5)


def test_a_class_ends_by_its_clock_without_a_picture(start, clock):
    session = start(CLASS)
    go(session, clock, 61)
    assert session.class_over and len(session.points) in (60, 61)
    assert session.points[-1].class_s == pytest.approx(60, abs=1.1)


def test_leaving_without_ending_can_be_resumed(start, clock, cache):
    session = start(CLASS)
    go(session, clock, 10)
    session.leave()
    assert cache.unfinished_ride() == session.header
    again = start(CLASS, Ride.resume(cache.points(session.header.id)), start_s=10.0)
    assert again.ride.state is RideState.PAUSED and again.class_s == 10.0


def test_a_disk_that_takes_no_more_is_told_and_nothing_is_lost(start, clock, cache, monkeypatch):
    session, append, full = start(), cache.append, threading.Event()

    def fails(*arguments):
        full.set()
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(cache, "append", fails)  # a full disk cannot be made here without filling it
    go(session, clock, 3)
    assert full.wait(5)
    monkeypatch.setattr(cache, "append", append)
    go(session, clock, 3)
    session.finish()
    assert session.trouble is None
    assert [point.second for point in cache.points(session.header.id)] == list(range(len(session.points)))


@pytest.mark.parametrize("from_its_first_second", [False, True])
def test_a_ride_whose_end_the_disk_does_not_take_is_not_over(start, clock, cache, monkeypatch, from_its_first_second):
    session, finish_ride, append, begin = start(CLASS), cache.finish_ride, cache.append, cache.begin_ride

    def full(*_arguments):
        raise sqlite3.OperationalError("database or disk is full")

    for name in ("begin_ride", "append", "finish_ride") if from_its_first_second else ("finish_ride",):
        monkeypatch.setattr(cache, name, full)
    go(session, clock, 61)
    assert session.class_over and not session.finish()
    assert session.trouble == "database or disk is full" and session.ride.state is not RideState.FINISHED
    assert not session.class_over, "it is not asked to end at every turn of the loop"
    if not from_its_first_second:
        assert cache.unfinished_ride() == session.header, "after a restart it can be resumed"
    go(session, clock, 5)
    assert session.class_over
    for name, works in (("begin_ride", begin), ("append", append), ("finish_ride", finish_ride)):
        monkeypatch.setattr(cache, name, works)
    assert session.finish() and session.trouble is None
    assert len(cache.points(session.header.id)) == cache.ride(session.header.id).totals.seconds >= 65


def test_a_ride_ends_no_earlier_than_it_was_ridden(start, clock, cache):
    session = start(wall=lambda: 1.6e9)  # the tablet's clock is set back on the way
    go(session, clock, 5)
    assert session.finish()
    ended = cache.ride(session.header.id)
    assert ended.header.finished_at == ended.header.started_at + ended.totals.seconds


def test_standings_of_another_ride_are_not_ours(start, clock):
    from sync.records import Board

    session, board = start(CLASS), Board(1, 1)
    session.take_standings(Standings("climb", "another ride", 1.0, 1.0, board, board))
    assert session.standings is None and session.standings_age_s is None
    session.take_standings(Standings("climb", session.header.id, 1.0, 1.0, board, board))
    clock.now_s += 42
    assert session.standings_age_s == 42


def test_the_best_curve_is_cumulative_by_class_second(start, clock, cache):
    best = start(CLASS)
    go(best, clock, 30)
    session = start(CLASS)
    session.set_best(best.points)
    curve = session.best_curve
    assert curve[0] <= 0.2 and curve[29] == pytest.approx(0.2 * 29, abs=0.3) and curve[60] == pytest.approx(curve[31])


class Picture:
    """A player of which a ride knows as little."""

    def __init__(self):
        self.state, self.position_s = PlayerState.OPENING, 0.0
        self.came, self.frames_shown, self.frames_dropped = Quality(rungs={"720": 4.0}, path="hls"), 0, 0

    def play(self):
        self.state = PlayerState.PLAYING

    def pause(self):
        self.state = PlayerState.PAUSED

    def seek(self, position_s):
        self.position_s = position_s

    def close(self):
        self.state = PlayerState.IDLE


def test_how_well_the_picture_came_is_kept_with_the_ride(start, cache, clock):
    picture = Picture()
    session = start(CLASS, player=picture)
    go(session, clock, 2)
    picture.state = PlayerState.PLAYING
    go(session, clock, 5)
    picture.state = PlayerState.STALLED
    go(session, clock, 3)
    picture.state, picture.frames_shown, picture.frames_dropped = PlayerState.PLAYING, 150, 2
    go(session, clock, 5)
    session.finish()
    kept = cache.quality(session.header.id)
    assert kept is not None and kept.startup_s == pytest.approx(2.0, abs=0.2)
    assert (kept.played_s, kept.stalled_s) == (pytest.approx(10.0, abs=0.3), pytest.approx(3.0, abs=0.3))
    assert (kept.stalls, kept.shown, kept.dropped, kept.rungs, kept.path) == (1, 150, 2, {"720": 4.0}, "hls")


def test_a_ride_cut_off_keeps_its_figures_and_adds_to_them(start, cache, clock):
    picture = Picture()
    session = start(CLASS, player=picture)
    picture.state = PlayerState.PLAYING
    go(session, clock, 62)
    for _ in range(200):  # the writer has a thread of its own
        if cache.quality(session.header.id) is not None:
            break
        time.sleep(0.02)
    assert cache.quality(session.header.id).played_s == pytest.approx(60, abs=1), "also if the console is killed now"
    resumed = Ride.resume(cache.points(session.header.id), weight_kg=75.0)
    again = Picture()
    then = RideSession(cache, session.header, ride=resumed, fitness_class=CLASS, player=again, clock=clock)
    again.state = PlayerState.PLAYING
    then.unpause()
    go(then, clock, 10)
    then.finish()
    assert cache.quality(session.header.id).played_s == pytest.approx(70, abs=1.5)
    assert cache.quality(session.header.id).rungs == {"720": 8.0}


def test_without_a_picture_there_are_no_figures(start, cache, clock):
    session = start(CLASS)
    session.start()
    go(session, clock, 5)
    session.finish()
    assert session.quality is None and cache.quality(session.header.id) is None
