"""Rides in live classes, through the real session and cache: from the lobby, late, and to the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from console.live.live_player import LivePlayer
from console.player_events import PlayerState
from console.ride import RideState
from console.ride_session import RideSession
from console.riding import Riding
from console.settings import Settings
from drivers.sample import Sample
from sync.cache import Cache
from sync.records import FitnessClass, LiveTimes, Segment
from sync.riders import Rider
from tests.gallery.staged_live import StagedLivePlayer

STARTS_AT, LENGTH_S = 1_790_000_000.0, 300
ADA = Rider("ada1" * 8, "Ada", 0, None, 3, 64.0, 1988, 210.0, 1.0)
TIMES = LiveTimes(STARTS_AT, STARTS_AT + LENGTH_S, "live", ("http://127.0.0.1:9/master.m3u8",), ("srt://127.0.0.1:9",))
SEGMENTS = (Segment("Warm up", 60), Segment("Climb", LENGTH_S - 60))
CLASS = FitnessClass("hour", "Hour", "Ines", "Hills", 1, "", "rays", 0, LENGTH_S, SEGMENTS, "", live=TIMES)


class Tablet:
    """A tablet in a live class. ``now_s`` is the cloud's clock, less the class's start; ``go`` lets time pass."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 0.0
        self.cache = Cache.open(folder / "tablet.sqlite3")
        self.cache.put_classes([CLASS])
        self.cache.save_rider(ADA)
        self.player: StagedLivePlayer | None = StagedLivePlayer()
        self.riding = self.start()

    def start(self) -> Riding:
        """What the app makes when it starts."""

        def open_live(one: FitnessClass) -> LivePlayer | None:
            if self.player is not None:
                self.player.clock = self.cloud_now
            return self.player  # type: ignore[return-value]

        settings = Settings(self.cache)
        never = lambda *_: pytest.fail("it is not on demand")  # noqa: E731
        return Riding(self.cache, settings, never, lambda: None, open_live=open_live, cloud_now=self.cloud_now)

    def cloud_now(self) -> float:
        return STARTS_AT + self.now_s

    def join(self, at_s: float) -> RideSession:
        """Tap Join."""
        self.now_s = at_s
        session = self.riding.session = self.riding.begin_class(ADA, CLASS)
        session._clock = session._wall = self.cloud_now
        return session

    def go(self, seconds: float, pedalling: bool = True) -> RideSession:
        session = self.riding.session
        assert session is not None
        for _turn in range(round(seconds * 10)):
            self.now_s = round(self.now_s + 0.1, 1)
            if pedalling:
                session.feed(Sample(self.cloud_now(), "bike", cadence_rpm=90.0, power_w=200.0))
            session.step()
        return session


@pytest.fixture
def tablet(tmp_path: Path) -> Iterator[Tablet]:
    opened = Tablet(tmp_path)
    yield opened
    if opened.riding.session is not None and opened.riding.session.ride.state is not RideState.FINISHED:
        opened.riding.session.leave()
    opened.cache.close()


def test_a_ride_begins_when_its_class_does(tablet: Tablet) -> None:
    tablet.join(-30.0)
    session = tablet.go(20.0)
    assert session.ride.state is RideState.IDLE and not session.points
    assert session.lobby_s == pytest.approx(10.4, abs=0.2)
    assert tablet.riding.in_lobby() == session.header.id, "the others hear of it"
    moment = session.moment
    assert moment is not None and moment.following is SEGMENTS[0] and moment.left_s == session.lobby_s
    tablet.go(20.0)
    assert session.ride.state is RideState.RIDING and tablet.riding.in_lobby() is None and session.lobby_s is None
    assert len(session.points) == 9 and session.points[0].class_s == pytest.approx(1.0, abs=0.3)


def test_leaving_the_lobby_leaves_nothing_behind(tablet: Tablet) -> None:
    tablet.join(-30.0)
    session = tablet.go(5.0)
    assert not session.finish()
    assert not tablet.cache.rides(ADA.id) and tablet.riding.interrupted(session._wall()) is None


def test_a_console_killed_in_the_lobby_offers_nothing_to_resume(tablet: Tablet) -> None:
    tablet.join(-30.0)
    session = tablet.go(5.0)
    session.leave()
    assert tablet.cache.has_ride(session.header.id)
    assert tablet.riding.interrupted(session._wall()) is None and not tablet.cache.has_ride(session.header.id)


def test_who_comes_late_has_an_own_elapsed_time_and_the_class_clock_of_all(tablet: Tablet) -> None:
    tablet.join(120.0)
    session = tablet.go(30.0)
    assert session.points[0].second == 0 and 28 <= len(session.points) <= 30
    assert session.points[-1].class_s == pytest.approx(149.6, abs=1.1)
    assert session.now().elapsed_s == pytest.approx(30.0, abs=1.5)


def test_a_pause_holds_the_ride_but_not_the_class(tablet: Tablet) -> None:
    tablet.join(10.0)
    session = tablet.go(20.0)
    session.pause()
    tablet.go(15.0, pedalling=False)
    assert session.ride.state is RideState.PAUSED and tablet.player is not None
    assert tablet.player.state is PlayerState.PLAYING
    session.unpause()
    tablet.go(10.0)
    ridden = [point.class_s for point in session.points if point.class_s is not None]
    assert ridden[-1] == pytest.approx(54.6, abs=1.1) and len(ridden) < 35
    assert max(later - sooner for sooner, later in pairwise(ridden)) > 13


def test_a_ride_ends_with_its_class(tablet: Tablet) -> None:
    tablet.join(230.0)
    session = tablet.go(69.0)
    assert not session.class_over
    tablet.go(3.0)
    assert session.class_over and session.finish()
    [ride] = tablet.cache.rides(ADA.id)
    assert 66 <= ride.totals.seconds <= 71


def test_after_a_crash_it_goes_on_where_the_class_is_now(tablet: Tablet) -> None:
    tablet.join(20.0)
    session = tablet.go(20.0)
    session.leave()
    tablet.now_s = 90.0
    header = tablet.riding.interrupted(session.points[-1].at)
    assert header is not None
    resumed = tablet.riding.session = tablet.riding.resume(header)
    resumed._clock = resumed._wall = tablet.cloud_now
    resumed.unpause()
    tablet.go(10.0)
    assert resumed.points[-1].class_s == pytest.approx(99.6, abs=1.5)
    assert [point.second for point in resumed.points] == list(range(len(resumed.points)))


def test_without_any_picture_the_class_goes_by_the_cloud(tablet: Tablet) -> None:
    tablet.player = None
    tablet.join(-5.0)
    session = tablet.go(25.0)
    assert session.points[-1].class_s == pytest.approx(20.0, abs=1.5)


def test_what_is_over_is_not_joined(tablet: Tablet) -> None:
    session = tablet.join(LENGTH_S + 1.0)
    assert session.timing is not None and session.timing.holds, "it is a class on demand by then"
