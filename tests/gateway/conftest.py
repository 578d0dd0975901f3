"""A film of several rungs, made once, and servers that can break."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.films import ffmpeg, number_squares
from tests.gateway.origin import Origin

HEIGHTS, RATES = (180, 270, 360), (250_000, 450_000, 800_000)  # rows; bits a second of picture
LENGTH_S, SEGMENT_S = 16, 2


@pytest.fixture(scope="session")
def laddered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``master.m3u8`` with the numbered film in three rungs of 2 s segments, fMP4 with parameter sets in band."""
    folder = tmp_path_factory.mktemp("laddered")
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", '#EXT-X-SESSION-DATA:DATA-ID="org.breakaway.pieces",URI="pieces.json"']
    captions = '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="c",NAME="English",URI="captions.m3u8"'
    lines.append(captions)
    for i, height in enumerate(HEIGHTS):
        make_rung(folder / f"v{height}", height, RATES[i])
        rate, size = RATES[i] * 5 // 4, f"{height * 16 // 9}x{height}"
        lines.append(
            f'#EXT-X-STREAM-INF:BANDWIDTH={rate},CODECS="avc1.42c01e,mp4a.40.2",RESOLUTION={size},SUBTITLES="c"'
        )
        lines.append(f"v{height}/v.m3u8")
    (folder / "master.m3u8").write_text("\n".join([*lines, ""]))
    (folder / "captions.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:02.000\nWelcome\n")
    (folder / "captions.m3u8").write_text("#EXTM3U\n#EXTINF:16,\ncaptions.vtt\n#EXT-X-ENDLIST\n")
    (folder / "pieces.json").write_text(json.dumps({"v": 1, "pieces": listed(folder)}))
    return folder


@pytest.fixture(scope="session")
def on_air(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a live class sends: two rungs of 1 s pieces, 60 s long."""
    folder = tmp_path_factory.mktemp("on_air")
    lines = ["#EXTM3U", "#EXT-X-VERSION:7"]
    for height, rate in zip(HEIGHTS[:2], RATES[:2], strict=True):
        make_rung(folder / f"v{height}", height, rate, seconds=60, every_s=1)
        size = f"{height * 16 // 9}x{height}"
        lines += [f'#EXT-X-STREAM-INF:BANDWIDTH={rate * 5 // 4},CODECS="avc1.42c01e,mp4a.40.2",RESOLUTION={size}']
        lines.append(f"v{height}/v.m3u8")
    (folder / "master.m3u8").write_text("\n".join([*lines, ""]))
    return folder


def make_rung(folder: Path, height: int, rate: int, seconds: int = LENGTH_S, every_s: int = SEGMENT_S) -> None:
    """One rung, ``v.m3u8`` with ``init.mp4`` and ``0.m4s``, ``1.m4s``, …"""
    folder.mkdir(parents=True)
    source = number_squares(f"{height * 16 // 9}x{height}") + ",noise=alls=40:allf=t"  # something to code
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-b:v", str(rate)]
    coding += ["-maxrate", str(rate), "-bufsize", str(rate), "-g", str(30 * every_s), "-keyint_min", str(30 * every_s)]
    coding += ["-bsf:v", "dump_extra=freq=keyframe", "-c:a", "aac", "-b:a", "48k"]
    hls = ["-f", "hls", "-hls_time", str(every_s), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    hls += ["-hls_segment_filename", str(folder / "%d.m4s"), str(folder / "v.m3u8")]
    sound = "sine=f=330:r=48000,volume=0.05"
    ffmpeg("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", sound, "-t", str(seconds), *coding, *hls)


def listed(folder: Path) -> dict[str, tuple[int, str]]:
    """Length and hash of every segment below a folder."""
    pieces = {}
    for file in sorted(folder.rglob("*.m[4p][s4]")):
        data = file.read_bytes()
        pieces[str(file.relative_to(folder))] = (len(data), hashlib.sha256(data).hexdigest())
    return pieces


@pytest.fixture
def origins() -> Iterator[Callable[[Path], Origin]]:
    """Starts servers of folders; they end with the test."""
    started: list[Origin] = []

    def start(folder: Path) -> Origin:
        started.append(Origin(folder))
        return started[-1]

    yield start
    for one in started:
        one.kill()
