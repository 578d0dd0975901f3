"""Looking into what an origin serves."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import httpx
import m3u8

from tests.live.origins import Origin

RUNG = "v180"


def playlist(origin: Origin) -> m3u8.M3U8:
    """The media playlist, now."""
    return m3u8.loads(origin.get(f"{RUNG}/media.m3u8").raise_for_status().text)


def segment(origin: Origin, one: m3u8.Segment) -> bytes:
    """A segment behind its init segment."""
    names = (one.init_section.uri, one.uri)
    return b"".join(origin.get(f"{RUNG}/{name}").raise_for_status().content for name in names)


def probe(content: bytes, *entries: str) -> dict[str, Any]:
    """What ffprobe says of some bytes."""
    command = ["ffprobe", "-v", "error", "-of", "json", *entries, "-"]
    done = subprocess.run(command, input=content, capture_output=True, check=True)
    return dict(json.loads(done.stdout))


def packets(content: bytes) -> list[dict[str, str]]:
    """The packets of the picture."""
    return list(probe(content, "-select_streams", "v", "-show_packets")["packets"])


def first_picture(content: bytes) -> bytes:
    """The first picture of a segment, decoded to grey."""
    command = ["ffmpeg", "-v", "error", "-i", "-", "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "gray", "-"]
    return subprocess.run(command, input=content, capture_output=True, check=True).stdout


def watch(url: str, seconds: float) -> int:
    """Play a URL with ffmpeg; how many pictures came."""
    command = ["ffprobe", "-v", "quiet", "-select_streams", "v", "-count_packets", "-of", "json"]
    command += ["-read_intervals", f"%+{seconds}", "-show_entries", "stream=nb_read_packets", url]
    done = subprocess.run(command, capture_output=True, timeout=40)
    streams = json.loads(done.stdout or "{}").get("streams", [{}])
    return int(streams[0].get("nb_read_packets", 0)) if streams else 0


def head(origin: Origin, path: str, /, **headers: str) -> httpx.Response:
    """A HEAD request."""
    return httpx.head(f"{origin.url}/{path}", headers=headers)
