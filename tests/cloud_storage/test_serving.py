"""A cloud whose classes lie in an S3 service: catalogue and media come from there."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.cloud.records_mirror import RecordsMirror
from sync.cloud.storage.files import FileStorage
from sync.cloud.storage.kinds import IMMUTABLE, kind_of
from sync.cloud.storage.s3 import S3Storage

PIECE = bytes(range(256)) * 4000
NAME = "v720/0001-0123456789abcdef.m4s"
RECORD = {"id": "spin", "title": "Spin", "coach": "Sam", "kind": "Climb", "effort": 2, "music": "Pop"}
RECORD |= {"motif": "ridges", "palette": 1, "duration_s": 60, "segments": [], "playlist": "/media/spin/master.m3u8"}


@pytest.fixture(scope="module")
def clouds(service: str, client: Any, cloud_with: Callable[..., Any]) -> tuple[str, str]:
    """Two clouds over one store: one passes media on, one sends to the store."""
    media, records = (S3Storage(client, "classes", f"serving/{half}") for half in ("media", "records"))
    media.put(f"spin/{NAME}", PIECE, "video/iso.segment")
    media.put("spin/master.m3u8", b"#EXTM3U\n")
    media.put("spin/pieces-0123456789abcdef.json", b"{}")
    media.put("spin/versions/1.json", b"{}")
    records.put("spin/class.json", json.dumps(RECORD).encode())
    address = f"s3://classes/serving?endpoint={service}"
    return cloud_with("--store", address).url, cloud_with("--store", f"{address}&redirect=yes").url


def test_media_are_passed_on_whole_and_in_parts(clouds):
    whole = httpx.get(f"{clouds[0]}/media/spin/{NAME}")
    assert (whole.status_code, whole.content) == (200, PIECE)
    assert whole.headers["content-type"] == "video/iso.segment" and whole.headers["cache-control"] == IMMUTABLE
    ranges = {"bytes=0-99": slice(0, 100), "bytes=500-": slice(500, None), "bytes=-16": slice(-16, None)}
    for asked, given in ranges.items():
        part = httpx.get(f"{clouds[0]}/media/spin/{NAME}", headers={"Range": asked})
        first = range(len(PIECE))[given][0]
        assert (part.status_code, part.content) == (206, PIECE[given])
        assert part.headers["content-range"] == f"bytes {first}-{first + len(part.content) - 1}/{len(PIECE)}"
    head = httpx.head(f"{clouds[0]}/media/spin/{NAME}")
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(PIECE)), b"")
    again = httpx.get(f"{clouds[0]}/media/spin/{NAME}", headers={"If-None-Match": whole.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_ranges_that_cannot_be_are_refused_as_with_files(clouds):
    for asked, status in (("bytes=9999999-", 416), ("lines=1-2", 400), ("bytes=9-3", 400)):
        refused = httpx.get(f"{clouds[0]}/media/spin/{NAME}", headers={"Range": asked})
        assert refused.status_code == status and set(refused.json()) == {"error", "remedy", "details"}


def test_whoever_asks_for_a_piece_can_be_sent_to_the_store(clouds, service):
    sent = httpx.get(f"{clouds[1]}/media/spin/{NAME}")
    assert sent.status_code == 307 and sent.headers["location"].startswith(service)
    part = httpx.get(sent.headers["location"], headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, PIECE[5:10])
    assert httpx.get(f"{clouds[1]}/media/spin/master.m3u8").content == b"#EXTM3U\n"


@pytest.mark.parametrize("name", ["none.m4s", "class.json", "versions/1.json", "..%2f..%2frecords/spin/class.json"])
def test_nothing_else_is_served(clouds, name):
    answer = httpx.get(f"{clouds[0]}/media/spin/{name}")
    assert answer.status_code == 404 and set(answer.json()) == {"error", "remedy", "details"}


def test_a_list_of_pieces_is_served_by_its_name(clouds):
    assert httpx.get(f"{clouds[0]}/media/spin/pieces-0123456789abcdef.json").json() == {}


def test_a_store_that_cannot_be_used_is_told_at_the_start(service, tmp_path):
    ports = ["--port", "0", "--mqtt-port", "0", "--nats-port", "0"]
    command = [sys.executable, "-m", "sync.cloud", "serve", "--data", str(tmp_path / "data"), *ports, "--store"]
    done = subprocess.run([*command, f"s3://nowhere/x?endpoint={service}"], capture_output=True, text=True)
    assert done.returncode == 1 and "there is no such bucket: make the bucket first" in done.stderr


def test_the_catalogue_follows_the_store(client, tmp_path: Path):
    """New, changed and removed classes; media are none of its business, nor is what it does not know."""
    store = S3Storage(client, "classes", f"mirror/{tmp_path.name}")
    mirror, here = RecordsMirror(store, tmp_path), FileStorage(tmp_path)
    store.put("spin/class.json", b"1")
    store.put("climb/class.json", b"1")
    store.put("spin/other.json", b"x")
    assert mirror.look() and [one.key for one in here.list()] == ["climb/class.json", "spin/class.json"]
    assert not mirror.look()
    store.put("spin/class.json", b"22")
    store.remove(["climb/class.json"])
    assert mirror.look() and here.get("spin/class.json").read() == b"22"
    assert [one.key for one in here.list()] == ["spin/class.json"]
    assert not RecordsMirror(store, tmp_path).look()


@pytest.mark.parametrize(
    ("name", "immutable"),
    [
        (NAME, True),
        ("v720/0123456789abcdef.m3u8", True),
        ("captions-0123456789abcdef.vtt", True),
        ("captions.vtt", False),
        ("master.m3u8", False),
        ("master-0123456789abcdef.m3u8", False),
        ("live/0001.m3u8", False),
    ],
)
def test_what_is_named_by_its_content_may_be_kept_for_good(name, immutable):
    kind = kind_of(name)
    assert kind and (kind[1] == IMMUTABLE) == immutable
