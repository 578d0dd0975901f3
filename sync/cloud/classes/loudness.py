"""The sound of a filmed class, at one loudness (EBU R 128), so that no class is louder than the next.

-16 LUFS is what the drawn classes are mixed at, and the loudest that AES TD1004 allows for what is streamed: a tablet's
small loudspeaker has to be heard over a flywheel, and television's -23 is not. True peaks stay under -1.5 dB, so that
AAC does not clip them. The first pass measures; the second sets one gain for the whole class where peaks allow it, and
works on the dynamics only where they do not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sync.cloud.classes import ffmpeg
from sync.cloud.classes.errors import ToolFailed
from sync.cloud.classes.progress import part
from sync.cloud.classes.source import Source

LOUDNESS_LUFS, PEAK_DB = -16.0, -1.5
RATE, BITRATE = 48_000, "160k"
SILENT_LUFS = -60.0  # below this there is nothing to make louder
WIDEST_LU = 50.0


def normalise(source: Source, duration_s: int, work: Path, out: str, tell: Callable[[float], None]) -> None:
    """Write the sound of ``source``, ``duration_s`` long, to ``out`` in ``work`` as AAC; silence where it has none."""
    unfinished = f"tmp.{out}"
    first, second = part(tell, 0, 0.5), part(tell, 0.5, 0.5)
    if source.has_sound:
        file = [*ffmpeg.FROM_OUTSIDE, "-i", f"file:{source.path.absolute()}", "-map", "0:a:0"]
        measured = _measured(file, duration_s, work, lambda at_s: first(at_s / duration_s))
        level = f"loudnorm={_target(measured)}," if measured else ""
    else:
        file, level = ["-f", "lavfi", "-i", f"anullsrc=r={RATE}:cl=stereo", "-map", "0:a"], ""
    fitted = f"{_STEREO},{level}aresample={RATE},apad,atrim=duration={duration_s}"
    encoded = ["-af", fitted, "-c:a", "aac", "-b:a", BITRATE, unfinished]
    ffmpeg.run_telling([*file, *encoded], work, lambda at_s: second(at_s / duration_s))
    with (work / unfinished).open("rb") as written:
        os.fsync(written.fileno())
    (work / unfinished).replace(work / out)


_STEREO = f"aresample={RATE}:async=1:first_pts=0,aformat=channel_layouts=stereo"


def _measured(file: list[str], duration_s: int, work: Path, tell: Callable[[float], None]) -> dict[str, Any] | None:
    """What the first pass finds, ``None`` for silence."""
    told = ["-t", str(duration_s), "-af", f"{_STEREO},loudnorm=print_format=json", "-f", "null", "-"]
    words = ffmpeg.report([*file, *told], work, tell)
    start = words.rfind("{")
    if start < 0:
        raise ToolFailed("ffmpeg did not tell how loud the sound is", "check that ffmpeg has loudnorm: ffmpeg -filters")
    found: dict[str, Any] = json.loads(words[start : words.rfind("}") + 1])
    return found if float(found["input_i"]) > SILENT_LUFS else None


def _target(measured: dict[str, Any]) -> str:
    spread = min(max(float(measured["input_lra"]), 11.0), WIDEST_LU)
    told = {"I": LOUDNESS_LUFS, "TP": PEAK_DB, "LRA": f"{spread:.1f}", "linear": "true"}
    told |= {"measured_I": measured["input_i"], "measured_TP": measured["input_tp"]}
    told |= {"measured_LRA": measured["input_lra"], "measured_thresh": measured["input_thresh"]}
    told |= {"offset": measured["target_offset"]}
    return ":".join(f"{name}={value}" for name, value in told.items())
