"""ffmpeg's list of packets (its ``framecrc`` format), read line by line. No I/O.

#tb 0: 1/1000                                            time base of stream 0
#media_type 0: video
#codec_id 0: h264
#dimensions 0: 1280x720
0,       33,       66,       33,     4519, 0x11b3c7be, F=0x0     stream, DTS, PTS, duration, bytes; F=0x0: no key frame
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

_FACT = re.compile(r"#(tb|media_type|codec_id|dimensions) (\d+): (\S+)")


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet of a stream; times in seconds."""

    is_picture: bool
    dts_s: float
    pts_s: float
    size: int
    key: bool


@dataclass(frozen=True, slots=True)
class Source:
    """What is sent: ffmpeg's names of the codecs, the picture's size; ``None`` and 0 where there is none."""

    picture: str | None
    width: int
    height: int
    sound: str | None


class PacketList:
    """Reads the lines of one list."""

    def __init__(self) -> None:
        self._facts: dict[tuple[str, int], str] = {}
        self._bases: dict[int, Fraction] = {}
        self._picture: int | None = None

    def read(self, line: str) -> Packet | None:
        """The packet a line tells of, ``None`` for the lines at the head and for damaged ones."""
        if line.startswith("#"):
            if found := _FACT.match(line):
                self._learn(found[1], int(found[2]), found[3])
            return None
        parts = line.split(",")
        try:
            stream, dts, pts, size = int(parts[0]), int(parts[1]), int(parts[2]), int(parts[4])
            base = self._bases[stream]
        except (ValueError, IndexError, KeyError):
            return None
        key = not any(part.strip() == "F=0x0" for part in parts[6:])
        return Packet(stream == self._picture, float(dts * base), float(pts * base), size, key)

    def _learn(self, fact: str, stream: int, value: str) -> None:
        self._facts[fact, stream] = value
        if fact == "tb":
            self._bases[stream] = Fraction(value)
        elif (fact, value) == ("media_type", "video") and self._picture is None:
            self._picture = stream

    @property
    def source(self) -> Source:
        """What the head of the list said."""
        kinds = {value: stream for (fact, stream), value in reversed(self._facts.items()) if fact == "media_type"}
        width, height = self._facts.get(("dimensions", kinds.get("video", -1)), "0x0").split("x")
        codecs = [self._facts.get(("codec_id", kinds.get(kind, -1))) for kind in ("video", "audio")]
        return Source(codecs[0], int(width), int(height), codecs[1])
