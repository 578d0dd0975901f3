"""Classes on a shelf, in a store of either kind: what is offered, what stays, what goes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sync.cloud.classes import pieces
from sync.cloud.classes.errors import MakerError
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.versions import Version, Words, assemble
from sync.cloud.storage.address import Stores
from sync.cloud.storage.door import Storage
from sync.cloud.storage.errors import Unreachable
from sync.records import FitnessClass, Segment

RECORD = FitnessClass(
    "spin", "Spin", "Sam", "Climb", 2, "Pop", "rays", 1, 60, (Segment("All", 60),), playlist="", published_at=1.0
)
Make = Callable[..., Version]


@pytest.fixture
def shelf(store: Storage, tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "data", Stores(store, store))


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Makes a small version below ``tmp_path``: of ``source``, with these pictures in its rungs."""

    def assembled(source: str, grown: Version | None = None, **rungs: bytes) -> Version:
        home = tmp_path / "home"
        found, made = list(grown.pieces if grown else ()), list(grown.rungs if grown else ())
        for name, content in rungs.items():
            segment = pieces.write(content, home / name, "0000", ".m4s", home)
            listed = pieces.write(f"#EXTM3U\n{segment.path}".encode(), home / name, "", ".m3u8", home)
            height = int(name[1:])
            made.append(Rung(name, 640, height, 30, "avc1,mp4a", listed.path, 9, 8, segment.size_bytes, source))
            found += [segment, listed]
        poster = pieces.write(f"poster {source}".encode(), home, "poster", ".jpg", home)
        words = Words(poster.path, poster.path, poster.path)
        return assemble(replace(RECORD, description=source), source, words, made, [*found, poster], home)

    return assembled


def keys(store: Storage, ending: str = ".m4s") -> list[str]:
    return [one.key for one in store.list() if one.key.endswith(ending)]


def test_a_class_is_offered_by_one_small_file_that_comes_last(shelf, store, make, tmp_path, monkeypatch):
    written: list[str] = []
    real = type(store).put
    monkeypatch.setattr(type(store), "put", lambda self, key, *rest: (written.append(key), real(self, key, *rest))[1])
    version = shelf.publish(tmp_path / "home", make("one", v360=b"low", v720=b"high"))
    assert written[-3:] == [f"spin/versions/{version.revision}.json", "spin/master.m3u8", "spin/class.json"]
    offered = json.loads(store.get("spin/class.json").read())
    master = store.get(offered["playlist"].removeprefix("/media/")).read()
    assert master == store.get("spin/master.m3u8").read() and b"v720/" in master
    assert offered["revision"] == version.revision and shelf.rungs("spin") == {720: "one", 360: "one"}
    assert [one.id for one in shelf.classes()] == ["spin"]


def test_what_is_there_already_is_not_sent_again(shelf, store, make, tmp_path, monkeypatch):
    shelf.publish(tmp_path / "home", make("one", v360=b"low"))
    written: list[str] = []
    real = type(store).put
    monkeypatch.setattr(type(store), "put", lambda self, key, *rest: (written.append(key), real(self, key, *rest))[1])
    shelf.publish(tmp_path / "home", make("two", v360=b"low", v720=b"high"))
    assert [key for key in written if key.endswith(".m4s")] == [key for key in keys(store) if "v720" in key]


def test_the_version_before_stays_until_the_next_and_can_be_gone_back_to(shelf, store, make, tmp_path):
    first = shelf.publish(tmp_path / "home", make("one", v360=b"first"))
    second = shelf.publish(tmp_path / "home", make("two", v360=b"second"))
    assert len(keys(store)) == 2 and second.before == first.revision
    back = shelf.roll_back("spin")
    assert back.revision == first.revision and shelf.find("spin").description == "one"
    assert store.get("spin/master.m3u8").read() == store.get(f"spin/{first.master}").read()
    assert shelf.roll_back("spin").revision == second.revision
    shelf.publish(tmp_path / "home", make("three", v360=b"third"))
    assert len(keys(store)) == 2 and len(keys(store, ".json")) == 1 + 2 + 2
    assert shelf.roll_back("spin").revision == second.revision


def test_a_version_that_only_grows_goes_back_to_what_was_before_it(shelf, store, make, tmp_path):
    first = shelf.publish(tmp_path / "home", make("one", v360=b"first"))
    low = shelf.publish(tmp_path / "home", make("two", v360=b"low"))
    grown = shelf.publish(tmp_path / "home", make("two", low, v720=b"high"))
    assert {rung.name for rung in grown.rungs} == {"v360", "v720"} and grown.before == first.revision
    assert len(keys(store)) == 3
    assert shelf.roll_back("spin").revision == first.revision


def test_there_is_nothing_to_go_back_to_at_first(shelf, make, tmp_path):
    with pytest.raises(MakerError, match="there is no class 'spin'"):
        shelf.roll_back("spin")
    shelf.publish(tmp_path / "home", make("one", v360=b"first"))
    with pytest.raises(MakerError, match="has no version before this one"):
        shelf.roll_back("spin")


def test_a_store_that_fails_on_the_way_offers_nothing_new(shelf, store, make, tmp_path, monkeypatch):
    first = shelf.publish(tmp_path / "home", make("one", v360=b"first"))
    second, real = make("two", v360=b"second", v720=b"high"), type(store).put

    def failing(self: Storage, key: str, *rest: object) -> None:
        if "v720" in key:
            raise Unreachable("the store does not answer", "try again later")
        real(self, key, *rest)

    monkeypatch.setattr(type(store), "put", failing)
    with pytest.raises(Unreachable):
        shelf.publish(tmp_path / "home", second)
    assert shelf.version("spin") == first
    monkeypatch.undo()
    assert shelf.publish(tmp_path / "home", second).before == first.revision


def test_a_class_is_taken_away_whole(shelf, store, make, tmp_path):
    shelf.publish(tmp_path / "home", make("one", v360=b"first"))
    assert shelf.remove("spin") and list(store.list()) == [] and not shelf.remove("spin")


def test_what_an_older_maker_made_stays_until_the_next_version(shelf, store, make, tmp_path):
    store.put("spin/class.json", json.dumps({"id": "spin"}).encode())
    store.put("spin/v720/0123456789_0001.m4s", b"old")
    assert shelf.rungs("spin") == {}
    shelf.publish(tmp_path / "home", make("one", v360=b"first"))
    assert "spin/v720/0123456789_0001.m4s" in keys(store)
    shelf.publish(tmp_path / "home", make("two", v360=b"second"))
    assert "spin/v720/0123456789_0001.m4s" not in keys(store)
