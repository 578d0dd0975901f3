"""Class media over HTTP: types, ranges, caching, and nothing from outside the class."""

from __future__ import annotations

import httpx
import pytest

SEGMENT = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def media(cloud) -> httpx.Client:
    directory = cloud.add_class("filmed")
    (directory / "v720").mkdir(exist_ok=True)
    names = ["master.m3u8", "v720/init.mp4", "v720/0001.m4s", "v720/0001.ts", "captions.vtt", "poster.jpg"]
    for name in names:
        (directory / name).write_bytes(SEGMENT)
    (directory / "notes.txt").write_text("private")
    (cloud.data / "classes" / "outside.m4s").write_text("private")
    (directory / "link.m4s").symlink_to(cloud.data / "cloud.sqlite3")
    with httpx.Client(base_url=f"{cloud.url}/media/filmed/") as client:
        yield client


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("master.m3u8", "application/vnd.apple.mpegurl"),
        ("v720/init.mp4", "video/mp4"),
        ("v720/0001.m4s", "video/iso.segment"),
        ("v720/0001.ts", "video/mp2t"),
        ("captions.vtt", "text/vtt; charset=utf-8"),
        ("poster.jpg", "image/jpeg"),
    ],
)
def test_types(media, name, media_type):
    answer = media.get(name)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, media_type, SEGMENT)
    head = media.head(name)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-length"] == str(len(SEGMENT))


@pytest.mark.parametrize(
    ("asked", "given"),
    [("bytes=0-99", slice(0, 100)), ("bytes=500-", slice(500, None)), ("bytes=-16", slice(-16, None))],
)
def test_ranges(media, asked, given):
    answer = media.get("v720/0001.m4s", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, SEGMENT[given])
    first = range(len(SEGMENT))[given][0]
    assert answer.headers["content-range"] == f"bytes {first}-{first + len(answer.content) - 1}/{len(SEGMENT)}"


def test_a_range_beyond_the_end_is_refused(media):
    answer = media.get("v720/0001.m4s", headers={"Range": "bytes=999999-"})
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{len(SEGMENT)}"
    assert set(answer.json()) == {"error", "remedy", "details"} and "Content-Range" in answer.json()["remedy"]
    head = media.head("v720/0001.m4s", headers={"Range": "bytes=999999-"})
    assert (head.status_code, head.content) == (416, b"")


@pytest.mark.parametrize("asked", ["bytes", "lines=1-2", "bytes=", "bytes=9-3"])
def test_a_range_that_makes_no_sense_is_refused_like_all_else(media, asked):
    answer = media.get("v720/0001.m4s", headers={"Range": asked})
    assert answer.status_code == 400
    assert set(answer.json()) == {"error", "remedy", "details"} and "bytes=0-1023" in answer.json()["remedy"]


def test_every_answer_is_described_and_that_media_are_public(media, cloud):
    described = httpx.get(f"{cloud.url}/openapi.json").json()["paths"]["/media/{class_id}/{name}"]["get"]
    assert set(described["responses"]) >= {"200", "206", "304", "400", "404", "416"}
    assert {"video/iso.segment", "image/jpeg"} <= set(described["responses"]["206"]["content"])
    for status in ("400", "404", "416"):
        assert "Refusal" in str(described["responses"][status]["content"]["application/json"])
    assert "Public on purpose" in described["description"] and "security" not in described


def test_segments_are_kept_for_long_and_playlists_asked_again(media):
    assert "immutable" in media.get("v720/0001.m4s").headers["cache-control"]
    playlist = media.get("master.m3u8")
    assert playlist.headers["cache-control"] == "public, max-age=10"
    again = media.get("master.m3u8", headers={"If-None-Match": playlist.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/media/filmed/class.json",
        "/media/filmed/notes.txt",
        "/media/filmed/v720",
        "/media/filmed/v720/none.m4s",
        "/media/filmed/link.m4s",
        "/media/filmed/../outside.m4s",
        "/media/filmed/%2e%2e/outside.m4s",
        "/media/filmed/..%2foutside.m4s",
        "/media/..%2f..%2fcloud.sqlite3",
        "/media/../outside.m4s",
        "/media/filmed//etc/passwd",
        "/media/filmed/%2fetc%2fhostname.ts",
        "/media/filmed/v720/0001.m4s%00.ts",
        "/media/none/master.m3u8",
    ],
)
def test_nothing_else_is_served(media, cloud, path):
    answer = media.get(httpx.URL(cloud.url).copy_with(raw_path=path.encode()))
    assert answer.status_code == 404
    assert set(answer.json()) == {"error", "remedy", "details"}
