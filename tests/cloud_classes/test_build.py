"""A class made by the real command: what is on the disk afterwards, measured with ffprobe and ffmpeg."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from sync.records import FitnessClass, from_json


def probe(path: Path, *wanted: str) -> Any:
    """What ffprobe tells of a media file."""
    command = ["ffprobe", "-v", "error", "-of", "json", *wanted, str(path)]
    return json.loads(subprocess.run(command, check=True, capture_output=True).stdout)


def playlist(folder: Path, height: int) -> Path:
    """The playlist of one rung."""
    return next((folder / f"v{height}").glob("*.m3u8"))


def described(folder: Path) -> FitnessClass:
    return from_json(FitnessClass, json.loads((folder / "class.json").read_text()))


def keyframes(path: Path) -> list[float]:
    """Times of the key frames of a rung, from its start."""
    packets = probe(path, "-select_streams", "v", "-show_entries", "packet=pts_time,flags")["packets"]
    first = float(packets[0]["pts_time"])
    return [round(float(one["pts_time"]) - first, 3) for one in packets if one["flags"].startswith("K")]


def test_the_catalogue_gets_the_plan_and_where_the_media_lie(short_class):
    one = described(short_class)
    assert (one.id, one.title, one.coach, one.duration_s) == ("short-hill", "Short Hill", "Ines Aragón", 20)
    for url, kind in ((one.playlist, r"master-\w{16}\.m3u8"), (one.poster, r"poster-\w{16}\.jpg")):
        assert re.fullmatch(f"/media/short-hill/{kind}", url) and (short_class / url.rpartition("/")[2]).exists()
    assert [(s.name, s.seconds, s.cadence_rpm, s.resistance_pct, s.zone) for s in one.segments] == [
        ("Roll out", 10, (80, 90), (24, 30), None),
        ("Climb", 10, (64, 72), (48, 54), 5),
    ]
    assert one.segments[1].line == "Here is the hill. Stay with it & breathe."
    assert one.published_at > 1.7e9
    media = [path for path in (*short_class.glob("v[0-9]*/*"), *short_class.glob("still/*")) if path.suffix != ".m3u8"]
    assert one.size_bytes == sum(path.stat().st_size for path in media)


@pytest.mark.parametrize(("height", "width"), [(540, 960), (360, 640)])
def test_a_rung_is_thirty_frames_a_second_of_h264_with_aac_for_the_whole_class(short_class, height, width):
    facts = probe(playlist(short_class, height), "-show_streams", "-count_packets")["streams"]
    picture, sound = sorted(facts, key=lambda stream: stream["codec_type"], reverse=True)
    assert (picture["codec_name"], picture["width"], picture["height"]) == ("h264", width, height)
    assert (picture["avg_frame_rate"], int(picture["nb_read_packets"])) == ("30/1", 600)
    assert (picture["has_b_frames"], picture["pix_fmt"], picture["color_space"]) == (0, "yuv420p", "bt709")
    assert (sound["codec_name"], sound["channels"]) == ("aac", 2)
    assert int(sound["nb_read_packets"]) * 1024 / int(sound["sample_rate"]) == pytest.approx(20, abs=0.1)


def test_groups_of_two_seconds_and_segments_of_four_lie_alike_in_all_rungs(short_class):
    rungs = [keyframes(playlist(short_class, height)) for height in (540, 360)]
    assert rungs[0] == rungs[1] == [float(second) for second in range(0, 20, 2)]
    for height in (540, 360):
        text = playlist(short_class, height).read_text()
        assert re.findall(r"#EXTINF:([\d.]+)", text) == ["4.000000"] * 5
        assert "#EXT-X-PLAYLIST-TYPE:VOD" in text and text.endswith("#EXT-X-ENDLIST\n")


def test_the_master_playlist_offers_what_was_measured(short_class):
    text = (short_class / "master.m3u8").read_text()
    variants = re.findall(r"#EXT-X-STREAM-INF:(.+)\n(.+)\n", text)
    assert [path.split("/")[0] for _, path in variants] == ["v540", "v360", "still"]
    for facts, path in variants:
        given = dict(re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', facts))
        pieces = sorted((short_class / path).parent.glob("[0-9]*.m4s"))
        sizes = [piece.stat().st_size * 8 for piece in pieces]
        assert int(given["BANDWIDTH"]) == max(sizes) // 4
        assert int(given["AVERAGE-BANDWIDTH"]) == pytest.approx(sum(sizes) / 20, abs=1)
        assert re.fullmatch(r'"avc1\.4d40[0-9a-f]{2},mp4a\.40\.2"', given["CODECS"])
        assert given["FRAME-RATE"] == "30.000" and given["SUBTITLES"] == '"captions"'
    assert re.search(r'TYPE=SUBTITLES,GROUP-ID="captions".*URI="captions-\w{16}\.m3u8"', text)


def test_captions_say_the_lines_when_they_are_spoken(short_class):
    file = next(short_class.glob("captions-*.vtt"))
    text = file.read_text()
    assert text.startswith("WEBVTT\n\n")
    cues = re.findall(r"(\S+) --> (\S+)\n(.+)\n", text)
    assert [(start, words) for start, _, words in cues] == [
        ("00:00:01.000", "Find your legs."),
        ("00:00:11.000", "Here is the hill."),
        ("00:00:16.000", "Stay with it &amp; breathe."),
    ]
    assert all(end <= following[0] for (_, end, _), following in pairwise(cues))
    assert file.name in next(short_class.glob("captions-*.m3u8")).read_text()


def test_the_sound_is_as_loud_as_others_and_the_coach_is_louder_than_the_bed(short_class):
    sound = ["ffmpeg", "-hide_banner", "-nostats", "-i", str(playlist(short_class, 360)), "-vn"]
    done = subprocess.run([*sound, "-af", "ebur128", "-f", "null", "-"], capture_output=True, text=True)
    summary = done.stderr[done.stderr.index("Summary:") :]
    assert float(re.findall(r"I:\s+(-[\d.]+) LUFS", summary)[0]) == pytest.approx(-16, abs=1.5)


def test_the_poster_is_a_picture_in_hd(short_class):
    with Image.open(next(short_class.glob("poster-*.jpg"))) as poster:
        assert (poster.format, poster.size) == ("JPEG", (1280, 720))
        assert len(poster.resize((64, 36)).getcolors(64 * 36)) > 300


def test_the_picture_moves_and_shows_progress(short_class, tmp_path):
    """Neighbouring frames differ; the line under the segment's name grows."""
    select = "select=eq(n\\,210)+eq(n\\,211)+eq(n\\,270)"
    command = ["ffmpeg", "-v", "error", "-i", str(playlist(short_class, 540)), "-vf", select, "-vsync", "0"]
    subprocess.run([*command, str(tmp_path / "%d.png")], check=True)
    frames = [Image.open(tmp_path / f"{i}.png").convert("RGB") for i in (1, 2, 3)]
    assert frames[0].tobytes() != frames[1].tobytes()
    left, top, wide = 476 // 2, 290 // 2 + 1, 404 // 2
    ridden = [
        sum(max(frame.getpixel((left + x, top))) - min(frame.getpixel((left + x, top))) > 45 for x in range(wide))
        / wide
        for frame in (frames[0], frames[2])
    ]
    assert ridden == pytest.approx([0.7, 0.9], abs=0.04)
