"""A real video in place of the drawn picture."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest


def filmed(path: Path, seconds: float, *more: str, size: str = "320x240") -> Path:
    """A video file with a moving picture; ``more`` are ffmpeg's arguments for sound."""
    picture = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate=25:duration={seconds}"]
    command = ["ffmpeg", "-v", "error", *picture, *more, "-c:v", "libx264", "-preset", "ultrafast", str(path)]
    subprocess.run(command, check=True)
    return path


def streams(path: Path) -> dict[str, Any]:
    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-count_packets", str(path)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["streams"]
    return {stream["codec_type"]: stream for stream in found}


@pytest.fixture
def plan(tmp_path: Path, tiny_text: str) -> Path:
    path = tmp_path / "plan.toml"
    path.write_text(tiny_text)
    return path


@pytest.mark.parametrize(
    ("seconds", "sound"),
    [(6.0, ("-f", "lavfi", "-i", "sine=300:duration=6")), (4.5, ()), (8.0, ())],
    ids=["with sound", "a little short", "a little long"],
)
def test_a_video_becomes_the_class_at_the_plans_length(maker, plan, tmp_path, seconds, sound):
    film = filmed(tmp_path / "film.mp4", seconds, *sound)
    done = maker("build", plan, "--video", film, "--data", tmp_path, "--quick")
    assert done.status == 0, done.err
    home = tmp_path / "classes" / "short-hill"
    found = streams(next((home / "v360").glob("*.m3u8")))
    assert (found["video"]["width"], found["video"]["height"]) == (640, 360)
    assert (found["video"]["avg_frame_rate"], int(found["video"]["nb_read_packets"])) == ("30/1", 180)
    assert "audio" in found and next(home.glob("poster-*.jpg")).stat().st_size > 5000
    assert "Find your legs." in next(home.glob("captions-*.vtt")).read_text()


def test_another_video_makes_another_class(maker, plan, tmp_path):
    first, second = filmed(tmp_path / "1.mp4", 6), filmed(tmp_path / "2.mp4", 6, size="352x288")
    builds = [
        maker("build", plan, "--video", film, "--data", tmp_path, "--quick", "--json") for film in (first, second)
    ]
    assert [build.lines[-1]["built"] for build in builds] == [["short-hill"], ["short-hill"]]


def test_a_video_of_another_length_is_refused_with_both_lengths(maker, plan, tmp_path):
    film = filmed(tmp_path / "film.mp4", 12)
    done = maker("build", plan, "--video", film, "--data", tmp_path, "--quick")
    assert done.status == 2 and "the video is 12.0 s long, the plan 6 s" in done.err and "cut the video" in done.err


@pytest.mark.parametrize("content", [b"no video at all", b""])
def test_a_file_that_is_no_video_is_refused(maker, plan, tmp_path, content):
    film = tmp_path / "notes.mp4"
    film.write_bytes(content)
    done = maker("build", plan, "--video", film, "--data", tmp_path, "--quick")
    assert done.status == 2 and "is no video that can be played" in done.err
    assert not list(tmp_path.rglob("class.json"))


def test_a_small_video_is_not_blown_up(maker, plan, tmp_path):
    film = filmed(tmp_path / "film.mp4", 6, size="640x360")
    assert maker("build", plan, "--video", film, "--data", tmp_path, "--rungs", "540,360").status == 0
    assert [path.parent.name for path in (tmp_path / "classes/short-hill").glob("v*/*.m3u8")] == ["v360"]


def test_sound_alone_is_no_video(maker, plan, tmp_path):
    film = tmp_path / "song.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=300:duration=6", str(film)], check=True)
    done = maker("build", plan, "--video", film, "--data", tmp_path, "--quick")
    assert done.status == 2 and "is no video that can be played" in done.err


def test_a_missing_video_and_two_plans_are_refused(maker, plan, tmp_path):
    gone = maker("build", plan, "--video", tmp_path / "gone.mp4", "--data", tmp_path)
    assert gone.status == 2 and "there is no such file" in gone.err
    two = maker("build", plan, plan, "--video", plan, "--data", tmp_path)
    assert two.status == 2 and "exactly one PLAN" in two.err
