"""What every store does alike."""

from __future__ import annotations

import time
import urllib.request
from pathlib import Path

import pytest

from sync.cloud.storage.door import Storage
from sync.cloud.storage.errors import BadAddress, BadRange, NoSuchKey

PIECE = bytes(range(256)) * 40


def test_what_is_put_can_be_got_listed_and_removed(store: Storage, tmp_path: Path):
    store.check()
    (tmp_path / "piece").write_bytes(PIECE)
    store.put("spin/v720/0001-ab.m4s", tmp_path / "piece", "video/iso.segment", "immutable")
    store.put("spin/class.json", b"{}", "application/json")
    store.put("spinning/class.json", b"[]")
    assert store.get("spin/v720/0001-ab.m4s").read() == PIECE
    assert store.exists("spin/class.json") and not store.exists("spin/none") and store.stat("spin") is None
    assert [(one.key, one.size_bytes) for one in store.list("spin")] == [
        ("spin/class.json", 2),
        ("spin/v720/0001-ab.m4s", len(PIECE)),
    ]
    assert [one.key for one in store.list()][-1] == "spinning/class.json"
    store.remove(["spin/class.json", "spin/v720/0001-ab.m4s", "spin/never-there"])
    assert list(store.list("spin/")) == [] and [one.key for one in store.list()] == ["spinning/class.json"]


@pytest.mark.parametrize(
    ("first", "last", "given"),
    [(0, 99, slice(0, 100)), (500, None, slice(500, None)), (10_000, 99_999, slice(10_000, None)), (7, 7, slice(7, 8))],
)
def test_a_part_is_given_and_says_which(store: Storage, first, last, given):
    store.put("piece", PIECE)
    part = store.get("piece", first, last)
    assert part.read() == PIECE[given]
    there = range(len(PIECE))[given]
    assert (part.first, part.last, part.entry.size_bytes) == (there[0], there[-1], len(PIECE))


def test_what_is_not_there_and_what_lies_beyond_the_end(store: Storage):
    store.put("piece", PIECE)
    with pytest.raises(NoSuchKey, match="there is no none"):
        store.get("none")
    with pytest.raises(BadRange, match=f"piece has no byte {len(PIECE)}"):
        store.get("piece", len(PIECE))


def test_new_content_has_another_tag_and_what_is_read_stays_whole(store: Storage):
    store.put("small", b"one")
    first, reading = store.stat("small"), store.get("small")
    time.sleep(0.01)  # the clock of files
    store.put("small", b"two")
    assert reading.read() == b"one" and store.get("small").read() == b"two"
    assert first and store.stat("small").tag != first.tag


def test_the_original_of_what_was_put_may_go(store: Storage, tmp_path: Path):
    (tmp_path / "piece").write_bytes(PIECE)
    store.put("piece", tmp_path / "piece")
    (tmp_path / "piece").unlink()
    assert store.get("piece").read() == PIECE


def test_its_url_gives_it_to_whoever_has_the_url(store: Storage):
    store.put("spin/poster.jpg", PIECE, "image/jpeg")
    with urllib.request.urlopen(store.url_of("spin/poster.jpg")) as answer:
        assert answer.read() == PIECE and answer.headers["Content-Type"] == "image/jpeg"


def test_no_key_leads_out(store: Storage):
    for key in ("", "/etc/passwd", "a/../b", "..", ".making/x", "a//b", "a/", "a\0b", "a\nb", "ä", "a" * 501):
        for verb in (store.get, store.stat, lambda key: store.put(key, b""), lambda key: store.remove([key])):
            with pytest.raises(BadAddress):
                verb(key)
