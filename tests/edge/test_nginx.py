"""A real nginx with the configuration that the cloud writes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.cloud.edge.nginx import BadConfig, EdgeConfig

PIECE = "v720/0001-1f2e3d4c5b6a7988.m4s"


def test_a_signed_address_is_served_and_the_second_time_from_the_cache(
    origin: Any, edge_of: Callable[..., Any]
) -> None:
    edge = edge_of(origin.url)
    first, second = httpx.get(edge.path(PIECE)), httpx.get(edge.path(PIECE))
    assert (first.status_code, first.headers["X-Cache"]) == (200, "MISS")
    assert (second.status_code, second.headers["X-Cache"]) == (200, "HIT")
    assert first.content == second.content == f"/media/short-hill/{PIECE}".encode() * 100
    assert origin.asked == [f"/media/short-hill/{PIECE}"]
    assert "immutable" in second.headers["Cache-Control"]


def test_addresses_of_different_ages_share_one_copy(origin: Any, edge_of: Callable[..., Any]) -> None:
    edge, soon = edge_of(origin.url), int(time.time()) + 60
    httpx.get(edge.path(PIECE, expires=soon))
    assert httpx.get(edge.path(PIECE, expires=soon + 1)).headers["X-Cache"] == "HIT"


def test_nothing_is_served_without_a_right_to_it(origin: Any, edge_of: Callable[..., Any]) -> None:
    edge = edge_of(origin.url)
    other = edge.path(PIECE).replace("/media/short-hill/", "/media/other-class/")
    longer = edge.path(PIECE, expires=int(time.time()) + 10)
    longer = longer.replace(longer.split("/")[4], str(int(time.time()) + 10_000))
    assert httpx.get(f"{edge.url}/media/short-hill/{PIECE}").status_code == 404, "not signed"
    assert httpx.get(other).status_code == 403, "signed for another class"
    assert httpx.get(longer).status_code == 403, "its end was changed"
    assert httpx.get(edge.path(PIECE, expires=int(time.time()) - 1)).status_code == 410, "expired"
    assert httpx.get(edge.path("../../v1/health")).status_code in (400, 403, 404)
    assert httpx.post(edge.path(PIECE)).status_code == 403
    assert not origin.asked


def test_a_part_of_a_piece_is_cut_from_the_whole(origin: Any, edge_of: Callable[..., Any]) -> None:
    edge = edge_of(origin.url)
    answer = httpx.get(edge.path(PIECE), headers={"Range": "bytes=1-5"})
    assert (answer.status_code, answer.content) == (206, b"media")
    assert httpx.get(edge.path(PIECE)).headers["X-Cache"] == "HIT", "the whole was fetched"


def test_a_thousand_viewers_of_a_slow_origin_make_one_fetch(origin: Any, edge_of: Callable[..., Any]) -> None:
    origin.lag_s = 0.5
    edge = edge_of(origin.url, rate=5000)
    with httpx.Client(limits=httpx.Limits(max_connections=50)) as client, ThreadPoolExecutor(50) as pool:
        statuses = list(pool.map(lambda _: client.get(edge.path(PIECE), timeout=30).status_code, range(1000)))
    assert statuses == [200] * 1000
    assert len(origin.asked) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give its rights away")
def test_started_by_root_it_serves_without_roots_rights(origin: Any, edge_of: Callable[..., Any]) -> None:
    edge = edge_of(origin.url)
    assert [httpx.get(edge.path(PIECE)).headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]
    pid = edge.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert children and all(Path(f"/proc/{child}").stat().st_uid != 0 for child in children)


def test_what_was_fetched_is_served_while_the_origin_is_ill(origin: Any, edge_of: Callable[..., Any]) -> None:
    origin.cache = "public, max-age=1"
    edge = edge_of(origin.url)
    httpx.get(edge.path("master.m3u8"))
    origin.status = 503
    deadline = time.monotonic() + 15
    while len(origin.asked) < 2 and time.monotonic() < deadline:  # until it is old, and asked for anew
        answer = httpx.get(edge.path("master.m3u8"))
        assert answer.status_code == 200
        time.sleep(0.1)
    assert len(origin.asked) >= 2
    assert httpx.get(edge.path("master.m3u8")).status_code == 200


def test_one_address_cannot_ask_without_end(origin: Any, edge_of: Callable[..., Any]) -> None:
    edge = edge_of(origin.url, rate=5)
    with httpx.Client() as client:
        statuses = [client.get(edge.path(PIECE)).status_code for _ in range(60)]
    assert statuses[0] == 200 and 429 in statuses


def test_a_live_playlist_is_asked_for_once_a_second_and_from_the_origin_that_lives(
    origin: Any, edge_of: Callable[..., Any]
) -> None:
    origin.cache = "no-cache"
    edge = edge_of(origin.url, live=("http://127.0.0.1:9", origin.url), rate=5000)
    answers = [httpx.get(f"{edge.url}/live/a/720.m3u8") for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(origin.asked) <= 20


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "ftp://cloud"},
        {"origin": "http://cloud/path"},
        {"origin": "http://cloud;evil:80"},
        {"origin": "cloud:8080"},
        {"size": "much"},
        {"size": "0g"},
        {"rate": 0},
        {"rate": -1},
        {"listen": "0"},
        {"listen": "99999"},
        {"listen": "127.0.0.999:80"},
        {"listen": "8090; include /etc/passwd"},
        {"cache": Path("/var/a b")},
        {"cache": Path("/var/{x}")},
        {"live": ("rtmp://a",)},
    ],
)
def test_what_would_break_the_configuration_is_refused(wrong: dict[str, Any]) -> None:
    right: dict[str, Any] = {"origin": "http://cloud:8080", "secret": "s", "cache": Path("/var/cache/edge")}
    with pytest.raises(BadConfig):
        EdgeConfig(**{**right, **wrong})
