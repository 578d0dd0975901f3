"""The store on PostgreSQL: what its server does to it, and a whole cloud on it."""

from __future__ import annotations

import time
from typing import Any

import httpx
import psycopg
import pytest

from sync.cloud.accounts import Accounts, CodeRefused
from sync.cloud.database import open_database
from sync.cloud.errors import StoreFailed, StoreTooNew
from sync.cloud.store import Store
from sync.records import Batch, Point, RideHeader
from sync.wire import encode

RIDE = RideHeader("c" * 32, "rider", "Ada", 1000.0)


def test_a_store_that_is_there_is_opened_as_it_was(new_database: Any) -> None:
    address = new_database()
    for _ in range(2):
        store = Store.open(address)
        with store.transaction():
            held = store.put("tablet", Batch(RIDE, (Point(0, 1001.0),)), 1.0)
        assert held.position == 1
        store.close()


def test_a_newer_store_is_refused_and_left_alone(new_database: Any) -> None:
    address = new_database()
    Store.open(address).close()
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("INSERT INTO schema_version VALUES (999)")
    with pytest.raises(StoreTooNew, match="newer version"):
        Store.open(address)


def test_codes_and_tablets(new_database: Any) -> None:
    store = Store.open(new_database())
    accounts = Accounts(store)
    code = accounts.new_code(0.0)
    tablet, token = accounts.enrol(code, "Bike", 1.0)
    with pytest.raises(CodeRefused):
        accounts.enrol(code, "Bike 2", 2.0)
    assert accounts.authenticate(token) == tablet.id and list(accounts.logins()) == [tablet.id]
    assert accounts.revoke(tablet.id, 3.0) and not accounts.revoke(tablet.id, 4.0)
    assert accounts.authenticate(token) is None
    store.close()


def test_after_its_server_was_restarted_the_store_goes_on_and_half_a_round_is_gone(postgres: Any) -> None:
    store = Store.open(postgres.new_database())
    with store.transaction():
        store.put("tablet", Batch(RIDE, (Point(0, 1001.0),)), 1.0)
    with pytest.raises(StoreFailed), store.transaction():
        store.put("tablet", Batch(RIDE, (Point(1, 1002.0),)), 2.0)
        postgres.stop()
        store.put("tablet", Batch(RIDE, (Point(2, 1003.0),)), 3.0)
    with pytest.raises(StoreFailed, match="runs and is reachable"), store.transaction():
        pass
    postgres.start()
    with store.transaction():
        held = store.put("tablet", Batch(RIDE, (Point(1, 1002.0),)), 4.0)
    assert held.position == 2
    store.close()


@pytest.mark.parametrize(
    ("address", "remedy"),
    [
        ("postgresql://postgres@/nowhere?host={folder}", "createdb"),
        ("postgresql://postgres@127.0.0.1:9/db", "reachable"),
        ("postgresql://nobody@/postgres?host={folder}", "password|createdb|reachable"),
    ],
)
def test_what_is_wrong_is_told_with_a_remedy(postgres: Any, address: str, remedy: str) -> None:
    with pytest.raises(StoreFailed, match=remedy):
        open_database(address.format(folder=postgres.folder))


def test_a_whole_cloud_lives_on_it(postgres: Any, cloud_with: Any, eventually: Any) -> None:
    address = postgres.new_database()
    cloud = cloud_with("--database", address)
    code = cloud.run("codes", "new", "--database", address).strip()
    enrolled = httpx.post(f"{cloud.url}/v1/enrol", json={"code": code, "name": "Bike"}).json()
    headers = {"Authorization": f"Bearer {enrolled['token']}"}
    ride = RideHeader(RideHeader.new_id(), "ada", "Ada", time.time() - 60)
    batch = encode(Batch(ride, tuple(Point(second, ride.started_at + second, power_w=100.0) for second in range(60))))
    for _ in range(2):
        answer = httpx.post(f"{cloud.url}/v1/batches", content=batch, headers=headers).json()
        assert answer["acknowledged"] == 60
    assert httpx.get(f"{cloud.url}/v1/rides/{ride.id}", headers=headers).json()["totals"]["kj"] == 6.0
    assert httpx.get(f"{cloud.url}/v1/health").status_code == 200
    assert not (cloud.data / "cloud.sqlite3").exists()

    def found(words: str) -> Any:
        return httpx.get(f"{cloud.url}/v1/search", params={"q": words}, headers=headers)

    cloud.add_class("canyon-road")
    eventually(lambda: found("canyon").json()["total"] == 1)
    assert found("canyno 'r' & !").json()["read_as"] == "canyon r"
    postgres.stop()
    try:
        refused = found("canyon")
        assert refused.status_code == 503 and refused.json()["remedy"]
        cloud.add_class("harbour-road")
    finally:
        postgres.start()
    eventually(lambda: found("road harbour").status_code == 200 and found("road harbour").json()["total"] == 1)
