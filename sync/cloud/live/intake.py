"""Taking what an encoder sends: ffmpeg opens the connection and copies, decoding nothing, into three pipes."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from sync.cloud.live.admission import MOST_PIXELS
from sync.cloud.live.tools import Tool

OUTLETS = ("packets", "media", "recording")
_LOOK_US, _LOOK_BYTES = 500_000, 1_000_000  # of the beginning, to know what it is
_WRONG_KEY = "Unexpected stream"  # ffmpeg's words when the stream key is not the one in its address
_TAKE = ("-map", "0:v:0?", "-map", "0:a:0?", "-c", "copy")
_AT_ONCE = ("-flush_packets", "1", "-max_interleave_delta", "1")  # no picture waits for its sound


def rtmp(port: int, key: str) -> list[str]:
    """The input for one RTMP connection on loopback, ``key`` being its stream key."""
    return ["-listen", "1", "-f", "flv", "-i", f"rtmp://127.0.0.1:{port}/live/{key}"]


def srt(host: str, port: int, key: str, latency_ms: int) -> list[str]:
    """The input for one SRT caller with the passphrase ``key``."""
    query = {"mode": "listener", "transtype": "live", "latency": latency_ms * 1000, "passphrase": key}
    return ["-f", "mpegts", "-i", f"srt://{host}:{port}?{urlencode(query)}"]


async def start(source: list[str]) -> Tool:
    """The outlets: ``packets`` (see :mod:`sync.cloud.live.packets`), ``media`` (NUT), ``recording`` (MPEG-TS)."""

    def arguments(outlet: Mapping[str, int]) -> list[str]:
        look = ["-analyzeduration", str(_LOOK_US), "-probesize", str(_LOOK_BYTES), "-max_pixels", str(MOST_PIXELS)]
        packets = [*_TAKE, "-f", "framecrc", *_AT_ONCE, f"pipe:{outlet['packets']}"]
        media = [*_TAKE, "-f", "nut", "-write_index", "0", *_AT_ONCE, f"pipe:{outlet['media']}"]
        pieces = [*_TAKE, "-f", "mpegts", "-muxdelay", "0", "-muxpreload", "0", f"pipe:{outlet['recording']}"]
        general = ["-hide_banner", "-nostdin", "-nostats", "-loglevel", "warning"]
        return [*general, *look, "-copyts", *source, *packets, *media, *pieces]

    return await Tool.start("ffmpeg", arguments, OUTLETS)


def has_wrong_key(intake: Tool) -> bool:
    """Whether the encoder gave another stream key than it should."""
    return any(_WRONG_KEY in line for line in intake.words)
