"""What a published class can be had in: each rendition is one encoding of the picture, at one height.

H.264 for every screen; HEVC beside it where the source is worth more than that (HEVC itself, ten bits, high range of
light). All share what lets a player change between them at any segment: one pace, a closed group of pictures every
2 s that says again what a decoder has to know, no picture that waits for a later one.

Quality is the same throughout (constant rate factor), so that each title gets the bits it needs; ``CEILINGS`` bound
them where a title would need very many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.cloud.classes.ladder import BT709, GROUP_S
from sync.cloud.classes.light import Light
from sync.cloud.classes.packaging import name_of
from sync.cloud.classes.source import Source

HEIGHTS = (2160, 1440, 1080, 720, 540, 360)
HIGHEST_STANDARD_OF_HIGH = 1080  # of high range, what is higher is worth its bits in HEVC only
LOWEST_HEVC = 720
CEILINGS = {2160: 18_000, 1440: 10_000, 1080: 6_500, 720: 3_500, 540: 2_000, 360: 1_000}  # kbit/s of H.264
HEVC_SHARE = 0.65
CRF_H264, CRF_HEVC = 22, 24
PACES = (24, 25, 30)
STANDARD = Light()


@dataclass(frozen=True, slots=True)
class Rendition:
    """One encoding to be made. ``codec`` is h264 or hevc."""

    height: int
    codec: str = "h264"
    light: Light = STANDARD

    @property
    def name(self) -> str:
        """The directory of its rung."""
        return name_of(self.height, "" if self.codec == "h264" else "hdr" if self.light.high else "hevc")

    @property
    def width(self) -> int:
        """16:9, even."""
        return self.height * 16 // 9 // 2 * 2

    @property
    def ceiling(self) -> int:
        """The most bits a second, on the average of two seconds."""
        return round(CEILINGS[self.height] * 1000 * (HEVC_SHARE if self.codec == "hevc" else 1.0))

    def encoder(self, frames_per_s: int) -> list[str]:
        """ffmpeg's arguments for it, but for input and output."""
        group, most = GROUP_S * frames_per_s, self.ceiling // 1000
        pace = ["-r", str(frames_per_s), "-g", str(group), "-keyint_min", str(group), "-bf", "0"]
        limits = ["-maxrate", f"{most}k", "-bufsize", f"{2 * most}k"]
        if self.codec == "h264":
            how = ["-c:v", "libx264", "-preset", "fast", "-profile:v", "high", "-crf", str(CRF_H264)]
            how += ["-sc_threshold", "0", "-pix_fmt", "yuv420p", "-bsf:v", "dump_extra=freq=keyframe"]
            return [*how, *BT709, *pace, *limits]
        depth = "yuv420p10le" if self.light.ten_bits else "yuv420p"
        how = ["-c:v", "libx265", "-preset", "fast", "-crf", str(CRF_HEVC), "-tag:v", "hvc1", "-pix_fmt", depth]
        colours = ["-color_primaries", self.light.primaries, "-color_trc", self.light.transfer]
        colours += ["-colorspace", self.light.matrix, "-color_range", "tv"]
        return [*how, "-x265-params", self._x265(group), *colours, *pace, *limits]

    def _x265(self, group: int) -> str:
        told = [f"keyint={group}", f"min-keyint={group}", "scenecut=0", "open-gop=0", "bframes=0", "repeat-headers=1"]
        if self.light.video_range == "PQ":
            told.append("hdr10=1")
            told += [f"master-display={self.light.mastering}"] if self.light.mastering else []
            told += [f"max-cll={self.light.levels}"] if self.light.levels else []
        return ":".join([*told, "log-level=error"])


def candidates(source: Source) -> list[Rendition]:
    """Everything that could be made of a source, the lowest first: nothing is blown up, but for the lowest."""
    heights = sorted(height for height in HEIGHTS if height <= _room(source)) or [min(HEIGHTS)]
    highest = HIGHEST_STANDARD_OF_HIGH if source.light.high else max(HEIGHTS)
    found = [Rendition(height) for height in heights if height <= highest]
    if source.light.high or source.codec in ("hevc", "av1", "vp9") or source.light.ten_bits:
        light = source.light if source.light.high else Light(ten_bits=source.light.ten_bits)
        tall = [height for height in heights if height >= LOWEST_HEVC] or heights[-1:]
        found += [Rendition(height, "hevc", light) for height in tall]
    return found


def _room(source: Source) -> float:
    """The height a 16:9 picture has into which the source goes whole; a little less than a rung still is that rung."""
    return max(source.height, source.width * 9 / 16) * 1.02


def pace_of(frames_per_s: float) -> int:
    """The pictures a second that a class is shown at: the source's own, or half of them where it has 50 or 60."""
    halved = frames_per_s / 2 if frames_per_s > 40 else frames_per_s
    return min(PACES, key=lambda pace: abs(pace - halved))


def families(renditions: Sequence[Rendition]) -> list[list[Rendition]]:
    """Those that a player chooses among: one list a codec, the lowest first."""
    codecs = sorted({one.codec for one in renditions})
    return [sorted((one for one in renditions if one.codec == codec), key=lambda one: one.height) for codec in codecs]
