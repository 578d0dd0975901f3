"""What is learnt from playlists, and what is said when they cannot be had."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from console.playlist import Outline, Unavailable, outline
from tests.films import FilmServer

MASTER = "#EXTM3U\n#EXT-X-STREAM-INF:RESOLUTION=1280x720,BANDWIDTH=9\nlow/v.m3u8?a=1\n"
MASTER += "#EXT-X-STREAM-INF:BANDWIDTH=20,RESOLUTION=1920x1080\nhigh/v.m3u8\n"
MEDIA = "#EXTM3U\n#EXTINF:4.0,\na.ts\n#EXTINF:2.5,\nb.ts\n"


@pytest.fixture
def server(tmp_path: Path):
    serving = FilmServer(tmp_path)
    yield serving
    serving.close()


@pytest.mark.parametrize(("end", "length_s"), [("#EXT-X-ENDLIST\n", 6.5), ("", None)])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_sizes_come_from_the_master_and_the_length_from_a_rung(tmp_path, server, end, length_s, newline):
    (tmp_path / "low").mkdir()
    (tmp_path / "master.m3u8").write_text(MASTER, newline=newline)
    (tmp_path / "low/v.m3u8").write_text(MEDIA + end, newline=newline)
    assert outline(f"{server.url}/master.m3u8") == Outline(((1280, 720), (1920, 1080)), length_s)


def test_a_rung_alone_tells_its_length(tmp_path, server):
    (tmp_path / "v.m3u8").write_text(MEDIA + "#EXT-X-ENDLIST\n")
    assert outline(f"{server.url}/v.m3u8") == Outline((), 6.5)


def test_other_films_are_not_asked_for():
    assert outline("/media/film.mp4") == outline("http://127.0.0.1:9/film.mp4") == Outline()


@pytest.mark.parametrize(("status", "said"), [(404, "not on the server"), (403, "let this tablet"), (503, "error 503")])
def test_the_servers_refusal_is_put_into_words(server, status, said):
    server.break_("v.m3u8", status)
    with pytest.raises(Unavailable, match=said) as told:
        outline(f"{server.url}/v.m3u8")
    assert told.value.remedy


def test_a_rung_that_is_missing_is_found_before_playing(tmp_path, server):
    (tmp_path / "master.m3u8").write_text(MASTER)
    with pytest.raises(Unavailable, match="not on the server"):
        outline(f"{server.url}/master.m3u8")


def test_no_server_and_no_such_host_are_told():
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="cannot be reached"):
            outline(f"http://127.0.0.1:{nobody.getsockname()[1]}/v.m3u8")
    with pytest.raises(Unavailable, match="cannot be reached"):
        outline("http://no.such.host.invalid/v.m3u8")
