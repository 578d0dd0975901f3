"""The picture goes on: real libVLC, behind the gateway, in front of servers that break in the middle of a class."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.gateway import GatewaySettings
from console.player_events import Broken, FirstFrame, Resumed
from tests.films import RATE
from tests.gateway.conftest import SEGMENT_S
from tests.gateway.origin import Fault, Origin
from tests.gateway.watching import Watcher

BAD = 3  # the segment that breaks
START_S = BAD * SEGMENT_S - 1.5
OVER = (BAD + 1) * SEGMENT_S * RATE - RATE  # a picture in its second half
UNSEEN_S = 0.8  # a picture may stand so long, on a busy machine; libVLC alone holds one for 0.9 s at a change of rung


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    one = Watcher(GatewaySettings(stall_s=0.5))
    yield one
    one.close()


@pytest.fixture
def servers(origins: Callable[[Path], Origin], laddered: Path) -> tuple[Origin, Origin]:
    return origins(laddered), origins(laddered)


def urls(*servers: Origin) -> list[str]:
    return [f"{server.url}/master.m3u8" for server in servers]


FAULTS = {
    "missing": Fault(status=404),
    "failing": Fault(status=500),
    "cut": Fault(cut_at=30_000),
    "stalled": Fault(stall_at=30_000),
    "of other content": Fault(wrong=True),
    "short": Fault(short=True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_segment_that_one_server_spoils_is_not_noticed(watcher, servers, fault):
    bad, good = servers
    bad.faults[f"/{BAD}.m4s"] = FAULTS[fault]
    watcher.open(urls(bad, good), start_s=START_S)
    watcher.see(OVER)
    assert good.count(f"/{BAD}.m4s") and not watcher.troubles()
    assert watcher.longest_stand_s() < UNSEEN_S
    shown = {picture for picture, _ in watcher.seen}
    assert len(shown & set(range(BAD * SEGMENT_S * RATE, OVER))) > 15, "the segment itself was seen"


def test_a_server_that_dies_in_the_middle_is_not_noticed(watcher, servers):
    dying, other = servers
    dying.faults[f"/{BAD}.m4s"] = Fault(stall_at=30_000)
    watcher.open(urls(dying, other), start_s=START_S)
    watcher.wait(lambda: dying.count(f"/{BAD}.m4s"))
    dying.kill()
    watcher.see((BAD + 2) * SEGMENT_S * RATE)
    assert other.count(".m4s") >= 2 and not watcher.troubles()
    assert watcher.longest_stand_s() < UNSEEN_S


def test_a_segment_that_nobody_has_lets_the_picture_stand_and_go_on(watcher, servers):
    for one in servers:
        one.faults[f"/{BAD}.m4s"] = Fault(status=404)
    watcher.open(urls(*servers), start_s=START_S)
    watcher.see((BAD + 1) * SEGMENT_S * RATE)
    assert not watcher.troubles() and watcher.longest_stand_s() < SEGMENT_S + UNSEEN_S


def test_when_all_servers_are_gone_the_reason_is_told_and_the_picture_comes_back(watcher, servers, monkeypatch):
    monkeypatch.setattr("console.showing.PATIENCE_S", 4.0)
    for one in servers:
        one.faults |= {f"/{number}.m4s": Fault(wait_s=60) for number in range(BAD, 8)}
    watcher.open(urls(*servers), start_s=START_S - SEGMENT_S)
    watcher.hear(FirstFrame)
    watcher.wait(lambda: all(one.count(f"/{BAD}.m4s") for one in servers))
    for one in servers:
        one.kill()
    broken = watcher.hear(Broken, within_s=60)
    assert "cannot be reached" in broken.reason and broken.remedy and broken.retry_in_s is not None
    for one in servers:
        one.faults.clear()
        one.start()
    watcher.hear(Resumed, within_s=20)
    last = watcher.seen[-1][0]
    watcher.wait(lambda: watcher.seen[-1][0] > last)


def test_a_seek_far_ahead_shows_the_picture_there(watcher, servers):
    servers[0].faults[".m4s"] = Fault(rate=300_000)
    watcher.open(urls(servers[0]))
    watcher.see(10)
    watcher.player.seek(13.0)
    watcher.see(13 * RATE - 5)
    assert watcher.seen[-1][0] < 14 * RATE and not watcher.troubles()


def test_a_class_that_begins_in_the_middle_reads_nothing_of_what_is_before(watcher, servers):
    watcher.open(urls(servers[0]), start_s=9.0)
    begun = watcher.hear(FirstFrame)
    assert begun.position_s == 8.0, "at a whole piece, not more than the class clock waits for"
    watcher.see(8 * RATE + 20)
    assert 8 * RATE <= watcher.seen[0][0] < 8 * RATE + 5
    assert abs(watcher.player.position_s - watcher.seen[-1][0] / RATE) < 0.1
    assert not any(servers[0].count(f"/{number}.m4s") for number in range(4))


def test_going_back_before_the_beginning_begins_anew(watcher, servers):
    watcher.open(urls(servers[0]), start_s=9.0)
    watcher.see(8 * RATE + 10)
    watcher.player.seek(2.2)
    watcher.hear(Resumed)
    watcher.wait(lambda: watcher.seen[-1][0] < 4 * RATE)
    assert abs(watcher.player.position_s - watcher.seen[-1][0] / RATE) < 0.15


def test_closing_does_not_wait_for_a_server_that_is_silent(watcher, servers):
    servers[0].faults[f"/{BAD}.m4s"] = Fault(wait_s=60)
    watcher.open(urls(servers[0]), start_s=START_S)
    watcher.wait(lambda: servers[0].count(f"/{BAD}.m4s"))
    began_s = time.monotonic()
    watcher.player.close(wait_s=20)
    assert time.monotonic() - began_s < 3.0
