"""Encoding a stretch of a source into several renditions at once, from one decoding of it.

A stretch begins ``PREROLL_S`` early and what is too early is dropped, so that its pictures are the very ones that an
encoding without stretches would have; stretches are then joined as they are.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes import ffmpeg
from sync.cloud.classes.light import to_standard
from sync.cloud.classes.renditions import Rendition
from sync.cloud.classes.source import Source
from sync.cloud.classes.video import SLACK_S

PREROLL_S = 2
AT_ONCE_PIXELS = 3840 * 2160  # of all renditions that are encoded together: about 2 GB of memory
INDEXED = "indexed.mkv"
_EDGES = "0x0A0D12"
# ffprobe's name of a matrix: the scaler's
_MATRICES = {"bt709": "bt709", "smpte170m": "smpte170m", "bt470bg": "bt470", "smpte240m": "smpte240m"}
_WIDE = "setparams=color_primaries=bt2020:color_trc=bt709:colorspace=bt2020nc:range=tv,zscale=p=bt709:t=bt709:m=bt709,"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole seconds of a class, from its second ``start_s`` on, at ``frames_per_s``."""

    start_s: int
    length_s: int
    frames_per_s: int


def encode(
    source: Source,
    renditions: Sequence[Rendition],
    stretch: Stretch,
    outputs: Sequence[Path],
    tell: Callable[[float], None] = lambda _: None,
) -> bool:
    """Encode a stretch of ``source`` into ``outputs``, one MP4 file a rendition, which are there when they are whole.
    ``tell`` hears how far it is (0-1). Returns whether all of it could be read."""
    work = outputs[0].parent
    early = min(PREROLL_S, stretch.start_s)
    arguments = ["-ss", str(stretch.start_s - early), "-t", str(early + stretch.length_s + 1)]
    arguments = [*ffmpeg.FROM_OUTSIDE, *arguments, "-i", f"file:{source.path.absolute()}"]
    arguments += ["-filter_complex", graph(source, renditions, _cut(stretch, early))]
    unfinished = [path.with_name(f"{path.stem}.tmp.mp4") for path in outputs]
    for rendition, path in zip(renditions, unfinished, strict=True):
        arguments += ["-map", f"[{rendition.name}]", *rendition.encoder(stretch.frames_per_s), path.name]
    complaints = ffmpeg.run_telling(arguments, work, lambda at_s: tell(min(at_s / stretch.length_s, 1.0)))
    for path, output in zip(unfinished, outputs, strict=True):
        with path.open("rb") as file:
            os.fsync(file.fileno())
        path.replace(output)
    return not complaints


def together(renditions: Sequence[Rendition]) -> list[list[Rendition]]:
    """Those that are encoded from one decoding: as many as fit into the memory of a small machine."""
    groups: list[list[Rendition]] = []
    left = 0
    for one in sorted(renditions, key=lambda each: -each.width * each.height):
        pixels = one.width * one.height
        if not groups or pixels > left:
            groups.append([])
            left = AT_ONCE_PIXELS
        groups[-1].append(one)
        left -= pixels
    return groups


def graph(source: Source, renditions: Sequence[Rendition], cut: str) -> str:
    """The filters from the source's picture to those of the renditions, each named like its rendition."""
    standard = [one for one in renditions if not one.light.high]
    high = [one for one in renditions if one.light.high]
    upright = "yadif=deint=interlaced," if source.interlaced else ""
    upright += "scale=trunc(iw*sar/2)*2:ih,setsar=1,"
    if source.light.primaries == "bt2020" and not source.light.high:
        upright += _WIDE
    begin = f"[0:v:0]{upright}{cut}"
    ways = [one.name for one in high]
    chains = [f"[_{one.name}]{_fit(one, source, '10')}[{one.name}]" for one in high]
    if source.light.high and standard:
        top = max(standard, key=lambda one: one.height)
        ways.append("standard")
        chains.append(f"[_standard]{_fit(top, source, '10')},{to_standard(source.light)}{_split(standard)}")
        scaled = "scale={one.width}:{one.height}:flags=area,setsar=1"
        chains += [f"[_{one.name}]{scaled.format(one=one)}[{one.name}]" for one in standard]
    else:
        ways += [one.name for one in standard]
        chains += [f"[_{one.name}]{_fit(one, source)}[{one.name}]" for one in standard]
    splits = "".join(f"[_{way}]" for way in ways)
    return ";".join([f"{begin},split={len(ways)}{splits}", *chains])


def _cut(stretch: Stretch, early_s: int) -> str:
    first = early_s * stretch.frames_per_s
    last = first + stretch.length_s * stretch.frames_per_s
    held = f"tpad=stop_mode=clone:stop_duration={SLACK_S + 1:g}"
    paced = f"fps={stretch.frames_per_s}:start_time=0,{held}"
    return f"{paced},trim=start_frame={first}:end_frame={last},setpts=PTS-STARTPTS"


def _split(renditions: Sequence[Rendition]) -> str:
    return f",split={len(renditions)}" + "".join(f"[_{one.name}]" for one in renditions)


def _fit(one: Rendition, source: Source, depth: str = "") -> str:
    """The picture into 16:9 of a rendition's height, edges where it has another shape; in BT.709 unless ``depth``
    asks to keep its ten bits and colours."""
    size = f"{one.width}:{one.height}"
    scaled = f"scale={size}:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic"
    edges = f"pad={size}:(ow-iw)/2:(oh-ih)/2:color={'black' if depth else _EDGES},setsar=1"
    if depth:
        return f"{scaled},format=yuv420p10le,{edges}"
    colours = f":in_color_matrix={_MATRICES.get(source.light.matrix, 'auto')}:out_color_matrix=bt709:out_range=tv"
    return f"{scaled}{colours},format={'yuv420p10le' if one.light.ten_bits else 'yuv420p'},{edges}"


def with_index(source: Source, work: Path, tell: Callable[[float], None]) -> Path:
    """A copy of the source, as it is, in a container that one can begin anywhere in, exactly."""
    indexed = work / INDEXED
    if not indexed.exists():
        unfinished = work / f"tmp.{INDEXED}"
        copied = ["-i", f"file:{source.path.absolute()}", "-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"]
        told = lambda at_s: tell(min(at_s / source.duration_s, 1.0))  # noqa: E731
        ffmpeg.run_telling([*ffmpeg.FROM_OUTSIDE, *copied, unfinished.name], work, told)
        unfinished.replace(indexed)
    return indexed
