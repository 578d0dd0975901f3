"""The film of a class, cut out of what its origins recorded."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes.ladder import width_of
from sync.cloud.live import tools
from sync.cloud.live.recording import offset_of
from sync.cloud.live.timeline import Stretch, Take, timeline

RATE = 30
HIGHEST = 1080
EARLY_S = 20.0  # decoding begins so long before a cut, to be sure of a key frame
NIGHT = "0x0A0D12"
# Nearly as good as the source: the publisher codes it again.
CODING = ("-c:v", "libx264", "-preset", "superfast", "-crf", "15", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "192k")


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that can be played, ``height`` its picture's."""

    take: Take
    height: int
    has_sound: bool


def recorded_in(folder: Path) -> list[Recorded]:
    """All recordings below a folder, one folder for each origin."""
    found = (_look_into(path) for path in sorted(folder.glob("*/*.ts")))
    return [one for one in found if one is not None]


def _look_into(path: Path) -> Recorded | None:
    shown = ["-v", "error", "-of", "json", "-show_format", "-show_streams"]
    done = subprocess.run([tools.program("ffprobe"), *shown, f"file:{path}"], capture_output=True)
    facts, offset_s = json.loads(done.stdout or "{}"), offset_of(path)
    streams = facts.get("streams", [])
    heights = [int(one["height"]) for one in streams if one["codec_type"] == "video" and one.get("height")]
    if offset_s is None or not heights:
        return None
    starts_at = offset_s + float(facts["format"].get("start_time", 0))
    take = Take(path, starts_at, starts_at + float(facts["format"].get("duration", 0)))
    return Recorded(take, heights[0], any(one["codec_type"] == "audio" for one in streams))


def cutting(folder: Path, starts_at: float, length_s: float, film: Path) -> list[str] | None:
    """ffmpeg's arguments that cut the class that began at ``starts_at`` out of the recordings below ``folder``: an
    MP4 of exactly that length. ``None`` when nothing of it was recorded."""
    recorded = recorded_in(folder)
    stretches = timeline([one.take for one in recorded], starts_at, length_s)
    if not stretches:
        return None
    sounding = {one.take.path for one in recorded if one.has_sound}
    inputs, graph = _graph(stretches, sounding, min(max(one.height for one in recorded), HIGHEST) // 2 * 2)
    return [*inputs, "-filter_complex", graph, "-map", "[v]", "-map", "[a]", *CODING, str(film)]


def _graph(stretches: Sequence[Stretch], sounding: set[Path], height: int) -> tuple[list[str], str]:
    inputs: list[str] = []
    chains: list[str] = []
    size = f"{width_of(height) // 2 * 2}x{height}"
    for i, one in enumerate(stretches):
        length = one.seconds + one.hold_s
        if one.path is None:
            chains.append(f"color=c={NIGHT}:s={size}:r={RATE}:d={length:.6f},format=yuv420p,setsar=1[v{i}]")
            chains.append(_silence(i, length))
            continue
        early_s = max(one.skip_s - EARLY_S, 0.0)
        number = inputs.count("-i")
        inputs += ["-ss", f"{early_s:.6f}", "-i", f"file:{one.path.absolute()}"]
        chains.append(_picture(number, i, one, one.skip_s - early_s, size))
        chains.append(_sound(number, i, one, one.skip_s - early_s) if one.path in sounding else _silence(i, length))
    ends = "".join(f"[v{i}][a{i}]" for i in range(len(stretches)))
    return inputs, ";".join([*chains, f"{ends}concat=n={len(stretches)}:v=1:a=1[v][a]"])


def _picture(number: int, i: int, one: Stretch, skip_s: float, size: str) -> str:
    width, height = size.split("x")
    fit = (
        f"scale={width}:{height}:force_original_aspect_ratio=decrease,pad={width}:{height}:(ow-iw)/2:(oh-ih)/2,setsar=1"
    )
    length = one.seconds + one.hold_s
    until = f"trim=end={skip_s + one.seconds:.6f},setpts=PTS-{skip_s:.6f}/TB,fps={RATE}:start_time=0"
    return (
        f"[{number}:v:0]{until},{fit},format=yuv420p,"
        f"tpad=stop_mode=clone:stop_duration={length + 1:.6f},trim=duration={length:.6f},setpts=PTS-STARTPTS[v{i}]"
    )


def _sound(number: int, i: int, one: Stretch, skip_s: float) -> str:
    until = f"atrim=start={skip_s:.6f}:end={skip_s + one.seconds:.6f},asetpts=PTS-{skip_s:.6f}/TB"
    even = "aresample=48000:async=1:first_pts=0,aformat=channel_layouts=stereo"
    return f"[{number}:a:0]{until},{even},apad,atrim=duration={one.seconds + one.hold_s:.6f}[a{i}]"


def _silence(i: int, length: float) -> str:
    return f"anullsrc=r=48000:cl=stereo,atrim=duration={length:.6f}[a{i}]"
