"""The store and its migrations, on real files."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.cloud.boards import Boards
from sync.cloud.database import SCHEMA, SqliteDatabase
from sync.cloud.ingest import Delivery, Ingest
from sync.cloud.store import NotYours, Store
from sync.migrations import SchemaTooNew, migrate
from sync.records import Batch, Point, RideHeader
from sync.wire import decode, encode

RIDE = RideHeader("a" * 32, "rider", "Ada", 1000.0)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    address = tmp_path / "cloud.sqlite3" if request.param == "sqlite" else request.getfixturevalue("new_database")()
    opened = Store.open(address)
    yield opened
    opened.close()


def points(first: int, last: int, **values: float) -> tuple[Point, ...]:
    return tuple(Point(second, 1000.0 + second, **values) for second in range(first, last))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 15)), max_size=12))
def test_however_batches_arrive_the_seconds_are_contiguous_and_the_first_write_wins(batches):
    store = Store.open(Path(":memory:"))
    expected: list[float] = []
    for number, (first, count) in enumerate(batches):
        with store.transaction():
            held = store.put("tablet", Batch(RIDE, points(first, first + count, power_w=float(number))), 0.0)
        if first <= len(expected):
            expected += [float(number)] * (first + count - len(expected))
        assert held.position == len(expected)
    if batches:
        kept = store.points(held.no)
        assert [point.second for point in kept] == list(range(len(expected)))
        assert [point.power_w for point in kept] == expected
    store.close()


def test_a_run_keeps_its_speed(store):
    run = points(0, 3, speed_kmh=12.3, heart_rate_bpm=150.0)
    with store.transaction():
        held = store.put("tablet", decode(encode(Batch(RIDE, run))), 0.0)
    assert store.points(held.no) == list(run)


def test_a_failure_within_a_transaction_stores_nothing(store):
    with pytest.raises(NotYours), store.transaction():
        store.put("one", Batch(RIDE, points(0, 5)), 0.0)
        store.put("two", Batch(RIDE, points(5, 9)), 0.0)
    assert store.held(RIDE.id) is None


def test_many_deliveries_are_one_commit_and_each_is_answered(store, monkeypatch):
    commits, commit = [], store.db.commit
    monkeypatch.setattr(store.db, "commit", lambda: commits.append(commit()))
    ingest = Ingest(store, Boards(store, lambda _: 600), lambda: 5.0)
    ridden = RideHeader("b" * 32, "rider", "Ada", 1000.0, "hills")
    watts = [Point(s, 1000.0 + s, s + 1.0, power_w=200.0) for s in range(30)]
    deliveries = [Delivery("t", encode(Batch(ridden, tuple(watts[s : s + 10])))) for s in (0, 10, 20)]
    outcomes = ingest.accept([deliveries[0], Delivery("t", b"rubbish"), *deliveries[1:], deliveries[0]])
    assert [outcome.answer.acknowledged if outcome.answer else None for outcome in outcomes] == [10, None, 20, 30, 30]
    assert len(commits) == 1
    assert outcomes[-1].answer.standings.all_time.rows[0].kj == 6.0, "no second counts twice"


def test_a_curve_holds_good_only_for_the_points_it_was_made_of(store):
    with store.transaction():
        held = store.put("tablet", Batch(RIDE, points(0, 5)), 0.0)
        store.save_curve(held, np.arange(11, dtype=np.int32))
    assert store.curve(held).tolist() == list(range(11))
    with store.transaction():
        store.put("tablet", Batch(RIDE, points(5, 6)), 0.0)
    assert store.curve(held) is None


@pytest.mark.parametrize("finished", [False, True])
def test_turning_the_class_clock_back_wins_nothing_also_after_a_restart(store, finished):
    now, end = 2000.0, 1900.0 if finished else None
    cheat, honest = (RideHeader(RideHeader.new_id(), name, name, 1000.0, "hills", end) for name in ("cheat", "honest"))
    boards = Boards(store, lambda _: 600)
    ingest = Ingest(store, boards, lambda: now)
    cycling = tuple(Point(s, 1000.0 + s, s % 20 + 0.0, power_w=400.0) for s in range(900))
    riding = tuple(Point(s, 1000.0 + s, s + 1.0, power_w=100.0) for s in range(100))
    deliveries = [Delivery("t", encode(Batch(cheat, cycling[s : s + 60]))) for s in range(0, 900, 60)]
    ingest.accept([Delivery("t", encode(Batch(honest, riding))), *deliveries])
    expected = [(1, "honest", 10.0), (2, "cheat", 8.0)]
    for restarted in (boards, Boards(store, lambda _: 600), Boards(store, lambda _: 600)):
        top = restarted.top("hills", now)
        assert [(row.rank, row.name, row.kj) for row in top.all_time.rows] == expected
        assert top.here_now.count == (0 if finished else 2)


def test_curves_that_counted_seconds_twice_are_made_anew(tmp_path):
    older = tmp_path / "schema"
    older.mkdir()
    shutil.copy(SCHEMA / "001_rides.sql", older)
    with closing(sqlite3.connect(tmp_path / "cloud.sqlite3", isolation_level=None)) as db:
        migrate(db, older)
        newer = (("points", "speed_kmh"), ("rides", "quality"))  # today's store asks for them; gone again below
        for table, column in newer:
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
        db.execute("CREATE TABLE withdrawn (ride_id, tablet_id)")
        store = Store(SqliteDatabase(db))
        with store.transaction():
            ridden = replace(RIDE, class_id="hills", finished_at=1100.0)
            held = store.put("t", Batch(ridden, points(0, 50, class_s=1.0, power_w=100.0)), 0.0)
            store.save_curve(held, np.full(61, 50 * 1000, np.int32))
        for table, column in newer:
            db.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
        db.execute("DROP TABLE withdrawn")
    store = Store.open(tmp_path / "cloud.sqlite3")
    assert Boards(store, lambda _: 60).top("hills", 0.0).all_time.rows[0].kj == 0.1
    store.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path):
    schema = tmp_path / "schema"
    schema.mkdir()
    (schema / "001_first.sql").write_text("CREATE TABLE one (a INTEGER);")
    db = sqlite3.connect(tmp_path / "db", isolation_level=None)
    migrate(db, schema)
    (schema / "002_second.sql").write_text("CREATE TABLE two (a INTEGER);\nINSERT INTO nowhere VALUES (1);")
    with pytest.raises(sqlite3.Error):
        migrate(db, schema)
    tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == {"one"}
    (schema / "002_second.sql").write_text("CREATE TABLE two (a INTEGER);")
    migrate(db, schema)
    migrate(db, schema)
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    (schema / "002_second.sql").unlink()
    with pytest.raises(SchemaTooNew, match="schema 2"):
        migrate(db, schema)
    db.close()
