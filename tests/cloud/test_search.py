"""Finding classes over HTTP."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sync.records import Batch, Point, RideHeader, to_json
from sync.wire import encode
from tests.search.classes import catalogue, one_class


@pytest.fixture(scope="module")
def search(cloud_with: Any) -> Iterator[Callable[..., httpx.Response]]:
    """Asks a cloud with forty classes, as an enrolled tablet."""
    cloud = cloud_with()
    for one in catalogue(40):
        put(cloud, one)
    enrolled = httpx.post(f"{cloud.url}/v1/enrol", json={"code": cloud.new_code(), "name": "Bike"}).json()
    client = httpx.Client(base_url=cloud.url, headers={"Authorization": f"Bearer {enrolled['token']}"})

    def ask(**query: Any) -> httpx.Response:
        return client.get("/v1/search", params=query)

    ask.cloud, ask.client = cloud, client  # type: ignore[attr-defined]
    until(lambda: ask().json()["total"] == 40)
    yield ask
    client.close()


def put(cloud: Any, one: Any) -> None:
    home = cloud.data / "classes" / one.id
    home.mkdir()
    (home / ".class.json").write_text(json.dumps(to_json(one)))
    (home / ".class.json").rename(home / "class.json")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_words_filters_order_and_pages(search: Any) -> None:
    answer = search(q="sunst clmib", order="shortest", limit=3).json()
    assert answer["read_as"] == "sunset climb" and answer["total"] >= len(answer["classes"]) > 0
    assert all("Sunset" in one["title"] or "climb" in one["description"] for one in answer["classes"])
    kinds = search().json()["counts"]["kind"]
    for kind, count in kinds.items():
        assert search(kind=kind).json()["total"] == search(kind=kind.lower()).json()["total"] == count
    assert sum(kinds.values()) == 40
    first, second = search(limit=20).json()["classes"], search(limit=20, offset=20).json()["classes"]
    assert len({one["id"] for one in first + second}) == 40


def test_nonsense_is_refused_and_strangers_too(search: Any) -> None:
    assert search(order="random").status_code == 422
    assert search(limit=0).status_code == 422
    assert search(length="17").status_code == 422
    assert search(q="x" * 201).status_code == 422
    assert httpx.get(f"{search.cloud.url}/v1/search").status_code == 401


def test_a_class_that_comes_or_goes_is_found_or_not(search: Any) -> None:
    put(search.cloud, one_class("zephyr", title="Zephyr Loops"))
    until(lambda: [one["id"] for one in search(q="zephyr").json()["classes"]] == ["zephyr"])
    shutil.rmtree(search.cloud.data / "classes" / "zephyr")
    until(lambda: search(q="zephyr").json()["total"] == 0)


def test_what_riders_say_of_a_class_is_told_and_found(search: Any) -> None:
    ride = RideHeader(RideHeader.new_id(), "ada", "Ada", time.time() - 900, "class-3")
    batch = encode(Batch(ride, tuple(Point(second, ride.started_at + second) for second in range(10))))
    assert search.client.post("/v1/batches", content=batch).is_success
    told = {"difficulty": 9}
    assert search.client.post(f"/v1/rides/{ride.id}/quality", json=told).is_success

    def difficulty() -> Any:
        one = search.client.get("/v1/classes/class-3").json()
        return one["difficulty"], one["ratings"]

    until(lambda: difficulty() == (9.0, 1))
    assert search.client.post(f"/v1/rides/{ride.id}/quality", json={"difficulty": 11}).status_code == 422
    assert difficulty() == (9.0, 1)
