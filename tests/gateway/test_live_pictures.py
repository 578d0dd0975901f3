"""A live class from two origins, through real libVLC: either may die, the picture and its clock go on."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.player_events import Ended, FirstFrame
from tests.films import RATE
from tests.gateway.live_origin import LiveOrigin
from tests.gateway.watching import Watcher

AIRED_S = 12  # that the class has been on the air when a rider enters


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    one = Watcher()
    yield one
    one.close()


@pytest.fixture
def origins(on_air: Path) -> Iterator[Callable[..., LiveOrigin]]:
    started: list[LiveOrigin] = []

    def start(since: float, **options: float) -> LiveOrigin:
        started.append(LiveOrigin(on_air, since, **options))  # type: ignore[arg-type]
        return started[-1]

    yield start
    for one in started:
        one.kill()


def enter(watcher: Watcher, *origins: LiveOrigin) -> None:
    watcher.open([f"{one.url}/master.m3u8" for one in origins], live=True)
    watcher.hear(FirstFrame)
    watcher.wait(lambda: watcher.seen)


def wall_error_s(watcher: Watcher, since: float) -> float:
    """How far the told wall time is from that of the picture seen."""
    before = len(watcher.seen)
    watcher.wait(lambda: len(watcher.seen) > before)
    assert watcher.view is not None
    told = watcher.view.media_wall_s(watcher.player.position_s)
    assert told is not None
    return told - since - watcher.seen[-1][0] / RATE


def test_both_origins_die_in_turn_and_nothing_is_lost(watcher, origins):
    since = time.time() - AIRED_S
    a, b = origins(since), origins(since, skew_s=0.06)
    enter(watcher, a, b)
    first = watcher.seen[-1][0]
    assert since + AIRED_S - (since + first / RATE) < 6.0, "a rider enters near the live edge"
    watcher.see(first + 2 * RATE)
    a.kill()
    watcher.see(first + 6 * RATE)
    assert b.count(".m4s")
    assert abs(wall_error_s(watcher, since)) < 0.2
    a.start()
    watcher.see(first + 7 * RATE)
    b.kill()
    watcher.see(first + 13 * RATE)
    assert abs(wall_error_s(watcher, since)) < 0.2
    assert watcher.longest_stand_s() < 2.0 and not watcher.troubles()


def test_an_origin_whose_playlist_stands_still_is_left(watcher, origins):
    since = time.time() - AIRED_S
    stuck, other = origins(since), origins(since, joined=9)
    enter(watcher, stuck, other)
    stuck.stuck_at = int(time.time() - since) - 1
    first = watcher.seen[-1][0]
    watcher.see(first + 8 * RATE)
    assert other.count(".m4s") >= 2
    assert watcher.longest_stand_s() < 2.0 and not watcher.troubles()


def test_the_end_of_the_class_is_its_end(watcher, origins):
    since = time.time() - AIRED_S
    only = origins(since)
    only.ends_at = AIRED_S + 1
    enter(watcher, only)
    ended = watcher.hear(Ended)
    assert ended.position_s > 2.0
    assert watcher.seen[-1][0] / RATE > AIRED_S + 1.5


def test_an_encoder_that_is_started_again_is_not_noticed(watcher, origins):
    since = time.time() - AIRED_S
    only = origins(since)
    only.restarted_at = AIRED_S + 3
    enter(watcher, only)
    first = watcher.seen[-1][0]
    watcher.wait(lambda: watcher.seen[-1][0] < first - RATE)  # the film from its beginning again
    watcher.wait(lambda: 2 * RATE < watcher.seen[-1][0] < first)
    assert watcher.longest_stand_s() < 2.0 and not watcher.troubles()
    assert abs(wall_error_s(watcher, since + only.restarted_at)) < 0.2
