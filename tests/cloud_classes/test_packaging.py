"""What stands beside the pictures and how it hangs together: pieces, lists, trick play; and that damage is noticed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path

import m3u8
import pytest
from PIL import Image

from sync.cloud.classes import boxes, checking
from sync.cloud.classes.errors import Faulty
from sync.cloud.classes.shelf import Shelf
from sync.cloud.classes.versions import Version


@pytest.fixture(scope="module")
def version(short_class: Path) -> Version:
    found = Shelf(short_class.parents[1]).version("short-hill")
    assert found
    return found


@pytest.fixture
def copy(short_class: Path, tmp_path: Path) -> Path:
    """The class's directory, to damage."""
    return Path(shutil.copytree(short_class, tmp_path / "short-hill"))


def test_every_piece_is_named_by_its_content_and_listed_with_its_length_and_hash(short_class, version):
    master = (short_class / version.master).read_text()
    name = re.search(r'#EXT-X-SESSION-DATA:DATA-ID="org.breakaway.pieces",URI="(pieces-\w{16}.json)"', master)[1]
    listed = json.loads((short_class / name).read_text())
    assert listed["v"] == 1
    for path, (size, sha256) in listed["pieces"].items():
        content = (short_class / path).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (size, sha256)
        assert sha256[:16] in Path(path).name
    for rung in version.rungs:
        playlist = m3u8.loads((short_class / rung.playlist).read_text())
        assert {f"{rung.name}/{one.uri}" for one in playlist.segments} <= listed["pieces"].keys()
        assert f"{rung.name}/{playlist.segment_map[0].uri}" in listed["pieces"]


def test_the_record_names_the_master_of_its_version_and_another_name_stays(short_class, version):
    assert version.record.playlist == f"/media/short-hill/{version.master}"
    assert (short_class / "master.m3u8").read_bytes() == (short_class / version.master).read_bytes()


def test_every_segment_says_first_what_a_decoder_has_to_know(short_class, version):
    for rung in version.rungs:
        playlist = m3u8.loads((short_class / rung.playlist).read_text())
        init = (short_class / rung.name / playlist.segment_map[0].uri).read_bytes()
        for segment in playlist.segments:
            units = boxes.first_units(init, (short_class / rung.name / segment.uri).read_bytes())
            assert units.index(7) < units.index(8) < units.index(5)


def test_trick_play_has_one_key_picture_every_two_seconds_to_be_had_by_itself(short_class, version, tmp_path):
    [stream] = m3u8.loads((short_class / version.master).read_text()).iframe_playlists
    path = short_class / stream.uri
    playlist = m3u8.loads(path.read_text())
    assert playlist.is_i_frames_only and [one.duration for one in playlist.segments] == [2.0] * 10
    assert stream.iframe_stream_info.resolution == (320, 180)
    content = (path.parent / playlist.segments[0].uri).read_bytes()

    def part(byterange: str) -> bytes:
        length, start = map(int, byterange.split("@"))
        return content[start : start + length]

    for number in (0, 9):
        one = part(playlist.segment_map[0].byterange) + part(playlist.segments[number].byterange)
        (tmp_path / "one.mp4").write_bytes(one)
        command = ["ffmpeg", "-v", "error", "-y", "-i", str(tmp_path / "one.mp4"), str(tmp_path / f"{number}.png")]
        assert subprocess.run(command, capture_output=True).stderr == b""
    assert (tmp_path / "0.png").read_bytes() != (tmp_path / "9.png").read_bytes()


def test_thumbnails_cover_the_class(short_class, version):
    master = (short_class / version.master).read_text()
    name = re.search(r'DATA-ID="org.breakaway.thumbnails",VALUE="(.+?)"', master)[1]
    text = (short_class / name).read_text()
    cues = re.findall(r"(\S+) --> (\S+)\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)\n", text)
    assert len(cues) == 10 and cues[0][0] == "00:00:00.000" and cues[-1][1] == "00:00:20.000"
    assert [cue[1] for cue in cues[:-1]] == [cue[0] for cue in cues[1:]]
    with Image.open(short_class / cues[0][2]) as sheet:
        pictures = set()
        for _, _, _, x, y, w, h in cues:
            box = (int(x), int(y), int(x) + int(w), int(y) + int(h))
            assert box[2] <= sheet.width and box[3] <= sheet.height
            pictures.add(sheet.crop(box).tobytes())
        assert len(pictures) == 10


