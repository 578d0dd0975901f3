"""The rung below all others: the class's sound at a low rate, and its poster in the picture's place.

For networks that carry no moving picture. To a player it is a rung like the others: the poster is a picture at the
class's own pace that never changes, which costs next to nothing. So any player can change to it and back at any
segment, without a moment of silence; one of our own knows it by ``playlists.STILL_ID``, and takes it only when it must.
"""

from __future__ import annotations

from pathlib import Path

from sync.cloud.classes import ffmpeg, packaging
from sync.cloud.classes.ladder import BT709
from sync.cloud.classes.packaging import SEGMENT_S, STILL, Rung
from sync.cloud.classes.pieces import Piece

SOUND_RATE = "64k"
SOUND = "still.m4a"


def make(poster: Path, sound: str, like: Rung, duration_s: int, work: Path, home: Path) -> tuple[Rung, list[Piece]]:
    """Make it in ``home`` of a picture and of ``sound`` (AAC, in ``work``); size, pace and source are those of the rung
    ``like``, the lowest: a change between the two is then no change of size."""
    length_s = min(SEGMENT_S, duration_s)
    rest_s = duration_s % length_s
    for part_s in {length_s, rest_s} - {0}:
        _encode(poster, like, part_s, work)
    parts = [_part(length_s)] * (duration_s // length_s) + ([_part(rest_s)] if rest_s else [])
    ffmpeg.run(["-i", sound, "-c:a", "aac", "-aac_coder", "fast", "-b:a", SOUND_RATE, SOUND], work)
    playlist, found = packaging.package(work, parts, SOUND, STILL, home)
    size = (like.width, like.height)
    return packaging.measured(home, STILL, playlist, size, like.frames_per_s, like.source), found


def _encode(poster: Path, like: Rung, seconds: int, work: Path) -> None:
    """A segment of the poster: one key picture, and then the word that nothing has changed."""
    frames = like.frames_per_s * seconds
    fit = f"scale={like.width}:{like.height}:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p"
    arguments = ["-loop", "1", "-framerate", str(like.frames_per_s), "-i", str(poster.absolute()), "-vf", fit]
    arguments += ["-frames:v", str(frames), "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "main"]
    arguments += ["-tune", "stillimage", "-crf", "28", "-bf", "0", "-g", str(frames), "-keyint_min", str(frames)]
    arguments += ["-sc_threshold", "0", "-bsf:v", "dump_extra=freq=keyframe", *BT709]
    ffmpeg.run([*arguments, _part(seconds)], work)


def _part(seconds: int) -> str:
    return f"{STILL}{seconds}.mp4"
