"""The range of light of a video: standard (SDR), or high (HDR) as PQ (SMPTE ST 2084) or HLG (ITU-R BT.2100).

High range is kept as it is in HEVC, ten bits a sample; for all other screens it is brought down to standard: light up
to a white sheet of paper (203 cd/m², ITU-R BT.2408) nearly as it is, brighter light ever less.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

PAPER_WHITE = 203  # cd/m²
USUAL_PEAK = 1000.0  # cd/m², where the file does not tell
_TRANSFERS = {"smpte2084": "PQ", "arib-std-b67": "HLG"}


@dataclass(frozen=True, slots=True)
class Light:
    """``video_range`` is SDR, PQ or HLG, as HLS names it. ``mastering`` and ``levels`` are what x265 wants to hear of
    the screen it was made on and of its brightest light; empty where the file does not tell."""

    video_range: str = "SDR"
    primaries: str = "bt709"
    matrix: str = "bt709"
    ten_bits: bool = False
    peak: float = USUAL_PEAK
    mastering: str = ""
    levels: str = ""

    @property
    def high(self) -> bool:
        """Whether it is more than a standard screen can show."""
        return self.video_range != "SDR"

    @property
    def transfer(self) -> str:
        """FFmpeg's name of the transfer function."""
        return next((name for name, kind in _TRANSFERS.items() if kind == self.video_range), "bt709")


def light_of(picture: dict[str, Any]) -> Light:
    """What ffprobe tells of the light of a video stream; its side data may be those of its first picture."""
    video_range = _TRANSFERS.get(str(picture.get("color_transfer")), "SDR")
    ten_bits = any(mark in str(picture.get("pix_fmt", "")) for mark in ("10", "12", "16"))
    small = int(picture.get("height", 0)) < 720  # where a file does not tell, television's habits hold
    usual = "bt2020nc" if video_range != "SDR" else "smpte170m" if small else "bt709"
    matrix = _known(picture.get("color_space"), usual)
    primaries = _known(picture.get("color_primaries"), "bt2020" if video_range != "SDR" else "bt709")
    if video_range == "SDR":
        return Light(primaries=primaries, matrix=matrix, ten_bits=ten_bits)
    sides = {str(one.get("side_data_type")): one for one in picture.get("side_data_list", [])}
    made_on, brightest = sides.get("Mastering display metadata"), sides.get("Content light level metadata")
    peak = USUAL_PEAK
    if made_on and (told := float(Fraction(str(made_on.get("max_luminance", "0"))))):
        peak = told
    if brightest and brightest.get("max_content"):
        peak = float(brightest["max_content"])
    return Light(
        video_range=video_range,
        primaries=primaries,
        matrix=matrix,
        ten_bits=True,
        peak=min(max(peak, 2.0 * PAPER_WHITE), 10_000.0),
        mastering=_mastering(made_on) if made_on else "",
        levels=f"{brightest['max_content']},{brightest['max_average']}" if brightest else "",
    )


def to_standard(light: Light) -> str:
    """The filters that bring high range down to standard (BT.709, eight bits)."""
    tagged = (
        f"setparams=color_primaries={light.primaries}:color_trc={light.transfer}:colorspace={light.matrix}:range=tv"
    )
    linear = f"zscale=t=linear:npl={PAPER_WHITE},format=gbrpf32le,zscale=p=bt709"
    mapped = f"tonemap=mobius:desat=0:peak={light.peak / PAPER_WHITE:.3f}"
    return f"{tagged},{linear},{mapped},zscale=t=bt709:m=bt709:r=tv,format=yuv420p"


def _known(value: Any, otherwise: str) -> str:
    return str(value) if value not in (None, "unknown", "reserved", "") else otherwise


def _mastering(told: dict[str, Any]) -> str:
    """x265's form: chromaticities in units of 0.00002, luminance in units of 0.0001 cd/m²."""

    def scaled(name: str, unit: int) -> int:
        return round(Fraction(str(told.get(name, "0"))) * unit)

    names = (("G", "green"), ("B", "blue"), ("R", "red"), ("WP", "white_point"))
    points = [f"{mark}({scaled(f'{name}_x', 50_000)},{scaled(f'{name}_y', 50_000)})" for mark, name in names]
    return "".join(points) + f"L({scaled('max_luminance', 10_000)},{scaled('min_luminance', 10_000)})"
