"""Cutting a stream into segments, on what ffmpeg really writes."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest

from sync.cloud.classes import boxes, cutting
from sync.cloud.classes.boxes import BadBoxes
from tests.films import ffmpeg

SECONDS, GROUP = 7, 60  # pictures, two seconds


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Seven seconds, 30 pictures a second, with sound that is a little longer."""
    path = tmp_path_factory.mktemp("cutting") / "film.mp4"
    sources = ["-f", "lavfi", "-i", f"testsrc2=s=160x90:r=30:d={SECONDS}"]
    sources += ["-f", "lavfi", "-i", f"sine=f=330:r=48000:d={SECONDS + 0.2}"]
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-g", str(GROUP), "-sc_threshold", "0", "-c:a", "aac"]
    ffmpeg(*sources, *coding, *cutting.FRAGMENTED, str(path))
    return path.read_bytes()


def packets(path: Path) -> int:
    """How many pictures a file has."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-count_packets"]
    command += ["-show_entries", "stream=nb_read_packets", "-of", "csv=p=0", str(path)]
    return int(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip().strip(","))


def test_segments_begin_with_key_pictures_and_hold_all_there_is(stream: bytes, tmp_path: Path) -> None:
    segments = cutting.cut(io.BytesIO(stream), tmp_path, 4)
    assert [segment.name for segment in segments] == ["0000.m4s", "0001.m4s"]
    assert [segment.length_s for segment in segments] == pytest.approx([4, 3])
    init = (tmp_path / cutting.INIT).read_bytes()
    for segment, pictures in zip(segments, (120, 90), strict=True):
        content = (tmp_path / segment.name).read_bytes()
        assert set(boxes.first_units(init, content)) & {5}
        (tmp_path / "alone.mp4").write_bytes(init + content)
        assert packets(tmp_path / "alone.mp4") == pictures
    assert len(init) + sum((tmp_path / one.name).stat().st_size - 24 for one in segments) == len(stream)


def test_a_segment_is_of_short_fragments(stream: bytes, tmp_path: Path) -> None:
    cutting.cut(io.BytesIO(stream), tmp_path, 4)
    kinds = [box.kind for box in boxes.boxes((tmp_path / "0000.m4s").read_bytes())]
    assert kinds[0] == "styp" and kinds[1:] == ["moof", "mdat"] * (len(kinds) // 2)
    assert len(kinds) // 2 >= 4 / cutting.FRAGMENT_S


def test_a_segment_waits_for_the_next_key_picture(stream: bytes, tmp_path: Path) -> None:
    lengths = [segment.length_s for segment in cutting.cut(io.BytesIO(stream), tmp_path, 2.5)]
    assert lengths == pytest.approx([4, 2, 1])


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.9999])
def test_a_stream_that_breaks_off_is_told(stream: bytes, tmp_path: Path, share: float) -> None:
    with pytest.raises(BadBoxes):
        cutting.cut(io.BytesIO(stream[: int(share * len(stream))]), tmp_path, 4)
