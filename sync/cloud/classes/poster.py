"""The picture that stands for a filmed class."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from sync.cloud.classes import ffmpeg, packaging, pieces
from sync.cloud.classes.packaging import Rung
from sync.cloud.classes.pieces import Piece

SIZE = (1280, 720)
FROM, PICTURES = 0.3, 12  # without a wish: the most telling of these many key pictures, from this share of the class on
SHORT_S = 60


def make(rung: Rung, read: Callable[[str], bytes], at_s: float | None, work: Path, home: Path) -> Piece:
    """Write the poster into ``home``: the picture at ``at_s``, or the most telling one. ``read`` gives a file of the
    class by its path; only those few are asked for that are needed."""
    text = read(rung.playlist).decode()
    segments = re.findall(r"#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)", text)
    init = text.partition('#EXT-X-MAP:URI="')[2].partition('"')[0]
    length = sum(float(each) for each, _ in segments)
    begin = length * FROM if at_s is None else min(at_s, length - 0.1)
    first = min(int(begin // packaging.SEGMENT_S), len(segments) - 1)
    wanted = segments[first : first + (PICTURES // 2 if at_s is None and length >= SHORT_S else 1)]
    stretch = b"".join(read(f"{rung.name}/{name}") for name in (init, *(name for _, name in wanted)))
    (work / "poster.mp4").write_bytes(stretch)
    best = f"select=gte(t\\,{begin - first * packaging.SEGMENT_S:.3f})"
    if len(wanted) > 1:
        best = f"thumbnail=n={PICTURES}"
    fitted = f"{best},scale={SIZE[0]}:{SIZE[1]}:flags=bicubic"
    skip = ["-skip_frame", "nokey"] if len(wanted) > 1 else []
    arguments = [*skip, "-i", "poster.mp4", "-map", "0:v", "-vf", fitted, "-frames:v", "1", "-q:v", "3"]
    ffmpeg.run([*arguments, str(home / "poster.jpg")], work)
    (work / "poster.mp4").unlink()
    return pieces.settle(home / "poster.jpg", "poster", home)
