"""Playlists from a network: whatever comes, it is understood or refused with a reason, soon."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from console.gateway.reading import (
    LONGEST_LINE,
    MOST_BYTES,
    MOST_RUNGS,
    MOST_SEGMENTS,
    ByteRange,
    Film,
    Part,
    Track,
    Unreadable,
    read,
    read_track,
)

URL = "http://studio.example/media/ride/master.m3u8"
MASTER = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-CONTENT-STEERING:SERVER-URI="/media/ride/steering.json",PATHWAY-ID="edge"
#EXT-X-SESSION-DATA:DATA-ID="org.breakaway.pieces",URI="pieces.json"
#EXT-X-SESSION-DATA:DATA-ID="com.example.title",VALUE="A ride"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="c",NAME="Forced",FORCED=YES,URI="forced.m3u8"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="c",NAME="English",DEFAULT=YES,URI="captions.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=2000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720,\
PATHWAY-ID="edge",STABLE-VARIANT-ID="v720",SUBTITLES="c"
v720/v.m3u8?token=1
#EXT-X-STREAM-INF:BANDWIDTH=900000,RESOLUTION=640x360,PATHWAY-ID="far"
https://far.example/v360.m3u8
"""
MEDIA = """#EXTM3U
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-MAP:URI="init.mp4",BYTERANGE="800@0"
#EXT-X-PROGRAM-DATE-TIME:2026-11-27T18:00:00.500+00:00
#EXTINF:4.0,
a.m4s
#EXT-X-DISCONTINUITY
#EXTINF:2.5,
#EXT-X-BYTERANGE:500@100
b.m4s
#EXTINF:2.5,
#EXT-X-BYTERANGE:300
b.m4s
"""


def test_a_multivariant_playlist_tells_rungs_pathways_steering_captions_and_pieces():
    film = read(MASTER.encode(), URL)
    assert isinstance(film, Film)
    high, low = film.rungs
    assert (high.url, high.height, high.bandwidth, high.average) == (
        "http://studio.example/media/ride/v720/v.m3u8?token=1",
        720,
        3_000_000,
        2_000_000,
    )
    assert (high.pathway, high.stable_id, high.codecs) == ("edge", "v720", "avc1.64001f,mp4a.40.2")
    assert (low.url, low.average, low.pathway) == ("https://far.example/v360.m3u8", 900_000, "far")
    assert film.steering is not None
    assert (film.steering.server_url, film.steering.pathway) == (
        "http://studio.example/media/ride/steering.json",
        "edge",
    )
    assert film.captions == "http://studio.example/media/ride/captions.m3u8"
    assert film.pieces_url == "http://studio.example/media/ride/pieces.json"


def test_a_media_playlist_tells_numbers_times_ranges_and_inits():
    track = read_track(MEDIA.encode(), URL)
    assert (track.ended, track.target_s, track.length_s) == (False, 4.0, 9.0)
    first, second, third = track.segments
    assert (first.number, second.number, third.number) == (7, 8, 9)
    assert first.part == Part("http://studio.example/media/ride/a.m4s")
    assert first.init == Part("http://studio.example/media/ride/init.mp4", ByteRange(0, 800))
    assert first.wall_s == 1795802400.5 and second.wall_s == 1795802404.5
    assert second.discontinuity and not third.discontinuity
    assert (second.part.range, third.part.range) == (ByteRange(100, 500), ByteRange(600, 300))


REFUSED = {
    "no playlist": b"<html>404</html>",
    "not in UTF-8": "#EXTM3U\n#EXTINF:4,\ncaf\u00e9.ts\n".encode("latin-1"),
    "larger than": b"#EXTM3U\n" + b"#" * MOST_BYTES,
    "no text": b"#EXTM3U\n\0\n",
    "too many lines": b"#EXTM3U\n" + b"#" + b"x" * LONGEST_LINE + b"\n",
    "is empty": b"#EXTM3U\n#EXT-X-ENDLIST\n",
    "rungs and segments": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n#EXTINF:4,\na.ts\n",
    f"more than {MOST_RUNGS} rungs": b"#EXTM3U\n" + b"#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n" * (MOST_RUNGS + 1),
    f"more than {MOST_SEGMENTS} segments": b"#EXTM3U\n" + b"#EXTINF:4,\na.ts\n" * (MOST_SEGMENTS + 1),
    "impossible size or rate": b"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=0\nv.m3u8\n",
    "impossible length": b"#EXTM3U\n#EXTINF:-4,\na.ts\n",
    "impossible byte range": b"#EXTM3U\n#EXTINF:4,\n#EXT-X-BYTERANGE:-5@3\na.ts\n",
    "encrypted": b'#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="k"\n#EXTINF:4,\na.ts\n',
    "malformed": b"#EXTM3U\n#EXT-X-TARGETDURATION:four\n#EXTINF:4,\na.ts\n",
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_is_no_proper_playlist_is_refused_with_a_reason(why):
    with pytest.raises(Unreadable, match=why):
        read(REFUSED[why], URL)


def test_a_value_that_is_none_is_told_with_its_line_and_in_plain_words():
    with pytest.raises(Unreadable) as told:
        read(b"#EXTM3U\n#EXT-X-TARGETDURATION:banana\n#EXTINF:4,\na.ts\n", URL)
    assert str(told.value) == "the playlist is malformed: '#EXT-X-TARGETDURATION:banana' cannot be read"


def test_a_rung_that_is_a_list_of_rungs_is_refused():
    with pytest.raises(Unreadable, match="list of rungs again"):
        read_track(MASTER.encode(), URL)


TAGS = [*MASTER.splitlines(), *MEDIA.splitlines(), '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="', "#EXT-X-KEY:METHOD="]
TAGS += ["#EXT-X-MAP:", "#EXTINF:nan,", "#EXTINF:1e999,", "#EXT-X-BYTERANGE:9" + "9" * 40, "../../etc/passwd"]
TAGS += ["#EXT-X-PROGRAM-DATE-TIME:never", "file:///etc/passwd", "#EXT-X-SKIP:SKIPPED-SEGMENTS=9", "#EXT-X-PART:"]
TAGS += ["#EXT-X-STREAM-INF:BANDWIDTH=x", "#EXT-X-DATERANGE:", "#EXT-X-CONTENT-STEERING:", "#EXT-X-SESSION-DATA:"]
LINES = st.lists(st.one_of(st.sampled_from(TAGS), st.text(max_size=60)), max_size=30).map("\n".join)
ANY = st.one_of(st.binary(max_size=300), LINES.map(lambda text: ("#EXTM3U\n" + text).encode("utf-8", "surrogatepass")))


@given(ANY)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_bytes_are_a_film_a_track_or_unreadable(data):
    try:
        found = read(data, URL)
    except Unreadable as error:
        assert str(error)
        return
    if isinstance(found, Track):
        assert all(0 <= segment.duration_s <= 3600 for segment in found.segments)
    else:
        assert found.rungs and all(rung.bandwidth > 0 for rung in found.rungs)


@pytest.mark.parametrize(
    "line",
    [
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="' + "a," * 3900,
        "#EXT-X-STREAM-INF:" + "'\"," * 2600,
        "#EXT-X-MEDIA:" + "A=" * 3900,
        "#EXTINF:" + "9" * 7900 + ",",
    ],
)
def test_hostile_lines_take_no_time(line):
    began = time.process_time()
    for _ in range(20):
        with pytest.raises(Unreadable):
            read(f"#EXTM3U\n{line}\n#EXT-X-ENDLIST".encode(), URL)
    assert time.process_time() - began < 2.0
