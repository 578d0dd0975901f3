"""What was live becomes a class on demand, at the same moments."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest

from sync.cloud.classes.shelf import Shelf
from sync.cloud.live import film, planning
from sync.cloud.live.ending import make_class
from sync.cloud.schedule import folder_of
from sync.cloud.storage.address import stores_at
from tests.films import RATE, SQUARE, numbered_film
from tests.live import media
from tests.live.origins import PLAN, Encoder, Origin, eventually, schedule

SHORT = PLAN.replace("seconds = 8", "seconds = 3").replace("seconds = 12", "seconds = 3")
PUBLISHED_S = 150.0
EVEN_S = 0.1  # a live rung comes at an even pace: its pictures lag by one here, and by more on a busy machine


def pictures(source: Path) -> np.ndarray:
    """All pictures of a film, small and grey."""
    shape = ["-vf", "scale=320:180", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", str(source), *shape], capture_output=True, check=True).stdout
    return np.frombuffer(raw, np.uint8).reshape(-1, 180, 320).astype(int)


def test_a_live_class_becomes_one_on_demand_with_its_moments_where_they_were(tmp_path):
    schedule(tmp_path, "hour", starts_at=(starts_at := float(int(time.time()) + 9)), plan=SHORT)
    origin = Origin(tmp_path, "hour", "a").start()
    encoder = Encoder((origin.encoder_url,)).start()
    try:
        origin.await_state("live")
        eventually(lambda: time.time() > starts_at + 6 and origin.status()["edge_wall_s"] > starts_at + 6)
        one = next(one for one in media.playlist(origin).segments if one.program_date_time.timestamp() >= starts_at + 1)
        live = np.frombuffer(media.first_picture(media.segment(origin, one)), np.uint8).reshape(180, 320).astype(int)
        subprocess.run([*origin.command("end", "hour"), "--data", str(tmp_path)], check=True, capture_output=True)
        eventually(lambda: origin.status()["state"] == "ended")
        assert media.playlist(origin).is_endlist, "who is behind sees the end"
        eventually(lambda: Shelf(tmp_path).find("hour"), PUBLISHED_S)
        eventually(lambda: "Power Hour is ready to ride" in origin.log.read_text())
        assert origin.stop() == 0
        log = origin.log.read_text()
        assert log.count("the class is over") == 1 and "Traceback" not in log, "the encoder was still sending"
    finally:
        encoder.stop()
    made = Shelf(tmp_path).find("hour")
    assert made is not None and made.duration_s == 6 and made.title == "Power Hour"
    [rung] = (tmp_path / "classes" / "hour").glob("v*/*.m3u8")
    at_s = one.program_date_time.timestamp() - starts_at
    closest = int(np.abs(pictures(rung) - live).mean(axis=(1, 2)).argmin())
    assert closest / RATE == pytest.approx(at_s, abs=EVEN_S), "the same picture at the same moment"
    assert not (tmp_path / "live" / "hour" / "film.mp4").exists()


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class of ten numbered seconds from 1000 on, as two origins recorded it: a until 1004.5, b from 1004 to 1008."""
    folder = tmp_path_factory.mktemp("recordings")
    numbered_film(folder / "film", seconds=10)
    for name, first_s, last_s in (("a", 0.0, 4.5), ("b", 4.0, 8.0)):
        (folder / name).mkdir()
        path = folder / name / "1.ts"
        cut = ["-ss", str(first_s), "-to", str(last_s), "-i", str(folder / "film" / "v.m3u8")]
        coding = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "60", "-c:a", "aac", "-output_ts_offset", "77"]
        muxing = ["-muxdelay", "0", "-muxpreload", "0", str(path)]
        subprocess.run(["ffmpeg", "-v", "error", *cut, *coding, *muxing], check=True)
        path.with_suffix(".json").write_text(json.dumps({"wall_at_pts_0": 1000.0 + first_s - 77}))
    (folder / "b" / "broken.ts").write_bytes(b"rubbish")
    return folder


def test_one_film_is_cut_of_both_recordings(recordings, tmp_path):
    whole = tmp_path / "film.mp4"
    arguments = film.cutting(recordings, 1002.0, 8.0, whole)
    assert arguments is not None
    subprocess.run(["ffmpeg", "-v", "error", *arguments], check=True)
    facts = media.probe(whole.read_bytes(), "-show_format", "-show_streams")
    assert float(facts["format"]["duration"]) == pytest.approx(8.0, abs=0.05)
    assert {one["codec_type"] for one in facts["streams"]} == {"video", "audio"}
    rows = pictures(whole)[:, SQUARE // 2, SQUARE // 2 :: SQUARE][:, :12] > 128
    shown = (rows << np.arange(12)).sum(axis=1)
    assert len(shown) == pytest.approx(8 * RATE, abs=1)
    assert np.abs(shown[: 6 * RATE] - np.arange(60, 60 + 6 * RATE)).max() <= 1, "one picture after the other"
    assert (shown[6 * RATE + 1 :] == 239).all(), "and the last one stays"


def test_nothing_recorded_is_no_film(recordings, tmp_path):
    assert film.cutting(recordings, 5000.0, 8.0, tmp_path / "film.mp4") is None


def test_the_class_is_made_where_the_cloud_keeps_its_classes(recordings, tmp_path):
    data, store = tmp_path / "data", f"file://{tmp_path}/store"
    (tmp_path / "hour.toml").write_text(SHORT)
    planned = planning.put(data, tmp_path / "hour.toml", 1002.0, (), 1002.0, "hour")
    shutil.copytree(recordings, folder_of(data, "hour") / "recordings", ignore=shutil.ignore_patterns("film"))
    assert asyncio.run(make_class(data, planned, store))
    made = Shelf(data, stores_at(store, data)).find("hour")
    assert made is not None and made.duration_s == 6 and Shelf(data).find("hour") is None
    assert not asyncio.run(make_class(data, planned, store)), "it is there"
