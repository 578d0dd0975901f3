"""What an encoder may send. Judged by the head of the stream, before anything is decoded. No I/O."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import isfinite
from statistics import median

from sync.cloud.live.errors import EncoderLost, Unsuitable
from sync.cloud.live.packets import Packet, Source

PICTURES = ("h264", "hevc")
SOUNDS = ("aac", "mp3", "opus", "ac3")
MOST_PIXELS = 3840 * 2160
SMALLEST = 64
MOST_BITS_PER_S = 60_000_000
MOST_PER_S = 1000  # packets
LARGEST_JUMP_S = 3.0
RATES = (15, 20, 24, 25, 30)  # pictures a second that are made; each has a whole number of them a second

SETTINGS = "set the encoder to H.264 and AAC, 1280x720 or 1920x1080, 30 pictures and 2.5 to 6 Mbit a second"


def check(source: Source) -> None:
    """Raises :class:`Unsuitable`."""
    if source.picture is None:
        raise Unsuitable("the encoder sends no picture", "add a video source to its scene, and start it again")
    if source.picture not in PICTURES:
        raise Unsuitable(f"the picture is {source.picture}; taken are {' and '.join(PICTURES)}", SETTINGS)
    if min(source.width, source.height) < SMALLEST or source.width * source.height > MOST_PIXELS:
        raise Unsuitable(f"the picture is {source.width}x{source.height}; at most 3840x2160 is taken", SETTINGS)
    if source.sound not in (None, *SOUNDS):
        raise Unsuitable(f"the sound is {source.sound}; taken are {', '.join(SOUNDS)}", SETTINGS)


def rate_of(pictures: Sequence[Packet]) -> int:
    """Pictures a second to make of these: half of them when they come faster than 40 a second."""
    steps = sorted(one.dts_s for one in pictures)
    step = median(after - before for before, after in pairwise(steps))
    rate = 1 / step if step > 0 else 30.0
    rate = rate / 2 if rate > 40 else rate
    return min(RATES, key=lambda one: abs(one - rate))


class Flow:
    """Watches a stream of packets for what no encoder sends."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._bits = self._packets = 0
        self._dts_s: float | None = None

    def check(self, packet: Packet, now: float, offset_s: float) -> None:
        """``offset_s``: the wall clock at PTS 0, infinite when it is not known. Raises :class:`Unsuitable` for a
        flood, :class:`EncoderLost` when the encoder's time jumps (pictures that it left out are no jump)."""
        if self._since is None or now - self._since >= 2.0:
            if self._since is not None:
                self._judge(now - self._since)
            self._since, self._bits, self._packets = now, 0, 0
        self._bits += packet.size * 8
        self._packets += 1
        if self._bits > 2 * 4 * MOST_BITS_PER_S:  # a burst after a stall is no flood; this is
            self._judge(2.0)
        if packet.is_picture:
            self._check_time(packet.dts_s, now - packet.dts_s - offset_s)

    def _judge(self, seconds: float) -> None:
        if self._bits / seconds > MOST_BITS_PER_S or self._packets / seconds > MOST_PER_S:
            flood = f"{self._bits / seconds / 1e6:.0f} Mbit in {self._packets / seconds:.0f} packets a second"
            raise Unsuitable(f"the encoder sends {flood}", SETTINGS)

    def _check_time(self, dts_s: float, late_s: float) -> None:
        back = self._dts_s is not None and dts_s < self._dts_s
        if back or (isfinite(late_s) and late_s < -LARGEST_JUMP_S):
            raise EncoderLost("the encoder's time has jumped", "it is taken again as a new one")
        self._dts_s = dts_s
