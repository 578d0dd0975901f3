"""A video that is to become a class, looked into before anything is done with it.

Nothing in the file is believed beyond these limits, and looking costs seconds at most, whatever the file is: only
known containers are opened, from this file alone (playlists and lists that lead elsewhere are none), memory and time
are bounded, and no more than one picture is decoded, where its range of light is high.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from sync.cloud.classes import ffmpeg
from sync.cloud.classes.errors import BadVideo
from sync.cloud.classes.light import Light, light_of

MOST_BYTES = 1 << 40
MOST_STREAMS = 32
LARGEST = (8192, 4352)
SMALLEST = 64
LONGEST_S = 4 * 3600 + 60
FASTEST = 121.0  # frames a second
END_SLACK_S = 3.0  # how much earlier than the file the picture may end
# what the first bytes of other things are, and what to call them
OTHERS = {
    b"GIF8": "a GIF picture",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"PK\x03\x04": "a ZIP archive",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF document",
    b"#EXTM3U": "a playlist",
    b"ffconcat": "a list of files",
    b"<?xml": "an XML file",
}
_TOO_LARGE = re.compile(r"Picture size (\d+x\d+) is invalid")
_GIVE = "give a video file such as MP4, MOV, MKV, WebM, MXF or MPEG-TS"


@dataclass(frozen=True, slots=True)
class Source:
    """A video file, looked into. Sizes are of the picture as it is seen (turned upright, with square pixels).
    ``indexed``: one can begin anywhere in it, exactly."""

    path: Path
    duration_s: float
    width: int
    height: int
    frames_per_s: float
    codec: str
    light: Light
    has_sound: bool
    interlaced: bool = False
    indexed: bool = True


def look_into(path: Path) -> Source:
    """What a file holds. Raises :class:`BadVideo` with a reason, early."""
    try:
        _check_file(path)
    except OSError as error:
        raise BadVideo(f"{path}: {error.strerror}", "give yourself the right to read it, or give another") from None
    facts, words = ffmpeg.described(path)
    if claimed := _TOO_LARGE.search(words):
        raise _too_large(path, claimed[1])
    if facts is None:
        if b"ftyp" in _start(path) and "moov atom not found" in words:
            raise BadVideo(f"{path}: is cut off: its index is missing", "copy or export it again, whole")
        raise BadVideo(f"{path}: is no video that can be played ({_cause(words)})", _GIVE)
    streams, container = facts.get("streams", []), facts["format"]
    if len(streams) > MOST_STREAMS:
        raise BadVideo(f"{path}: has {len(streams)} streams; the most is {MOST_STREAMS}", "export it with fewer")
    pictures = [s for s in streams if s["codec_type"] == "video" and not s.get("disposition", {}).get("attached_pic")]
    length = _number(container.get("duration"))
    if not pictures or length < 1:
        raise BadVideo(f"{path}: is no video that can be played", _GIVE)
    if length > LONGEST_S:
        raise BadVideo(f"{path}: says it is {length / 3600:.1f} hours long; the most is 4 hours", "cut it")
    source = _source(path, container, pictures[0], length, any(s["codec_type"] == "audio" for s in streams))
    _check_end(path, pictures[0], length)
    return source


def _check_file(path: Path) -> None:
    if path.is_dir():
        raise BadVideo(f"{path}: is a folder", "give the path of a video file")
    if not path.is_file():
        raise BadVideo(f"{path}: there is no such file", "give the path of a video file")
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise BadVideo(f"{path}: is {size / 1e9:.0f} GB long; the most is {MOST_BYTES / 1e9:.0f} GB", "encode it anew")
    start = _start(path)
    for mark, what in OTHERS.items():
        if start.startswith(mark):
            raise BadVideo(f"{path}: is {what}, not a video that can be played", _GIVE)
    if start.strip(b"\0") == b"":
        raise BadVideo(f"{path}: is no video that can be played: it is {'zeros' if start else 'empty'}", _GIVE)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(16)


def _cause(words: str) -> str:
    """ffprobe's own last word, without the name of the file."""
    return (words.strip().splitlines() or ["unknown"])[-1].rpartition(": ")[2]


def _source(path: Path, container: dict[str, Any], picture: dict[str, Any], length: float, has_sound: bool) -> Source:
    width, height = int(picture.get("width", 0)), int(picture.get("height", 0))
    if max(width, height) > LARGEST[0] or width * height > LARGEST[0] * LARGEST[1]:
        raise _too_large(path, f"{width}x{height}")
    if min(width, height) < SMALLEST:
        raise BadVideo(f"{path}: its pictures are {width}x{height}; the least is {SMALLEST}x{SMALLEST}", _GIVE)
    pace = _number(picture.get("avg_frame_rate")) or _number(picture.get("r_frame_rate"))
    frames = _number(picture.get("nb_frames"))
    fastest = max(pace, frames / length)
    if not pace > 0 or fastest > FASTEST:
        told = f"{fastest:.0f}" if pace else "no"
        raise BadVideo(f"{path}: says it has {told} pictures a second; 1 to 120 can be shown", "encode it at 30")
    sideways = any(abs(int(_number(one.get("rotation")))) % 180 == 90 for one in picture.get("side_data_list", []))
    aspect = _number(str(picture.get("sample_aspect_ratio", "1:1")).replace(":", "/")) or 1.0
    width = round(width * min(max(aspect, 0.25), 4.0))
    return Source(
        path=path,
        duration_s=length,
        width=height if sideways else width,
        height=width if sideways else height,
        frames_per_s=pace,
        codec=str(picture.get("codec_name", "")),
        light=_light(path, picture),
        has_sound=has_sound,
        interlaced=picture.get("field_order", "progressive") not in ("progressive", "unknown"),
        indexed="matroska" in container["format_name"] or ("mp4" in container["format_name"] and frames > 0),
    )


def _too_large(path: Path, size: str) -> BadVideo:
    return BadVideo(f"{path}: says its pictures are {size}; the most is 8192x4352", "encode it smaller")


def _light(path: Path, picture: dict[str, Any]) -> Light:
    """The light of the video; what screen it was made on often stands with its pictures only."""
    light = light_of(picture)
    if light.high and not light.mastering:
        light = light_of({**picture, "side_data_list": ffmpeg.first_side_data(path)})
    return light


def _check_end(path: Path, picture: dict[str, Any], length: float) -> None:
    """The last pictures are truly in the file: a file that was cut off still says how long it was."""
    packets = ffmpeg.packets(path, max(length - END_SLACK_S, 0.0))
    begins = _number(picture.get("start_time"))
    ends = max((at for at, size in packets if size > 0), default=0.0) - max(begins, 0.0)
    if ends < length - END_SLACK_S:
        told = f"its pictures end at {ends:.1f} s" if ends > 0 else "its last pictures are not there"
        raise BadVideo(f"{path}: is cut off: it says it is {length:.1f} s long, but {told}", "copy or export it again")


def _number(value: Any) -> float:
    """A number as ffprobe writes them (``30000/1001``, ``6.0``, ``N/A``); 0 for what is none."""
    try:
        number = float(Fraction(str(value)))
    except (ValueError, ZeroDivisionError, OverflowError):
        return 0.0
    return number if math.isfinite(number) else 0.0
