"""What a title needs, found out by encoding a few short samples of it, before hours are spent.

Each sample is encoded exactly as the class would be. How much finer one height is than the one below is seen by
making the picture smaller and larger again: what hardly changes (structural similarity) had no more detail to lose.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from sync.cloud.classes import ffmpeg, transcode
from sync.cloud.classes.renditions import Rendition
from sync.cloud.classes.source import Source
from sync.cloud.classes.transcode import Stretch

SAMPLE_S, PLACES = 2, (1 / 6, 1 / 2, 5 / 6)
SHORT_S = 30  # a class shorter than this gets one sample
_SIMILAR = re.compile(r"SSIM Y:([\d.]+)")


@dataclass(frozen=True, slots=True)
class Need:
    """What one rendition of a title would be: ``rate`` in bits a second; ``likeness`` is how alike (0-1) it is to the
    height below, shown at its own size."""

    rendition: Rendition
    rate: float
    likeness: float = 0.0


def measure(
    source: Source,
    renditions: Sequence[Rendition],
    duration_s: int,
    frames_per_s: int,
    work: Path,
    tell: Callable[[float], None],
) -> tuple[list[Need], float]:
    """What each of ``renditions`` needs, and how many seconds of work a second of the class is."""
    begins = [int(duration_s * place) for place in (PLACES if duration_s >= SHORT_S else PLACES[1:2])]
    length = min(SAMPLE_S, duration_s)
    folder = work / "samples"
    sizes = dict.fromkeys(renditions, 0)
    likeness = dict.fromkeys(_heights(renditions), 1.0)
    began = time.monotonic()
    try:
        for i, begin in enumerate(begins):
            folder.mkdir(exist_ok=True)
            stretch = Stretch(min(begin, duration_s - length), length, frames_per_s)
            for some in transcode.together(renditions):
                outputs = [folder / f"{one.name}.mp4" for one in some]
                transcode.encode(source, some, stretch, outputs)
                for one, path in zip(some, outputs, strict=True):
                    sizes[one] += path.stat().st_size
            tell((i + 0.8) / len(begins))
            for height, alike in _likeness(source, _heights(renditions), stretch, folder).items():
                likeness[height] = min(likeness[height], alike)
            shutil.rmtree(folder)
            tell((i + 1) / len(begins))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    seconds = length * len(begins)
    needs = [Need(one, sizes[one] * 8 / seconds, likeness[one.height]) for one in renditions]
    return needs, (time.monotonic() - began) / seconds


def _heights(renditions: Sequence[Rendition]) -> list[int]:
    return sorted({one.height for one in renditions})


def _likeness(source: Source, heights: Sequence[int], stretch: Stretch, work: Path) -> dict[int, float]:
    """How alike each height is to the one below; the lowest is like nothing."""
    found = {heights[0]: 0.0}
    for low, high in pairwise(heights):
        there = f"scale={high * 16 // 9 // 2 * 2}:{high}:flags=bicubic"
        smaller = f"scale={low * 16 // 9 // 2 * 2}:{low}:flags=area"
        graph = f"[0:v:0]fps=1,{there},format=yuv420p,split[a][b];[b]{smaller},{there}[c];[a][c]ssim"
        begin = ["-ss", str(stretch.start_s), "-t", str(stretch.length_s)]
        file = [*ffmpeg.FROM_OUTSIDE, *begin, "-i", f"file:{source.path.absolute()}"]
        words = ffmpeg.report([*file, "-filter_complex", graph, "-an", "-f", "null", "-"], work)
        alike = _SIMILAR.search(words)
        found[high] = float(alike[1]) if alike else 0.0
    return found
