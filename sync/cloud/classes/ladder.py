"""The rungs of a drawn class, and how they are encoded.

H.264 and AAC in fragmented MP4; a closed group of pictures every 2 s and a segment every 4 s at the same places in
all rungs, so that a player can change rungs at any segment.
"""

from __future__ import annotations

from collections.abc import Sequence

FRAMES_PER_S, GROUP_S = 30, 2
HEIGHTS = (1080, 720, 540, 360)
# Fast to encode and cheap to decode: no B-frames. What pays most for a drawn, scrolling picture is added back.
_ADDED = "cabac=1:no-deblock=0:deblock=0,0:subme=1:mbtree=1:rc-lookahead=5:aq-mode=1"
X264 = ("-preset", "ultrafast", "-profile:v", "main", "-crf", "22", "-x264-params", _ADDED)
# In every group again what a decoder has to know first: a player may then change rungs behind one init file.
_IN_BAND = ("-bsf:v", "dump_extra=freq=keyframe")
BT709 = ("-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv")


def width_of(height: int) -> int:
    """The width of a 16:9 rung."""
    return height * 16 // 9


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
        arguments.append(part_name(height, part))
    return arguments


def part_name(height: int, part: int) -> str:
    """The file of one part of a rung."""
    return f"part{part}_{height}.mp4"