def test_a_good_class_stands_up_to_being_decoded_whole(copy, version):
    checking.check(copy, version, whole=True)


def damaged(copy: Path, pattern: str, text: str, other: str) -> None:
    """Change a playlist in place; its name is that of its old content, as a lie would be."""
    path = next(copy.glob(pattern))
    assert text in path.read_text()
    path.write_text(path.read_text().replace(text, other, 1))


def one_byte(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 255
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda copy: one_byte(next(copy.glob("v360/0002-*.m4s")), 20_000), "is not what was written"),
        (lambda copy: one_byte(next(copy.glob("poster-*.jpg")), 100), "is not what was written"),
        (lambda copy: damaged(copy, "v360/*.m3u8", "4.000000", "3.000000"), "is not what was written"),
    ],
    ids=["segment", "poster", "playlist"],
)
def test_what_changed_after_it_was_made_is_not_offered(copy, version, damage, told):
    damage(copy)
    with pytest.raises(Faulty, match=told):
        checking.check(copy, version)


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda copy: next(copy.glob("v360/0002-*.m4s")).write_bytes(b"nothing"), "0002-.* cannot be read"),
        (lambda copy: next(copy.glob("v360/0002-*.m4s")).unlink(), "0002-.* cannot be read"),
        (lambda copy: damaged(copy, "v360/*.m3u8", "4.000000", "0.500000"), "v360 is 16.50 s long, the class 20 s"),
        (lambda copy: damaged(copy, "v360/*.m3u8", "4.000000", "4.200000"), "v360 and v540 do not lie alike"),
        (lambda copy: damaged(copy, "master-*.m3u8", "v360/", "v240/"), "the master playlist offers"),
        (lambda copy: next(copy.glob("captions-*.vtt")).unlink(), "which is not there"),
    ],
    ids=["no segment", "segment gone", "too short", "not alike", "master", "captions gone"],
)
def test_what_is_wrong_in_itself_is_not_offered(copy, version, damage, told, monkeypatch):
    monkeypatch.setattr(checking, "_check_content", lambda *_: None)
    damage(copy)
    with pytest.raises(Faulty, match=told):
        checking.check(copy, version)


def test_a_segment_that_begins_elsewhere_than_at_a_key_picture_is_not_offered(copy, version, monkeypatch):
    """The second half of a group as a segment of its own: players would show grey."""
    monkeypatch.setattr(checking, "_check_content", lambda *_: None)
    path = next(copy.glob("v360/0001-*.m4s"))
    init = next(copy.glob("v360/init-*.mp4"))
    (copy / "whole.mp4").write_bytes(init.read_bytes() + path.read_bytes())
    cut = ["-i", str(copy / "whole.mp4"), "-map", "0:v", "-c", "copy", "-copyinkf", "-bsf:v", "noise=drop=eq(n\\,0)"]
    made = ["-movflags", "frag_keyframe+empty_moov+default_base_moof", "-f", "mp4", str(copy / "cut.mp4")]
    subprocess.run(["ffmpeg", "-v", "error", *cut, *made], check=True)
    content = (copy / "cut.mp4").read_bytes()
    start = next(box.at for box in boxes.boxes(content) if box.kind == "moof")
    path.write_bytes(content[start:])
    with pytest.raises(Faulty, match=r"0001-.* does not begin with a key picture"):
        checking.check(copy, version)


@pytest.mark.parametrize("content", [b"", b"\0\0\0", b"\0\0\0\4moov", b"\0\0\0\x10moov\0\0", b"\xff" * 64])
def test_what_is_no_such_file_is_a_sentence(content):
    with pytest.raises(boxes.BadBoxes):
        boxes.codec(content)
