"""What the tablet's file does when the disk, a newer program or an older one has been at it."""

import sqlite3
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from sync import cache as cache_module
from sync.cache import Cache, CacheTooNew, CacheUnusable
from sync.enrolment_file import place
from sync.migrations import migrate
from sync.records import Enrolment

PAGE = 4096


def page_of(path: Path, table: str) -> int:
    with sqlite3.connect(path) as db:
        [(page,)] = db.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
    db.close()
    return page


def damage(path: Path, page: int) -> None:
    whole = bytearray(path.read_bytes())
    whole[(page - 1) * PAGE : page * PAGE] = b"\xff" * PAGE
    path.write_bytes(whole)


@pytest.mark.parametrize("table", ["rides", "points", "settings"])
def test_a_damaged_page_is_found_when_opening(cache, ride, table):
    ride(2000)
    cache.close()
    damage(cache.path, page_of(cache.path, table))
    again = Cache.open(cache.path)
    assert again.set_aside is not None and again.set_aside.exists()
    again.close()


def test_a_big_file_closed_in_order_opens_without_reading_all_points(cache, ride, monkeypatch):
    monkeypatch.setattr(cache_module, "_QUICKLY_READ", 1)
    ride(2000)
    cache.close()
    whole = cache.path.read_bytes()
    damage(cache.path, page_of(cache.path, "points"))
    again = Cache.open(cache.path)
    assert again.set_aside is None and len(again.rides("ada")) == 1, "its rides can still be listed"
    again.close()
    damage(cache.path, page_of(cache.path, "rides"))
    again = Cache.open(cache.path)
    assert again.set_aside is not None, "everything but the Points is always looked at"
    again.close()
    cache.path.write_bytes(whole)
    damage(cache.path, page_of(cache.path, "points"))
    cache.path.with_name(f"{cache.path.name}-wal").touch()  # as after a power cut
    again = Cache.open(cache.path)
    assert again.set_aside not in (None, cache.set_aside) and again.rides("ada") == []
    again.close()


CLOUD, ENROLMENT = "http://cloud", Enrolment("t" * 32, "secret", "cloud", 1883)


def damaged(cache):
    cache.close()
    cache.path.write_bytes(b"rubbish" * 1000)
    return Cache.open(cache.path)


def test_the_enrolment_outlives_a_damage_and_is_for_the_owner_only(cache):
    cache.save_enrolment(CLOUD, replace(ENROLMENT, token="older"))
    cache.save_enrolment(CLOUD, ENROLMENT)
    assert stat.S_IMODE(place(cache.path).stat().st_mode) == 0o600
    again = damaged(cache)
    assert again.set_aside is not None and again.enrolment() == (CLOUD, ENROLMENT)
    once_more = damaged(again)
    assert once_more.enrolment() == (CLOUD, ENROLMENT), "also when it happens twice"
    once_more.close()


def test_a_tablet_enrolled_before_there_was_the_file_gets_one(cache):
    cache.save_enrolment(CLOUD, ENROLMENT)
    place(cache.path).unlink()
    cache.close()
    again = damaged(Cache.open(cache.path))
    assert again.enrolment() == (CLOUD, ENROLMENT)
    again.close()


@pytest.mark.parametrize("content", [b"", b"rubbish", b"[]", b'{"base_url": "x", "enrolment": {}}', None])
def test_without_a_readable_file_the_tablet_is_to_be_enrolled_again(cache, content):
    if content is not None:
        place(cache.path).write_bytes(content)
    again = damaged(cache)
    assert again.set_aside is not None and again.enrolment() is None
    again.close()


def test_a_cache_that_was_taken_away_by_hand_begins_anew(cache):
    cache.save_enrolment(CLOUD, ENROLMENT)
    cache.close()
    cache.path.unlink()
    again = Cache.open(cache.path)
    assert again.enrolment() is None
    again.close()


