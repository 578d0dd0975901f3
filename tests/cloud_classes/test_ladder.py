"""What is made of a source: which rungs, at which pace, in which light, and that stretches join without a seam."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sync.cloud.classes.choosing import choose
from sync.cloud.classes.light import Light, to_standard
from sync.cloud.classes.renditions import STANDARD, Rendition, candidates, pace_of
from sync.cloud.classes.sampling import Need, measure
from sync.cloud.classes.source import Source, look_into
from sync.cloud.classes.transcode import Stretch, encode, together, with_index

PQ = Light("PQ", "bt2020", "bt2020nc", ten_bits=True)


def source(width: int, height: int, codec: str = "h264", light: Light = STANDARD) -> Source:
    return Source(Path("film.mp4"), 60.0, width, height, 30.0, codec, light, True)


@pytest.mark.parametrize(
    ("film", "names"),
    [
        (source(3840, 2160), ["v360", "v540", "v720", "v1080", "v1440", "v2160"]),
        (source(1920, 800), ["v360", "v540", "v720", "v1080"]),
        (source(1072, 1920), ["v360", "v540", "v720", "v1080", "v1440"]),
        (source(320, 180), ["v360"]),
        (source(1280, 720, "hevc"), ["v360", "v540", "v720", "v720-hevc"]),
        (source(640, 360, "hevc"), ["v360", "v360-hevc"]),
        (
            source(3840, 2160, "hevc", PQ),
            ["v360", "v540", "v720", "v1080", "v720-hdr", "v1080-hdr", "v1440-hdr", "v2160-hdr"],
        ),
    ],
    ids=["4k", "cinema", "upright", "tiny", "hevc", "small hevc", "hdr"],
)
def test_nothing_is_blown_up_and_hevc_and_hdr_are_kept(film, names):
    assert [one.name for one in candidates(film)] == names


@pytest.mark.parametrize(
    ("given", "pace"), [(23.976, 24), (24, 24), (25, 25), (29.97, 30), (30, 30), (50, 25), (59.94, 30), (15, 24)]
)
def test_a_film_keeps_its_pace_or_half_of_it(given, pace):
    assert pace_of(given) == pace


def test_no_more_is_encoded_at_once_than_a_small_machine_can_hold():
    groups = together(candidates(source(3840, 2160, "hevc", PQ)))
    assert [[one.name for one in group] for group in groups] == [
        ["v2160-hdr"],
        ["v1440-hdr", "v1080", "v1080-hdr"],
        ["v720", "v720-hdr", "v540", "v360"],
    ]
    assert [len(group) for group in together(candidates(source(1920, 1080)))] == [4]
    assert together([]) == []


def needs(*given: tuple[int, float, float], codec: str = "h264") -> list[Need]:
    """Height, Mbit/s, likeness to the height below."""
    return [Need(Rendition(height, codec), rate * 1e6, alike) for height, rate, alike in given]


def test_a_rung_that_shows_no_more_than_the_one_below_is_left_out():
    made, left = choose(needs((360, 0.6, 0), (540, 1.2, 0.98), (720, 2.4, 0.997), (1080, 5, 0.999)))
    assert [one.name for one in made] == ["v360", "v540"]
    assert [(one.rendition.name, one.why) for one in left] == [
        ("v720", "shows no more than 540p"),
        ("v1080", "shows no more than 540p"),
    ]


def test_a_rung_that_saves_too_little_is_left_out_but_never_the_lowest():
    made, left = choose(needs((360, 0.30, 0), (540, 0.33, 0.9), (720, 0.36, 0.9), (1080, 0.9, 0.9)))
    assert [one.name for one in made] == ["v360", "v720", "v1080"]
    assert [(one.rendition.name, one.why) for one in left] == [("v540", "needs 92% of what 720p needs")]


def test_each_codec_is_judged_by_itself():
    made, _ = choose([*needs((360, 0.6, 0), (720, 2, 0.9)), *needs((720, 1.9, 0), (1080, 2, 0.9), codec="hevc")])
    assert [one.name for one in made] == ["v360", "v720", "v1080-hevc"]


def test_a_film_that_was_blown_up_is_not_made_large_again(tmp_path):
    """A sharp picture of 540 lines needs its 540p; the same made of 360 lines does not."""
    sharp, soft = tmp_path / "sharp.mp4", tmp_path / "soft.mp4"
    noisy = ["-f", "lavfi", "-i", "testsrc2=size=960x540:rate=4", "-t", "2"]
    x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"]
    blown = ["-vf", "scale=640:360:flags=area,scale=960:540:flags=bicubic"]
    subprocess.run(["ffmpeg", "-v", "error", *noisy, *x264, str(sharp)], check=True)
    subprocess.run(["ffmpeg", "-v", "error", *noisy, *blown, *x264, str(soft)], check=True)
    found = {}
    for path in (sharp, soft):
        film = look_into(path)
        measured, work_s = measure(film, [Rendition(360), Rendition(540)], 2, 24, tmp_path, lambda _: None)
        assert work_s > 0 and all(need.rate > 1000 for need in measured)
        found[path.stem] = [one.name for one in choose(measured)[0]]
    assert found == {"sharp": ["v360", "v540"], "soft": ["v360"]}


def pq(nits: float) -> float:
    """The code (0-1) of a light by SMPTE ST 2084."""
    y = (nits / 10_000) ** 0.1593017578125
    return float(((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375)


def hlg(nits: float) -> float:
    """The code (0-1) of a grey of that light on a screen of 1000 cd/m² by ITU-R BT.2100."""
    scene = (nits / 1000) ** (1 / 1.2)
    return float(np.sqrt(3 * scene) if scene <= 1 / 12 else 0.17883277 * np.log(12 * scene - 0.28466892) + 0.55991073)


@pytest.mark.parametrize(("name", "code"), [("PQ", pq), ("HLG", hlg)])
def test_high_range_is_brought_down_so_that_paper_is_white_and_nothing_clips(name, code):
    greys = (0, 10, 50, 203, 600, 1000)
    row = np.repeat([round(64 + 876 * code(nits)) for nits in greys], 32).astype("<u2")
    raw = np.tile(row, 32).tobytes() + np.full(row.size * 16, 512, "<u2").tobytes()
    size = ["-f", "rawvideo", "-pix_fmt", "yuv420p10le", "-s", f"{row.size}x32", "-i", "-"]
    light = Light(name, "bt2020", "bt2020nc", ten_bits=True)
    command = ["ffmpeg", "-v", "error", *size, "-vf", to_standard(light), "-f", "rawvideo", "-"]
    out = np.frombuffer(subprocess.run(command, input=raw, check=True, capture_output=True).stdout, np.uint8)
    luma = out[: row.size * 32].reshape(32, -1)[16, 16::32]
    shown = [round((int(one) - 16) / 219, 2) for one in luma]
    assert shown == sorted(shown) and shown[0] == 0 and shown[-1] == pytest.approx(1, abs=0.02)
    assert shown[3] == pytest.approx(0.85, abs=0.03) and shown[3] < shown[4] < shown[5]
    assert set(out[row.size * 32 :]) <= {127, 128, 129}


def greys(path: Path) -> list[int]:
    """The grey of each picture's middle."""
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(path),
        "-vf",
        "scale=1:1:flags=area,format=gray",
        "-f",
        "rawvideo",
        "-",
    ]
    return list(subprocess.run(command, check=True, capture_output=True).stdout)


