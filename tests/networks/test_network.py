"""The networks are what they say: as fast, as slow, as broken."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.networks.line import Script
from tests.networks.network import Networks
from tests.networks.profiles import MBIT, Step

SEGMENT, OTHER_SEGMENT, SMALL = "v180/0001-*.m4s", "v180/0002-*.m4s", "v180/init-*.mp4"
TIMED = ("falling-silent", "dying")


@pytest.fixture(scope="module")
def networks(clip_folder: Path) -> Iterator[Networks]:
    with Networks(("steady-6", "steady-2", "far", "lossy", "cut", "late", "hole", *TIMED), clip_folder) as running:
        for name in TIMED:
            assert httpx.get(url(running, name, SMALL)).status_code == 200
        yield running


def url(networks: Networks, name: str, pattern: str, pathway: int = 0) -> str:
    [path] = networks.folder.glob(pattern)
    return networks[name].urls[pathway].replace("master.m3u8", path.relative_to(networks.folder).as_posix())


async def statuses(address: str, count: int) -> list[int]:
    """The answers to requests made at once; 0: cut off."""
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=10)) as client:
        asked = [client.get(address) for _ in range(count)]
        answers = await asyncio.gather(*asked, return_exceptions=True)
    return [answer.status_code if isinstance(answer, httpx.Response) else 0 for answer in answers]


async def megabits_per_s(networks: Networks, name: str, count: int) -> float:
    """What three connections get together, once they are open."""
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=3)) as client:
        await asyncio.gather(*(client.get(url(networks, name, SMALL)) for _ in range(3)))
        began_s = time.monotonic() + networks[name].profile.steps[0].round_trip_s
        answers = await asyncio.gather(*(client.get(url(networks, name, SEGMENT)) for _ in range(count)))
        return 8 * sum(len(one.content) for one in answers) / (time.monotonic() - began_s) / MBIT


def test_a_script_says_when_bits_arrive() -> None:
    script = Script([Step(2, 1 * MBIT), Step(1, 0), Step(1, 4 * MBIT)])
    assert script.arrival(0, 1 * MBIT) == 1
    assert script.arrival(1.5, 1 * MBIT) == 3.125  # half before the gap, the rest after it at four times the pace
    assert script.arrival(0, 7 * MBIT) == 5  # and once again from the beginning
    assert script.at(2.5) == (Step(1, 0), 3)


async def test_connections_share_the_rate_of_the_line(networks: Networks) -> None:
    measured = await asyncio.gather(megabits_per_s(networks, "steady-6", 6), megabits_per_s(networks, "steady-2", 3))
    assert measured == pytest.approx([6, 2], rel=0.1)


async def test_a_far_server_answers_after_its_round_trips(networks: Networks) -> None:
    began_s = time.monotonic()
    assert await statuses(url(networks, "far", SMALL), 1) == [200]
    assert 0.8 <= time.monotonic() - began_s < 1.2  # one for the connection, one for the answer


async def test_one_request_in_twenty_is_lost(networks: Networks) -> None:
    answers = await statuses(url(networks, "lossy", SMALL), 100)
    assert 90 <= answers.count(200) <= 98
    assert set(answers) == {200, 504, 0}


async def test_some_segments_end_in_the_middle(networks: Networks) -> None:
    assert set(await statuses(url(networks, "cut", SMALL), 10)) == {200}
    assert set(await statuses(url(networks, "cut", SEGMENT), 6)) == {200, 0}
    asked = [one for one in networks.asked("cut") if one["path"].endswith(".m4s")]
    assert {one["sent"] / one["length"] for one in asked} == {0.5, 1}


async def test_some_answers_begin_late(networks: Networks) -> None:
    await statuses(url(networks, "late", SMALL), 8)
    took = [one["end_s"] - one["at_s"] for one in networks.asked("late")]
    assert 1 <= sum(seconds >= 2 for seconds in took) <= 5
    assert min(took) < 1


async def test_a_segment_is_missing_on_one_server_only(networks: Networks) -> None:
    assert await statuses(url(networks, "hole", OTHER_SEGMENT), 1) == [503]
    assert await statuses(url(networks, "hole", OTHER_SEGMENT, pathway=1), 1) == [200]


async def test_servers_fail_when_their_time_has_come(networks: Networks) -> None:
    assert max(networks.asked(name)[0]["at_s"] for name in TIMED) < 1
    answers = [200]
    while answers[-1] == 200:
        answers += await statuses(url(networks, "dying", SMALL), 1)
    assert answers[-1] == 0
    assert await statuses(url(networks, "dying", SMALL, pathway=1), 1) == [200]
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(statuses(url(networks, "falling-silent", SMALL), 1), 0.5)


def test_all_servers_are_named_in_one_playlist(networks: Networks) -> None:
    network = networks["dying"]
    text = httpx.get(network.url).text
    assert 'PATHWAY-ID="A"' in text and 'PATHWAY-ID="B"' in text
    bases = [one.removesuffix("master.m3u8") for one in network.urls]
    assert [sum(line.startswith(base) for line in text.splitlines()) for base in bases] == [4, 4]
    assert httpx.get(network.url.replace("steered.m3u8", "steering.json")).json()["PATHWAY-PRIORITY"] == ["A", "B"]
