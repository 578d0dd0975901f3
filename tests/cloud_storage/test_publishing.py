"""A film published into a store elsewhere, cut off in the middle by kill -9, and gone on with."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import m3u8
import pytest

from sync.cloud.classes import loudness, sampling, transcode
from sync.cloud.classes.job import Job
from sync.cloud.classes.plan_file import read_plan
from sync.cloud.classes.progress import Progress
from sync.cloud.classes.publication import Film, Publication
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.source import look_into
from sync.cloud.storage.address import stores_at
from sync.cloud.storage.s3 import S3Storage

PLAN = """\
id = "cut-film"
title = "Cut Film"
coach = "Dee Okoro"
kind = "Intervals"
effort = 1
music = "Electro"
motif = "rays"
palette = 0

[[segment]]
name = "All of it"
seconds = 12
"""
STRETCH_S = 4
PUBLISH = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from test_publishing import publication
publication(Path(sys.argv[1]), sys.argv[2]).run()
"""


def publication(folder: Path, store: str) -> Publication:
    """Publishing the film in ``folder`` into ``store``, in stretches of four seconds."""
    data = folder / "data"
    film = Film(look_into(folder / "film.ts"), read_plan(folder / "plan.toml"))
    shelf, job = Shelf(data, stores_at(store, data)), Job(data / "job")
    return Publication(film, shelf, job, Progress(None), time.time, STRETCH_S)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A film as television has it: MPEG-TS, 4:3, 50 pictures a second, with sound; and its plan."""
    picture = ["-f", "lavfi", "-i", "testsrc2=size=320x240:rate=50:duration=12"]
    sound = ["-f", "lavfi", "-i", "sine=300:duration=12"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "mp2", str(tmp_path / "film.ts")]
    subprocess.run(["ffmpeg", "-v", "error", *picture, *sound, *codecs], check=True)
    (tmp_path / "plan.toml").write_text(PLAN)
    return tmp_path


def test_what_was_cut_off_goes_on_where_it_was(service, client, folder, monkeypatch):
    store = f"s3://classes/{folder.name}?endpoint={service}"
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", PUBLISH, str(folder), store, str(Path(__file__).parent)]
    cut = subprocess.Popen(command, cwd=root)
    parts = folder / "data" / "job" / "parts"
    until(lambda: (parts / "v360-0000.mp4").exists(), cut)
    cut.send_signal(signal.SIGKILL)
    cut.wait()
    done = {path.name: path.stat().st_mtime_ns for path in parts.glob("v360-000?.mp4")}
    records = S3Storage(client, "classes", f"{folder.name}/records")
    assert 1 <= len(done) < 3 and list(records.list()) == []

    encoded: list[int] = []
    real = transcode.encode
    monkeypatch.setattr(transcode, "encode", lambda *given: (encoded.append(given[2].start_s), real(*given))[1])
    monkeypatch.setattr(loudness, "normalise", again)
    monkeypatch.setattr(sampling, "measure", again)
    version = publication(folder, store).run()
    assert encoded == [4 * i for i in range(len(done), 3)]
    assert version and not parts.exists()

    media = S3Storage(client, "classes", f"{folder.name}/media")
    master = m3u8.loads(media.get(f"cut-film/{version.master}").read().decode())
    assert [one.stream_info.resolution for one in master.playlists] == [(640, 360)] * 2, "the film, and its poster"
    for piece in version.pieces:
        assert media.stat(f"cut-film/{piece.path}").size_bytes == piece.size_bytes
    assert json.loads(records.get("cut-film/class.json").read())["revision"] == version.revision
    assert publication(folder, store).run() is None

    run = [sys.executable, "-m", "sync.cloud.classes"]
    listed = subprocess.run([*run, "list", "--store", store, "--json"], capture_output=True, text=True, cwd=root)
    assert json.loads(listed.stdout)["rungs"] == [360]


def again(*_: Any) -> None:
    raise AssertionError("what was done is done again")


def until(met: Any, process: subprocess.Popen[bytes], within_s: float = 90.0) -> None:
    """Wait for something that announces itself nowhere."""
    deadline = time.monotonic() + within_s
    while not met():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
