"""The HLS ladder: how a rung is encoded, and the playlist that offers the rungs.

H.264 and AAC in fragmented MP4; a closed group of pictures every 2 s and a segment every 4 s at the same places in
all rungs, so that a player can change rungs at any segment. File names carry the class's source, so that a file
never changes under its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes import ffmpeg
from sync.cloud.classes.errors import ToolFailed

FRAMES_PER_S, GROUP_S, SEGMENT_S = 30, 2, 4
HEIGHTS = (1080, 720, 540, 360)
# Fast to encode and cheap to decode: no B-frames. What pays most for a drawn, scrolling picture is added back.
_ADDED = "cabac=1:no-deblock=0:deblock=0,0:subme=1:mbtree=1:rc-lookahead=5:aq-mode=1"
X264 = ("-preset", "ultrafast", "-profile:v", "main", "-crf", "22", "-x264-params", _ADDED)
# In every group again what a decoder has to know first: a player may then change rungs behind one init file.
_IN_BAND = ("-bsf:v", "dump_extra=freq=keyframe")
BT709 = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv")
_SOUND_CODEC = "mp4a.40.2"


def width_of(height: int) -> int:
    """The width of a 16:9 rung."""
    return height * 16 // 9


def rung_name(height: int) -> str:
    """The directory of a rung."""
    return f"v{height}"


def encoding(heights: Sequence[int], part: int, picture: str, threads: int = 1) -> list[str]:
    """ffmpeg's arguments that encode ``picture`` (a filter graph's beginning, such as ``[0:v]``) into rungs, without
    sound, as part ``part`` of them, in its working directory."""
    splits = "".join(f"[s{height}]" for height in heights)
    chains = [f"{picture}split={len(heights)}{splits}"]
    chains += [f"[s{h}]scale={width_of(h)}:{h}:flags=area,setsar=1[p{h}]" for h in heights]
    arguments, group = ["-filter_complex", ";".join(chains)], str(GROUP_S * FRAMES_PER_S)
    for height in heights:
        arguments += ["-map", f"[p{height}]", "-c:v", "libx264", *X264, "-threads", str(threads), "-pix_fmt", "yuv420p"]
        arguments += [*_IN_BAND, *BT709]
        arguments += ["-g", group, "-keyint_min", group, "-sc_threshold", "0", "-r", str(FRAMES_PER_S)]
        arguments.append(_part_name(height, part))
    return arguments


def package(work: Path, heights: Sequence[int], parts: int, source: str, sound: str) -> None:
    """Join the parts of each rung with ``sound`` (AAC) to HLS in ``work``; the parts are used up."""
    for height in heights:
        names = [_part_name(height, part) for part in range(parts)]
        (work / "parts.txt").write_text("".join(f"file '{name}'\n" for name in names))
        (work / rung_name(height)).mkdir()
        arguments = ["-f", "concat", "-i", "parts.txt", "-i", sound, "-map", "0:v", "-map", "1:a", "-c", "copy"]
        ffmpeg.run([*arguments, *_hls(rung_name(height), source)], work)
        for name in names:
            (work / name).unlink()


def _part_name(height: int, part: int) -> str:
    return f"part{part}_{height}.mp4"


def _hls(folder: str, source: str) -> list[str]:
    arguments = ["-f", "hls", "-hls_time", str(SEGMENT_S), "-hls_playlist_type", "vod", "-hls_segment_type", "fmp4"]
    arguments += ["-hls_flags", "independent_segments", "-hls_fmp4_init_filename", f"{source}_init.mp4"]
    return [*arguments, "-hls_segment_filename", f"{folder}/{source}_%04d.m4s", f"{folder}/{source}.m3u8"]


@dataclass(frozen=True, slots=True)
class Rung:
    """One finished rung, measured. Rates are bits a second."""

    height: int
    playlist: str
    codecs: str
    peak: int
    average: int
    size_bytes: int


def measured(folder: Path, height: int, source: str) -> Rung:
    """Measure the rung of ``height`` below the class's directory ``folder``."""
    name = rung_name(height)
    pieces = re.findall(r"#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)", (folder / name / f"{source}.m3u8").read_text())
    sizes = [(float(length), (folder / name / piece).stat().st_size) for length, piece in pieces]
    init = folder / name / f"{source}_init.mp4"
    total = sum(size for _, size in sizes)
    return Rung(
        height=height,
        playlist=f"{name}/{source}.m3u8",
        codecs=f"{_video_codec(init)},{_SOUND_CODEC}",
        peak=max(round(size * 8 / length) for length, size in sizes),
        average=round(total * 8 / sum(length for length, _ in sizes)),
        size_bytes=total + init.stat().st_size,
    )


def _video_codec(init: Path) -> str:
    """RFC 6381's name of the H.264 profile and level, out of the ``avcC`` box."""
    raw = init.read_bytes()
    at = raw.find(b"avcC")
    if at < 0:
        raise ToolFailed(f"ffmpeg wrote no H.264 into {init}", "check that ffmpeg has libx264: ffmpeg -encoders")
    return "avc1." + raw[at + 5 : at + 8].hex()


def master(rungs: Iterable[Rung]) -> str:
    """The master playlist; the best rung first."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines.append(
        '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",'
        'DEFAULT=NO,AUTOSELECT=NO,FORCED=NO,URI="captions.m3u8"'
    )
    for rung in sorted(rungs, key=lambda one: -one.height):
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={rung.peak},AVERAGE-BANDWIDTH={rung.average},"
            f'CODECS="{rung.codecs}",RESOLUTION={width_of(rung.height)}x{rung.height},'
            f'FRAME-RATE={FRAMES_PER_S}.000,SUBTITLES="captions"'
        )
        lines.append(rung.playlist)
    return "\n".join(lines) + "\n"


def captions_playlist(duration_s: int) -> str:
    """The playlist of the captions: one WebVTT file for the whole class."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", f"#EXT-X-TARGETDURATION:{duration_s}", "#EXT-X-PLAYLIST-TYPE:VOD"]
    return "\n".join([*lines, f"#EXTINF:{duration_s:.3f},", "captions.vtt", "#EXT-X-ENDLIST"]) + "\n"


def rungs_in(playlist: str) -> dict[int, str]:
    """The rungs a master playlist of ours offers: height to source."""
    return {int(height): source for height, source in re.findall(r"^v(\d+)/(\w+)\.m3u8$", playlist, re.M)}
