"""A live origin as players and consoles see it."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import httpx
import m3u8
import numpy as np
import pytest

from tests.live import media
from tests.live.media import RUNG
from tests.live.origins import eventually


def test_the_ladder_is_a_valid_live_playlist(on_air):
    master = m3u8.loads(on_air.a.get("master.m3u8").text)
    [rung] = master.playlists
    assert rung.stream_info.resolution == (320, 180) and rung.stream_info.frame_rate == 30
    assert rung.stream_info.codecs.startswith("avc1.4d40") and rung.stream_info.codecs.endswith("mp4a.40.2")
    eventually(lambda: len(media.playlist(on_air.a).segments) >= 4)
    playlist = media.playlist(on_air.a)
    assert playlist.target_duration == 1 and not playlist.is_endlist
    assert all(one.duration == 1.0 for one in playlist.segments)
    times = [one.program_date_time.timestamp() for one in playlist.segments]
    assert np.allclose(np.diff(times), 1.0, atol=0.1), "a little is set right in the first seconds"
    edge = on_air.a.status()["edge_wall_s"]
    assert 0 < time.time() - edge < 4, "the newest second is fresh"


def test_segments_begin_with_all_that_a_decoder_needs_at_a_whole_second(on_air):
    eventually(lambda: len(media.playlist(on_air.a).segments) >= 2)
    one = media.playlist(on_air.a).segments[-1]
    content = media.segment(on_air.a, one)
    pictures = media.packets(content)
    assert len(pictures) == 30 and "K" in pictures[0]["flags"] and "K" not in pictures[1]["flags"]
    assert float(pictures[0]["pts_time"]) == int(one.uri.rpartition("-")[2].removesuffix(".m4s"))
    body = on_air.a.get(f"{RUNG}/{one.uri}").content
    assert b"\x00\x00\x00" in body and body.index(b"\x67") < body.index(b"\x65"), "parameter sets are in band"


def test_players_play_it(on_air):
    assert media.watch(f"{on_air.a.url}/master.m3u8", 2) >= 45


def test_headers(on_air):
    playlist = on_air.a.get(f"{RUNG}/media.m3u8")
    assert playlist.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert playlist.headers["cache-control"] == "no-cache"
    one = media.playlist(on_air.a).segments[-1]
    segment = media.head(on_air.a, f"{RUNG}/{one.uri}", Origin="https://example.org")
    assert segment.headers["content-type"] == "video/iso.segment" and "immutable" in segment.headers["cache-control"]
    assert segment.headers["access-control-allow-origin"] == "*"
    assert on_air.a.get(f"{RUNG}/{one.init_section.uri}").headers["content-type"] == "video/mp4"


@pytest.mark.parametrize("path", ["v180/none.m4s", "v720/media.m3u8", "v180/..%2f..%2fetc%2fpasswd", "v180/init.mp4"])
def test_what_is_not_there_is_refused(on_air, path):
    answer = on_air.a.get(path)
    assert answer.status_code == 404 and set(answer.json()) == {"error", "remedy", "details"}


def test_the_feed_serves_many_at_once(on_air):
    seen: list[int] = []
    feed = f"{on_air.a.facts['feed']}?mode=caller"
    # who knocks in the same moment as another may be sent away, and knocks again
    watch = lambda: seen.append(eventually(lambda: media.watch(feed, 2)))  # noqa: E731
    watchers = [threading.Thread(target=watch) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert len(seen) == 2 and min(seen) >= 30


def test_live_json_says_what_was_on_the_air_when(on_air):
    told = on_air.a.status()
    assert (told["class_id"], told["state"], told["picture"]) == ("hour", "live", "320x180 h264, aac")
    assert abs(told["now"] - time.time()) < 5
    one = media.playlist(on_air.a).segments[-1]
    second = int(one.uri.rpartition("-")[2].removesuffix(".m4s"))
    assert second + told["mapping"]["wall_at_pts_0"] == pytest.approx(one.program_date_time.timestamp(), abs=0.01)
    assert told["feed"]["open"] and 0 < told["feed"]["delay_s"] < 3
    assert told["recording"]["bytes"] > 0 and told["recording"]["trouble"] is None


def test_both_origins_show_the_same_moment_at_the_same_time(on_air):
    def both() -> list[tuple[m3u8.Segment, m3u8.Segment]]:
        ours, theirs = (
            {one.uri.rpartition("-")[2]: one for one in media.playlist(origin).segments}
            for origin in (on_air.a, on_air.b)
        )
        return [(ours[name], theirs[name]) for name in sorted(ours.keys() & theirs.keys())]

    ours, theirs = eventually(both)[-1]
    assert abs((ours.program_date_time - theirs.program_date_time).total_seconds()) < 0.1
    a, b = media.segment(on_air.a, ours), media.segment(on_air.b, theirs)
    assert [p["pts_time"] for p in media.packets(a)] == [p["pts_time"] for p in media.packets(b)]
    pictures = [np.frombuffer(media.first_picture(one), np.uint8).astype(int) for one in (a, b)]
    assert np.abs(pictures[0] - pictures[1]).mean() < 3, "and it is the same picture"


def test_who_is_no_encoder_or_comes_second_costs_nothing(on_air):
    port = int(httpx.URL(on_air.a.encoder_url).port)
    before = on_air.a.children("ffmpeg")
    with socket.create_connection(("127.0.0.1", port), timeout=10) as second, contextlib.suppress(ConnectionError):
        second.sendall(b"\x03" + bytes(1536))
        assert second.recv(1) == b""
    assert on_air.a.children("ffmpeg") == before
    assert "another encoder" in on_air.a.log.read_text()
    assert on_air.a.status()["state"] == "live"