@pytest.mark.parametrize("container", ["mkv", "ts"])
def test_stretches_join_without_a_seam(tmp_path, container):
    """Each picture of the source has a grey of its own; stretches show the same pictures as one encoding does."""
    film = tmp_path / f"film.{container}"
    ramp = ["-f", "lavfi", "-i", "color=black:size=128x72:rate=30000/1001", "-t", "7"]
    shade = ["-vf", "geq=lum='16+mod(N*3\\,200)':cb=128:cr=128"]
    subprocess.run(["ffmpeg", "-v", "error", *ramp, *shade, "-c:v", "libx264", "-qp", "6", str(film)], check=True)
    found = look_into(film)
    if not found.indexed:
        found = replace(found, path=with_index(found, tmp_path, lambda _: None))
    seen = {}
    for lengths in ((7,), (2, 2, 3)):
        seen[lengths] = []
        for i, length in enumerate(lengths):
            out = tmp_path / f"{i}.mp4"
            encode(found, [Rendition(360)], Stretch(sum(lengths[:i]), length, 30), [out])
            seen[lengths] += greys(out)
    assert len(seen[(7,)]) == len(seen[(2, 2, 3)]) == 210
    assert all(abs(a - b) <= 2 for a, b in zip(seen[(7,)], seen[(2, 2, 3)], strict=True))
