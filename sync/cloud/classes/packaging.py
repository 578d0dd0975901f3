"""From encoded parts to a rung that players can fetch: HLS, its segments and playlist named by their content."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes import boxes, cutting, ffmpeg, pieces
from sync.cloud.classes.cutting import Segment
from sync.cloud.classes.errors import ToolFailed
from sync.cloud.classes.pieces import Piece

SEGMENT_S = 4
SOUND_CODEC = "mp4a.40.2"
STILL = "still"  # the directory of the rung that has the poster in the picture's place
_SEGMENT = re.compile(r"#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)")


@dataclass(frozen=True, slots=True)
class Rung:
    """One finished rung, measured. ``name`` is its directory, ``source`` tells what it was made of, rates are bits a
    second. ``video_range`` is SDR, PQ or HLG."""

    name: str
    width: int
    height: int
    frames_per_s: int
    codecs: str
    playlist: str
    peak: int
    average: int
    size_bytes: int
    source: str
    video_range: str = "SDR"

    @property
    def plain(self) -> bool:
        """Whether it is a moving picture that any player can show: H.264 in the old range of light."""
        return self.codecs.startswith("avc") and self.video_range == "SDR" and not self.still

    @property
    def still(self) -> bool:
        """Whether it is the one with the poster in the picture's place."""
        return self.name == STILL

    @property
    def label(self) -> str:
        """What people call it."""
        return "poster" if self.still else self.name.removeprefix("v")


def name_of(height: int, kind: str = "") -> str:
    """The directory of a rung; ``kind`` is "" for H.264, else what it is besides its height."""
    return f"v{height}{'-' if kind else ''}{kind}"


def package(work: Path, parts: Sequence[str], sound: str, name: str, home: Path) -> tuple[str, list[Piece]]:
    """Join ``parts`` (encoded video in ``work``) with ``sound`` (AAC, there too) to HLS in the directory ``name`` of
    ``home``. Returns the playlist's path and all pieces, the playlist among them."""
    folder = home / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (work / f"{name}.txt").write_text("".join(f"file '{part}'\n" for part in parts))
    joined = ["-f", "concat", "-safe", "0", "-i", f"{name}.txt", "-i", sound]
    joined += ["-map", "0:v", "-map", "1:a", "-c", "copy", *cutting.FRAGMENTED, "pipe:1"]
    return _settle(_segments(joined, work, folder), folder, home)


def _segments(joined: Sequence[str], work: Path, folder: Path) -> list[Segment]:
    """Have ffmpeg join a rung, and cut what it writes."""
    joining = ffmpeg.start(joined, work, stdout=subprocess.PIPE)
    assert joining.stdout is not None
    try:
        found = cutting.cut(joining.stdout, folder, SEGMENT_S)
        ffmpeg.finish(joining)
    except boxes.BadBoxes as error:
        ffmpeg.finish(joining)
        raise ToolFailed(f"ffmpeg wrote no video of {folder.name}: {error}", "try it again") from error
    finally:
        ffmpeg.end(joining)
    return found


def _settle(segments: Sequence[Segment], folder: Path, home: Path) -> tuple[str, list[Piece]]:
    """Name the files by their content, and write the playlist that names them."""
    found = [pieces.settle(folder / cutting.INIT, "init", home)]
    longest_s = math.ceil(max(segment.length_s for segment in segments))
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{longest_s}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    lines += ["#EXT-X-INDEPENDENT-SEGMENTS", f'#EXT-X-MAP:URI="{Path(found[0].path).name}"']
    for segment in segments:
        path = folder / segment.name
        found.append(pieces.settle(path, path.stem, home))
        lines += [f"#EXTINF:{segment.length_s:.6f},", Path(found[-1].path).name]
    text = "\n".join([*lines, "#EXT-X-ENDLIST", ""])
    found.append(pieces.write(text.encode(), folder, "", ".m3u8", home))
    return found[-1].path, found


def measured(
    home: Path,
    name: str,
    playlist: str,
    size: tuple[int, int],
    frames_per_s: int,
    source: str,
    video_range: str = "SDR",
) -> Rung:
    """The finished rung in the directory ``name`` of ``home``, measured."""
    folder, text = home / name, (home / playlist).read_text()
    sizes = [(float(length), (folder / piece).stat().st_size) for length, piece in _SEGMENT.findall(text)]
    init = folder / text.partition('#EXT-X-MAP:URI="')[2].partition('"')[0]
    total = sum(size for _, size in sizes)
    try:
        codec = boxes.codec(init.read_bytes())
    except boxes.BadBoxes as error:
        remedy = "check that ffmpeg has libx264: ffmpeg -encoders"
        raise ToolFailed(f"ffmpeg wrote no video into {init}: {error}", remedy) from error
    return Rung(
        name=name,
        width=size[0],
        height=size[1],
        frames_per_s=frames_per_s,
        codecs=f"{codec},{SOUND_CODEC}",
        playlist=playlist,
        peak=max(round(size * 8 / length) for length, size in sizes),
        average=round(total * 8 / sum(length for length, _ in sizes)),
        size_bytes=total + init.stat().st_size,
        source=source,
        video_range=video_range,
    )
