"""A real video in place of the drawn picture.

It must be about as long as the plan: up to ``SLACK_S`` shorter it is held on its last frame, up to ``SLACK_S`` longer
it is cut; beyond that the plan would speak of another video, and is refused. Its own sound becomes the bed.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sync.cloud.classes import ffmpeg, source
from sync.cloud.classes.errors import BadVideo
from sync.cloud.classes.ladder import FRAMES_PER_S
from sync.cloud.classes.plan import Plan
from sync.cloud.classes.sound.mixdown import RAW
from sync.cloud.classes.source import Source

SLACK_S = 3.0


def look_into(path: Path, plan: Plan) -> Source:
    """What the file holds. Raises :class:`BadVideo` if it is no video or not as long as the plan."""
    found = source.look_into(path)
    if abs(found.duration_s - plan.duration_s) > SLACK_S:
        length = f"{found.duration_s:.1f} s long, the plan {plan.duration_s} s"
        raise BadVideo(
            f"{path}: the video is {length}; at most {SLACK_S:g} s may differ",
            "change the plan's segments or cut the video",
        )
    return found


def worth_making(video: Source, heights: Sequence[int]) -> tuple[int, ...]:
    """Those of ``heights`` that do not blow the video up; the lowest in any case."""
    return tuple(height for height in heights if height <= video.height) or (min(heights),)


def bed(video: Source, work: Path) -> Path | None:
    """The video's own sound as raw samples, ``None`` if it has none."""
    if not video.has_sound:
        return None
    ffmpeg.run(
        [*ffmpeg.FROM_OUTSIDE, "-i", f"file:{video.path.absolute()}", "-vn", "-map", "0:a:0", *RAW, "bed.f32"], work
    )
    return work / "bed.f32"


def fitted(duration_s: int, height: int) -> str:
    """The filters that bring input 0 to the class's shape, pace and length; their result is ``[film]``."""
    width = height * 16 // 9
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=bicubic"
    pad = f"pad={width}:{height}:(ow-iw)/2:(oh-ih)/2:color=0x0A0D12"
    hold = f"fps={FRAMES_PER_S},tpad=stop_mode=clone:stop_duration={SLACK_S + 1:g},trim=duration={duration_s}"
    return f"[0:v:0]{fit},{pad},{hold},setpts=PTS-STARTPTS[film];"
