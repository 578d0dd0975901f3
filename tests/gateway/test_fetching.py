"""One piece over several real servers that break: whole and right, or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from console.gateway.allowed import Allowed
from console.gateway.asking import Client, new_client
from console.gateway.attempt import Source
from console.gateway.fetching import ROUNDS, Fetch, NotGot, Patience, Promise, patience
from console.gateway.pathways import Pathways, Standing
from console.gateway.reading import ByteRange, Part
from tests.gateway.origin import Fault, Origin

DATA = bytes(range(256)) * 800  # 200 kB
SHA256 = hashlib.sha256(DATA).hexdigest()
HASTY = Patience(stall_s=0.3, late_s=0.6)


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    async with new_client(1.0, 5.0) as one:
        yield one


async def until(true: Callable[[], object], within_s: float = 10.0) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - nothing tells when
            await asyncio.sleep(0.005)


class Pair:
    """Two servers with the same piece, and the means to fetch it."""

    def __init__(self, folder: Path, origins: Callable[[Path], Origin], client: Client) -> None:
        (folder / "piece.m4s").write_bytes(DATA)
        self.a, self.b = origins(folder), origins(folder)
        self.pathways = Pathways(("a", "b"))
        self._client = client

    def fetch(
        self,
        promise: Promise | None = None,
        names: str = "ab",
        part: ByteRange | None = None,
        patience: Patience = HASTY,
    ) -> Fetch:
        allowed = Allowed()
        for one in (self.a, self.b):
            allowed.own(one.url)
        urls = {"a": self.a.url, "b": self.b.url}
        sources = [Source(name, Part(f"{urls[name]}/piece.m4s", part)) for name in names]
        return Fetch(self._client, allowed, self.pathways, sources, promise or Promise(len(DATA), SHA256), patience)

    def standing(self, name: str) -> Standing:
        return self.pathways.standing(name, time.monotonic())


@pytest.fixture
async def pair(tmp_path: Path, origins: Callable[[Path], Origin], client: Client) -> Pair:
    return Pair(tmp_path, origins, client)


FAULTS = {
    "missing": Fault(status=404),
    "an error": Fault(status=503),
    "cut": Fault(cut_at=90_000),
    "cut before the first byte": Fault(cut_at=0),
    "stalled": Fault(stall_at=90_000, stall_s=8),
    "silent": Fault(wait_s=8),
    "wrong": Fault(wrong=True),
    "short": Fault(short=True),
    "other": Fault(body=b"<html>Please log in</html>"),
    "endless": Fault(endless=True),
    "elsewhere": Fault(location="http://127.0.0.1:9/piece.m4s"),
    "round in circles": Fault(location="/piece.m4s"),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_one_server_spoils_the_other_brings(pair: Pair, fault: str) -> None:
    pair.a.faults["piece.m4s"] = FAULTS[fault]
    got = await pair.fetch(Promise(len(DATA), SHA256, most_bytes=1_000_000)).run()
    assert got.data == DATA and got.pathway == "b" and got.failovers == 1


async def test_a_server_that_is_not_there_is_left_for_the_other_and_rests(pair: Pair) -> None:
    pair.a.kill()
    assert (await pair.fetch().run()).pathway == "b"
    assert pair.standing("a") is Standing.RESTING and pair.standing("b") is Standing.GOOD


@pytest.mark.parametrize("fault", ["cut", "stalled"])
async def test_the_next_server_goes_on_where_the_first_stopped(pair: Pair, fault: str) -> None:
    pair.a.faults["piece.m4s"] = FAULTS[fault]
    got = await pair.fetch().run()
    assert got.data == DATA and pair.b.ranges == ["/piece.m4s"]
    assert pair.b.sent <= len(DATA) - 80_000
    assert sum(got.bytes_by_host.values()) == len(DATA)


async def test_a_cut_piece_is_mended_by_its_own_server_if_there_is_no_other(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(cut_at=150_000, once=True)
    assert (await pair.fetch(names="a").run()).data == DATA and pair.a.count("piece.m4s") == 2


async def test_a_file_that_always_ends_too_soon_is_known_soon_and_for_good(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(cut_at=90_000)
    with pytest.raises(NotGot) as told:
        await pair.fetch(names="a").run()
    assert told.value.final and pair.a.count("piece.m4s") == ROUNDS


async def test_what_is_too_large_is_not_asked_for_again(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(endless=True)
    with pytest.raises(NotGot) as told:
        await pair.fetch(Promise(most_bytes=500_000), names="a").run()
    assert told.value.final and pair.a.count("piece.m4s") == 1


async def test_an_answer_that_does_not_begin_is_asked_for_again_where_there_is_no_other(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(wait_s=60, once=True)
    got = await pair.fetch(names="a").run()
    assert got.data == DATA and got.waited_s >= HASTY.stall_s
    assert pair.standing("a") is Standing.GOOD


async def test_of_two_requests_that_both_bring_something_only_one_goes_on(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(stall_at=90_000, stall_s=0.8, rate=90_000)
    pair.b.faults["piece.m4s"] = Fault(rate=90_000)
    fetch = pair.fetch(patience=Patience(stall_s=0.3, late_s=30.0))
    fetch.sources = [replace(source, pathway="a") for source in fetch.sources]  # two machines with one name
    assert (await fetch.run()).data == DATA
    assert pair.a.sent + pair.b.sent < 1.25 * len(DATA), "both shared the line to the end"
    assert pair.standing("a") is Standing.GOOD


async def test_a_server_that_was_only_late_is_not_blamed(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(stall_at=60_000, stall_s=0.6, rate=120_000)
    pair.b.faults["piece.m4s"] = Fault(rate=120_000)
    assert (await pair.fetch(patience=Patience(stall_s=0.3, late_s=30.0)).run()).data == DATA
    assert pair.standing("b") is Standing.GOOD


async def test_a_different_file_is_not_sewn_onto_the_first_half(pair: Pair, tmp_path: Path) -> None:
    pair.a.faults["piece.m4s"] = Fault(cut_at=90_000)
    pair.b.faults["piece.m4s"] = Fault(body=bytes(250_000))
    with pytest.raises(NotGot):
        await pair.fetch(Promise()).run()


async def test_without_a_hash_the_shape_decides(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(wrong=True)
    got = await pair.fetch(Promise(sound=lambda data: data.endswith(b"\xff"))).run()
    assert got.data == DATA and got.pathway == "b"


async def test_a_slow_server_is_raced_and_loses_its_place(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(rate=30_000)
    began_s = time.monotonic()
    assert (await pair.fetch().run()).pathway == "b"
    assert time.monotonic() - began_s < 4.0, "alone it would take 7 s"
    assert pair.standing("a") is Standing.RESTING


async def test_a_late_server_may_still_win(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(wait_s=0.6)
    pair.b.faults["piece.m4s"] = Fault(wait_s=5)
    assert (await pair.fetch().run()).pathway == "a"


async def test_a_network_that_is_down_is_not_held_against_the_servers(pair: Pair) -> None:
    pair.a.kill()
    pair.b.kill()
    with pytest.raises(NotGot) as told:
        await pair.fetch().run()
    assert not told.value.final and told.value.why.remedy
    assert pair.standing("a") is pair.standing("b") is Standing.GOOD


async def test_what_nobody_has_is_known_soon_and_for_good(pair: Pair) -> None:
    for one in (pair.a, pair.b):
        one.faults["piece.m4s"] = Fault(status=404)
    with pytest.raises(NotGot) as told:
        await pair.fetch().run()
    assert told.value.final and (pair.a.asked, pair.b.asked) == (["/piece.m4s"], ["/piece.m4s"])


async def test_a_part_of_a_file_is_asked_for_and_mended_as_one(pair: Pair) -> None:
    part = ByteRange(1_000, 100_000)
    pair.a.faults["piece.m4s"] = Fault(cut_at=40_000)
    got = await pair.fetch(Promise(part.length), part=part).run()
    assert got.data == DATA[1_000:101_000]


async def test_other_servers_are_never_asked(pair: Pair, client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.3)
        allowed = Allowed()
        allowed.own(pair.a.url)
        url = f"http://127.0.0.1:{elsewhere.getsockname()[1]}/piece.m4s"
        pair.a.faults["piece.m4s"] = Fault(location=url)
        for part in (Part(url), Part(f"{pair.a.url}/piece.m4s"), Part("file:///etc/passwd")):
            with pytest.raises(NotGot):
                await Fetch(client, allowed, pair.pathways, [Source("a", part)], Promise(), HASTY).run()
        with pytest.raises(TimeoutError):
            elsewhere.accept()


async def test_a_fetch_that_is_given_up_leaves_nothing_running(pair: Pair) -> None:
    pair.a.faults["piece.m4s"] = Fault(rate=20_000)
    fetch = pair.fetch()
    task = asyncio.create_task(fetch.run())
    await until(lambda: fetch.progress.have >= 1_000)
    assert fetch.progress.total == len(DATA)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until(lambda: len(asyncio.all_tasks()) == 1)


def test_an_empty_buffer_has_less_patience_than_a_full_one() -> None:
    empty, full = patience(0.0, 2.5, 0.05), patience(20.0, 2.5, 0.05)
    assert empty.stall_s < full.stall_s and empty.late_s < full.late_s


def test_a_network_where_answers_take_long_is_given_longer() -> None:
    near, far, very_far = (patience(0.0, 2.5, usual_s).stall_s for usual_s in (0.05, 0.4, 3.0))
    assert near < far < very_far == 2.5