def test_two_damages_at_once_are_both_kept(cache, monkeypatch):
    monkeypatch.setattr(cache_module.time, "strftime", lambda form: "20260101-000000")
    kept = []
    cache.close()
    for content in (b"first" * 300, b"second" * 300):
        cache.path.write_bytes(content)
        again = Cache.open(cache.path)
        kept.append(again.set_aside)
        again.close()
    assert [path.read_bytes()[:6] for path in kept] == [b"firstf", b"second"]


def test_a_busy_file_is_not_taken_for_a_damaged_one(cache, ride, monkeypatch):
    ride(10)
    cache.close()
    holder = sqlite3.connect(cache.path)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("UPDATE rides SET rider_name = 'Bo'")
    monkeypatch.setattr(cache_module, "WAIT_S", 0.1)
    with pytest.raises(CacheUnusable, match="locked"):
        Cache.open(cache.path)
    holder.commit()
    holder.close()
    assert list(cache.path.parent.glob("*damaged*")) == []
    again = Cache.open(cache.path)
    assert len(again.rides("ada")) == 1
    again.close()


def test_a_place_that_cannot_be_written_names_the_remedy(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CacheUnusable) as refused:
        Cache.open(tmp_path / "file" / "tablet.sqlite3")
    assert "folder" in refused.value.remedy and str(tmp_path) in str(refused.value)


def test_everything_beside_it_is_for_its_owner_too(cache, ride):
    ride(10)
    cache.path.chmod(0o644)  # somebody restored it from a backup
    again = Cache.open(cache.path)
    again.set_setting("volume", 1)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in cache.path.parent.glob("tablet*")}
    assert set(modes.values()) == {0o600} and len(modes) == 3
    again.close()


def test_a_folder_it_makes_is_for_its_owner_only(tmp_path):
    Cache.open(tmp_path / "new" / "tablet.sqlite3").close()
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_a_newer_file_that_was_not_closed_in_order_keeps_every_byte(cache, ride):
    ride(10)
    newer = cache.path.with_name("newer.sqlite3")
    with cache.writing() as db:
        db.execute("PRAGMA user_version = 99")
    for suffix in ("", "-wal"):  # a copy as a power cut would leave it: the newest version is in the WAL only
        newer.with_name(newer.name + suffix).write_bytes(cache.path.with_name(cache.path.name + suffix).read_bytes())
    before = {path: path.read_bytes() for path in cache.path.parent.glob("newer*") if not path.name.endswith("-shm")}
    with pytest.raises(CacheTooNew):
        Cache.open(newer)
    assert {path: path.read_bytes() for path in before} == before
    assert len(before) == 2


def test_a_migration_that_fails_changes_nothing(tmp_path):
    (tmp_path / "001_first.sql").write_text("CREATE TABLE first (id INTEGER);")
    (tmp_path / "002_second.sql").write_text("CREATE TABLE second (id INTEGER);\nINSERT INTO nowhere VALUES (1);")
    db = sqlite3.connect(tmp_path / "db")
    with pytest.raises(sqlite3.OperationalError):
        migrate(db, tmp_path)
    assert db.execute("SELECT name FROM sqlite_master").fetchall() == []
    (tmp_path / "002_second.sql").write_text("CREATE TABLE second (id INTEGER); -- mended")
    migrate(db, tmp_path)
    assert [name for (name,) in db.execute("SELECT name FROM sqlite_master")] == ["first", "second"]
    assert db.execute("PRAGMA user_version").fetchone() == (2,)
    db.close()


def test_migrations_are_numbered_without_gaps():
    numbers = sorted(int(path.name[:3]) for path in cache_module.SCHEMA.glob("*.sql"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_whoever_finds_the_damage_the_rider_is_told(cache, tmp_path):
    path = cache.path
    cache.close()
    path.write_bytes(b"nonsense" * 2000)
    Cache.open(path).close()  # a command, or the launcher
    shown = Cache.open(path)
    assert shown.set_aside is not None and shown.set_aside.exists()
    shown.told()
    shown.close()
    again = Cache.open(path)
    assert again.set_aside is None
    again.close()
