"""Files that are no good are refused early, with a reason, whatever they claim to be."""

from __future__ import annotations

import struct
import subprocess
import time
import zipfile
from pathlib import Path

import pytest

from sync.cloud.classes.errors import BadVideo
from sync.cloud.classes.source import look_into

SOON_S = 20.0  # generous: it is a second or two on a machine that does nothing else


def film(path: Path, *more: str, seconds: float = 2.0, size: str = "128x72", rate: str = "30") -> Path:
    picture = ["-f", "lavfi", "-i", f"testsrc=size={size}:rate={rate}:duration={seconds}"]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *picture, *more, str(path)], check=True)
    return path


X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "10")


def a_text(folder: Path) -> Path:
    (folder / "a.mp4").write_text("no video at all\n" * 100)
    return folder / "a.mp4"


def a_zip_of_zeros(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "a.mp4", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("zeros", bytes(50_000_000))
    return folder / "a.mp4"


def zeros(folder: Path) -> Path:
    with (folder / "a.mp4").open("wb") as file:
        file.truncate(1 << 30)
    return folder / "a.mp4"


def a_gif_of_a_million_pictures(folder: Path) -> Path:
    head = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff"
    picture = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    (folder / "a.mp4").write_bytes(head + picture * 1_000_000 + b"\x3b")
    return folder / "a.mp4"


def a_playlist_that_leads_elsewhere(folder: Path) -> Path:
    (folder / "a.mp4").write_text("#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n")
    return folder / "a.mp4"


def a_list_of_files(folder: Path) -> Path:
    film(folder / "real.mp4", *X264)
    (folder / "a.mkv").write_text("\nffconcat version 1.0\nfile real.mp4\n")
    return folder / "a.mkv"


def pictures_of_a_gigapixel(folder: Path) -> Path:
    """A few kilobytes whose header says 30000x30000."""
    path = film(folder / "a.avi", "-c:v", "rawvideo", "-pix_fmt", "yuv420p", size="66x74", seconds=1.1, rate="2")
    content = path.read_bytes()
    assert struct.pack("<ii", 66, 74) in content
    path.write_bytes(content.replace(struct.pack("<ii", 66, 74), struct.pack("<ii", 30000, 30000)))
    return path


def a_thousand_pictures_a_second(folder: Path) -> Path:
    return film(folder / "a.mp4", *X264, rate="1000")


def forty_streams(folder: Path) -> Path:
    return film(folder / "a.mkv", *("-map", "0:v") * 40, *X264, seconds=1)


def pictures_of_a_postage_stamp(folder: Path) -> Path:
    return film(folder / "a.mp4", *X264, size="32x32")


def one_cut_off_with_its_index_in_front(folder: Path) -> Path:
    path = film(folder / "a.mp4", *X264, "-movflags", "faststart", seconds=10)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def one_cut_off_with_its_index_behind(folder: Path) -> Path:
    path = film(folder / "a.mp4", *X264)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def a_matroska_cut_off(folder: Path) -> Path:
    path = film(folder / "a.mkv", *X264, seconds=10)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def a_song(folder: Path) -> Path:
    tone = ["-f", "lavfi", "-i", "sine=300:duration=2"]
    subprocess.run(["ffmpeg", "-v", "error", *tone, str(folder / "a.m4a")], check=True)
    return folder / "a.m4a"


def a_folder(folder: Path) -> Path:
    return folder


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (a_text, "is no video that can be played"),
        (a_zip_of_zeros, "is a ZIP archive, not a video"),
        (zeros, "it is zeros"),
        (a_gif_of_a_million_pictures, "is a GIF picture, not a video"),
        (a_playlist_that_leads_elsewhere, "is a playlist, not a video"),
        (a_list_of_files, "is no video that can be played"),
        (pictures_of_a_gigapixel, "says its pictures are 30000x30000; the most is 8192x4352"),
        (a_thousand_pictures_a_second, "says it has 1000 pictures a second"),
        (forty_streams, "has 40 streams; the most is 32"),
        (pictures_of_a_postage_stamp, "its pictures are 32x32; the least is 64x64"),
        (
            one_cut_off_with_its_index_in_front,
            "it says it is 10.0 s long, but its last pictures are not there",
        ),
        (one_cut_off_with_its_index_behind, "is cut off: its index is missing"),
        (a_matroska_cut_off, "is cut off: it says it is 10.0 s long"),
        (a_song, "is no video that can be played"),
        (a_folder, "is a folder"),
    ],
    ids=lambda one: one.__name__ if callable(one) else "",
)
def test_it_is_refused_early_with_a_reason_and_a_remedy(tmp_path, make, told):
    path = make(tmp_path)
    began = time.monotonic()
    with pytest.raises(BadVideo, match=told) as caught:
        look_into(path)
    assert str(path) in str(caught.value) and caught.value.remedy
    assert time.monotonic() - began < SOON_S


def test_what_a_file_says_of_itself_is_read(tmp_path):
    turned = film(tmp_path / "plain.mp4", *X264, size="192x128", rate="50")
    found = look_into(turned)
    assert (found.width, found.height, found.frames_per_s, found.codec) == (192, 128, 50.0, "h264")
    assert found.indexed and not found.has_sound and not found.light.high
    assert not look_into(film(tmp_path / "stream.ts", *X264)).indexed
    wide = film(tmp_path / "wide.mkv", *X264, "-aspect", "16:9", size="160x120")
    assert (look_into(wide).width, look_into(wide).height) == (213, 120)
