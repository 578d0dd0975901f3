"""The live ladder: how ffmpeg makes rungs and feed of what the intake gives. No I/O.

The pictures are put on a grid of whole seconds of media time (``fps`` with ``start_time``), every whole second begins
with a key frame, and a segment lasts from one to the next: so all rungs, and all origins, cut at the same moments.
Timestamps are the encoder's own throughout.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sync.cloud.classes.ladder import width_of
from sync.cloud.live.admission import MOST_PIXELS

FEED, FEED_PACKETS = "feed", "feed_packets"
SOUND_BITS_PER_S = 128_000
SOUND_CODEC = "mp4a.40.2"
_PICTURE_BITS_PER_S = {1080: 4_500_000, 720: 2_500_000, 540: 1_500_000, 360: 800_000}
_X264 = ("-preset", "superfast", "-tune", "zerolatency", "-profile:v", "main", "-pix_fmt", "yuv420p", "-crf", "21")
# In every group again what a decoder has to know first: a player may then change rungs behind one init file.
_IN_BAND = ("-flags", "+global_header", "-bsf:v", "dump_extra=freq=keyframe")
_MP4 = (
    "movflags=frag_custom+empty_moov+default_base_moof+frag_discont:use_editlist=0:avoid_negative_ts=make_non_negative"
)
_AT_ONCE = "flush_packets=1:max_interleave_delta=1"  # no picture waits for its sound


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung of the ladder: 16:9, at most ``bits_per_s`` of picture."""

    height: int

    @property
    def name(self) -> str:
        return f"v{self.height}"

    @property
    def width(self) -> int:
        return width_of(self.height) // 2 * 2

    @property
    def bits_per_s(self) -> int:
        known = _PICTURE_BITS_PER_S.get(self.height)
        return known or max(round(2_500_000 * (self.height / 720) ** 1.6), 100_000)


@dataclass(frozen=True, slots=True)
class Recipe:
    """``rungs``, best first; the first is the feed as well. ``start_s``: the whole second of media time to begin at.
    Segments go to ``folder``, named ``<rung>/<stem>-<second>.m4s``."""

    rungs: tuple[Rung, ...]
    rate: int
    start_s: int
    has_sound: bool
    folder: Path
    stem: str


def outlets(rungs: Sequence[Rung]) -> list[str]:
    """The pipes that ffmpeg writes to: the feed, its packets, and one list of segments for each rung."""
    return [FEED, FEED_PACKETS, *(rung.name for rung in rungs)]


def arguments(recipe: Recipe, outlet: Mapping[str, int]) -> list[str]:
    """ffmpeg's arguments; it reads NUT from its stdin."""
    line = ["-hide_banner", "-nostats", "-loglevel", "warning", "-copyts", "-max_pixels", str(MOST_PIXELS)]
    line += ["-probesize", "200000", "-analyzeduration", "0", "-f", "nut", "-i", "pipe:0"]
    line += ["-filter_complex", _graph(recipe)]
    for rung in recipe.rungs:
        line += _coding(recipe, rung)
        line += _feed_and_segments(recipe, rung, outlet) if rung is recipe.rungs[0] else _segments(recipe, rung, outlet)
    return line


def _graph(recipe: Recipe) -> str:
    names = [rung.name for rung in recipe.rungs]
    parts = [
        f"[0:v]fps={recipe.rate}:start_time={recipe.start_s},split={len(names)}{''.join(f'[s{n}]' for n in names)}"
    ]
    for rung in recipe.rungs:
        size = f"{rung.width}:{rung.height}"
        fit = f"scale={size}:force_original_aspect_ratio=decrease:flags=fast_bilinear"
        parts.append(f"[s{rung.name}]{fit},pad={size}:(ow-iw)/2:(oh-ih)/2,setsar=1[p{rung.name}]")
    if recipe.has_sound:
        sound = f"[0:a]aresample=48000:async=1,aformat=channel_layouts=stereo,atrim=start={recipe.start_s}"
        parts.append(f"{sound},asplit={len(names)}{''.join(f'[a{n}]' for n in names)}")
    return ";".join(parts)


def _coding(recipe: Recipe, rung: Rung) -> list[str]:
    rate = str(rung.bits_per_s)
    line = ["-map", f"[p{rung.name}]", "-c:v", "libx264", *_X264, "-maxrate", rate, "-bufsize", rate]
    line += ["-g", str(recipe.rate * 20), "-sc_threshold", "0", "-force_key_frames", "expr:gte(t,n_forced)"]
    line += ["-fps_mode", "passthrough", *_IN_BAND, "-threads:v", "2"]
    if recipe.has_sound:
        line += ["-map", f"[a{rung.name}]", "-c:a", "aac", "-b:a", str(SOUND_BITS_PER_S)]
    return line


def _segment_options(recipe: Recipe, rung: Rung, outlet: Mapping[str, int]) -> dict[str, str]:
    place = f"{recipe.folder}/{rung.name}/{recipe.stem}"
    return {
        "segment_time": "0.5",  # less than a second: at every key frame
        "segment_format": "mp4",
        "segment_format_options": _MP4,
        "individual_header_trailer": "0",
        "segment_header_filename": f"{place}-init.mp4",
        "segment_start_number": str(recipe.start_s),
        "segment_list": f"pipe:{outlet[rung.name]}",
        "segment_list_type": "csv",
    }


def _segment_names(recipe: Recipe, rung: Rung) -> str:
    return f"{recipe.folder}/{rung.name}/{recipe.stem}-%d.m4s"


def _segments(recipe: Recipe, rung: Rung, outlet: Mapping[str, int]) -> list[str]:
    options = [part for key, value in _segment_options(recipe, rung, outlet).items() for part in (f"-{key}", value)]
    return ["-f", "segment", *options, _segment_names(recipe, rung)]


def _feed_and_segments(recipe: Recipe, rung: Rung, outlet: Mapping[str, int]) -> list[str]:
    options = {"f": "segment", **_segment_options(recipe, rung, outlet)}
    segments = ":".join(f"{key}={_escaped(value)}" for key, value in options.items())
    # a clock reference with every picture, and sound as it comes: players wait for both
    feed = f"[f=mpegts:{_AT_ONCE}:pes_payload_size=0:pcr_period=20]pipe:{outlet[FEED]}"
    packets = f"[f=framecrc:{_AT_ONCE}:select=v]pipe:{outlet[FEED_PACKETS]}"
    return ["-f", "tee", f"{feed}|{packets}|[{segments}]{_segment_names(recipe, rung)}"]


def _escaped(value: str) -> str:
    """For ``tee``, which takes escapes away twice: where it parts its outputs, and where it parts their options."""
    once = value.replace("\\", "\\\\").replace(":", "\\:")
    return once.replace("\\", "\\\\")
