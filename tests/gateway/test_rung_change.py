"""The first piece after a change of rung: decoded later, shown as before, by real ffmpeg and real libVLC."""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.gateway.fmp4 import boxes, is_whole
from console.gateway.moof import Moof
from console.gateway.rung_change import LATE_S, eased
from tests.films import RATE, ffmpeg
from tests.gateway.conftest import SEGMENT_S
from tests.gateway.origin import Fault, Origin
from tests.gateway.watching import Watcher
from tests.networks import clip

HELD_S = 0.5  # libVLC alone holds a picture for 0.9 s

CODINGS = {
    "H.264 without reordering": ("libx264", "-tune", "zerolatency"),
    "H.264": ("libx264", "-preset", "medium"),
    "HEVC": ("libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:bframes=3"),
}
SHAPES = {
    "one fragment a piece": ("-f", "hls", "-hls_time", "4", "-hls_segment_type", "fmp4", "-hls_playlist_type", "vod"),
    "many small fragments": ("-f", "dash", "-seg_duration", "4", "-frag_duration", "0.5", "-dash_segment_type", "mp4"),
}


@pytest.fixture(scope="module", params=[(coding, shape) for coding in CODINGS for shape in SHAPES], ids=" in ".join)
def film(request: Any, tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """The init and the second piece, of 4 s, of a film with sound."""
    coding, shape = request.param
    folder = tmp_path_factory.mktemp("film")
    codec, *more = CODINGS[coding]
    given = ["-f", "lavfi", "-i", "testsrc2=s=192x108:r=30", "-f", "lavfi", "-i", "sine=r=48000", "-t", "8"]
    given += ["-c:v", codec, *more, "-g", "120", "-keyint_min", "120", "-sc_threshold", "0", "-pix_fmt", "yuv420p"]
    given += ["-bsf:v", "dump_extra=freq=keyframe", "-c:a", "aac"]
    if shape == "one fragment a piece":
        ffmpeg(*given, *SHAPES[shape], "-hls_segment_filename", str(folder / "%d.m4s"), str(folder / "v.m3u8"))
        return (folder / "init.mp4").read_bytes(), (folder / "1.m4s").read_bytes()
    names = ("-init_seg_name", "init.mp4", "-media_seg_name", "$RepresentationID$-$Number$.m4s")
    ffmpeg(*given[:-2], "-an", *SHAPES[shape], *names, str(folder / "v.mpd"))
    return (folder / "init.mp4").read_bytes(), (folder / "0-2.m4s").read_bytes()


def packets(data: bytes, folder: Path, kind: str) -> list[dict[str, Any]]:
    """What ffprobe finds, in the order in which it lies there."""
    path = folder / "probed.mp4"
    path.write_bytes(data)
    asked = ["ffprobe", "-v", "error", "-select_streams", kind, "-show_packets", "-show_data_hash", "md5"]
    told = subprocess.run([*asked, "-of", "json", str(path)], capture_output=True, check=True).stdout
    found: list[dict[str, Any]] = json.loads(told)["packets"]
    return found


def frames(data: bytes, folder: Path) -> list[str]:
    """The hash of each decoded picture, in the order in which they are shown."""
    path = folder / "decoded.mp4"
    path.write_bytes(data)
    command = ["ffmpeg", "-v", "quiet", "-copyts", "-i", str(path), "-map", "0:v", "-f", "framemd5", "-"]
    lines = subprocess.run(command, capture_output=True, check=True, text=True).stdout.splitlines()
    return [line.split(",")[5].strip() for line in lines if not line.startswith("#")]


def shown(some: list[dict[str, Any]]) -> list[tuple[str, int]]:
    """Each picture's hash and when it is shown, since the first: where one is decoded after it is shown, ffmpeg puts
    all of them later."""
    return [(one["data_hash"], int(one["pts"]) - int(some[0]["pts"])) for one in some]


def lasts(piece: bytes) -> int:
    """How long all pictures of a piece last, in units of their track."""
    found = [Moof(piece[start:end], {}) for kind, start, end in boxes(piece) if kind == b"moof"]
    pictures = [track for one in found for track in one.tracks if track.number == 1]
    return sum(sample.duration for track in pictures for sample in track.samples)


def test_every_picture_is_there(film, tmp_path):
    init, piece = film
    made = eased(init, piece)
    assert made != piece and is_whole(made)
    assert frames(init + made, tmp_path) == frames(init + piece, tmp_path)


def test_the_sound_is_as_it_was(film, tmp_path):
    init, piece = film
    facts = ("pts", "dts", "size", "data_hash")
    before, after = (packets(init + one, tmp_path, "a") for one in (piece, eased(init, piece)))
    assert [[one.get(fact) for fact in facts] for one in before] == [[one.get(fact) for fact in facts] for one in after]


def test_pictures_are_decoded_later_at_first_and_then_catch_up(film, tmp_path):
    init, piece = film
    before, (mark, *after) = packets(init + piece, tmp_path, "v"), packets(init + eased(init, piece), tmp_path, "v")
    assert int(mark["size"]) < 10 and mark["dts"] == before[0]["dts"]
    assert shown(after) == shown(before)
    later = [float(one["dts_time"]) - float(was["dts_time"]) for one, was in zip(after, before, strict=True)]
    assert later[0] == pytest.approx(LATE_S, abs=0.001) and 0 < later[-1] < 0.05
    assert later == sorted(later, reverse=True)
    times = [int(one["dts"]) for one in (mark, *after)]
    assert times == sorted(set(times)), "each after the other"
    assert lasts(eased(init, piece)) == lasts(piece), "the next piece follows"


def test_a_poster_is_put_off_as_well(tmp_path):
    clip.make(tmp_path / "clip", clip.ENCODED_S)
    folder = tmp_path / "clip" / "still"
    [init], piece = folder.glob("init-*.mp4"), max(folder.glob("0001-*.m4s"))
    before, made = piece.read_bytes(), eased(init.read_bytes(), piece.read_bytes())
    assert made != before and lasts(made) == lasts(before)
    assert frames(init.read_bytes() + made, tmp_path) == frames(init.read_bytes() + before, tmp_path)


def test_a_short_piece_is_put_off_by_half_at_most(laddered, tmp_path):
    rung = laddered / "v270"
    init, piece = (rung / "init.mp4").read_bytes(), (rung / "3.m4s").read_bytes()
    mark, first, *_ = packets(init + eased(init, piece), tmp_path, "v")
    assert float(first["dts_time"]) - float(mark["dts_time"]) == pytest.approx(SEGMENT_S / 2, abs=0.02)


def test_what_is_no_piece_of_pictures_is_left_as_it_is(film, laddered):
    init, piece = film
    for odd in (b"", b"\x47" * 188, piece[:100], piece[:-1]):
        assert eased(init, odd) == odd or is_whole(eased(init, odd)) == is_whole(odd)
    assert eased(b"", piece) == piece
    sound = init.replace(b"avcC", b"free").replace(b"hvcC", b"free")
    assert eased(sound, piece) == piece


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_a_lying_piece_is_no_fault(laddered, data):
    rung = laddered / "v180"
    init, piece = (rung / "init.mp4").read_bytes(), bytearray((rung / "1.m4s").read_bytes())
    head = next(end for kind, _, end in boxes(bytes(piece)) if kind == b"moof")
    for _ in range(data.draw(st.integers(1, 4))):
        piece[data.draw(st.integers(0, head - 1))] = data.draw(st.integers(0, 255))
    made = eased(init, bytes(piece))
    assert len(made) < 2 * len(piece) + 100


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    one = Watcher()
    yield one
    one.close()


def test_libvlc_hardly_holds_a_picture_where_the_rung_changes(watcher, origins: Callable[[Path], Origin], laddered):
    server = origins(laddered)
    server.faults[".m4s"] = Fault(rate=70_000)
    watcher.open([f"{server.url}/master.m3u8"])
    watcher.see(RATE)
    server.faults.clear()
    watcher.see(14 * RATE)
    assert len(watcher.heights) > 1, "the rung rose"
    assert watcher.longest_stand_s() < HELD_S and not watcher.troubles()
    late_s = [at_s - picture / RATE for picture, at_s in watcher.seen[3:]]
    assert abs(statistics.median(late_s[-20:]) - statistics.median(late_s[:20])) < 0.05, "the clock went on"
