"""What a class's playlists say before libVLC opens them: whether they can be had, how long the class is, and the
sizes of its pictures.

libVLC 3 tells only that something failed, knows the length after a second and the sizes with the first picture;
asking first gives all three. Blocks while it reads: for threads of their own.
"""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.parse
import urllib.request

from console.gateway.outline import Outline, Unavailable, refused

__all__ = ["Outline", "Unavailable", "fetch", "is_remote", "outline"]

TIMEOUT_S = 6.0
_MOST_BYTES = 4_000_000
_RESOLUTION = re.compile(r"RESOLUTION=(\d+)x(\d+)")
_VARIANT = re.compile(r"^#EXT-X-STREAM-INF:.*\n(?:#.*\n|\s*\n)*([^#\s].*)$", re.MULTILINE)
_SEGMENT = re.compile(r"^#EXTINF:([\d.]+)", re.MULTILINE)


def is_remote(url: str) -> bool:
    """Whether the URL is asked from a server."""
    return url.startswith(("http://", "https://"))


def outline(url: str) -> Outline:
    """What the playlist at ``url`` says; nothing for other files. Raises :class:`Unavailable`."""
    if not is_remote(url) or ".m3u8" not in url:
        return Outline()
    text = _playlist(url)
    sizes = tuple((int(width), int(height)) for width, height in _RESOLUTION.findall(text))
    variant = _VARIANT.search(text.replace("\r\n", "\n"))
    if variant is not None:
        text = _playlist(urllib.parse.urljoin(url, variant[1].strip()))
    ends = "#EXT-X-ENDLIST" in text
    return Outline(sizes, sum(float(length) for length in _SEGMENT.findall(text)) if ends else None)


def _playlist(url: str) -> str:
    text = fetch(url)
    if not text.lstrip("\ufeff").startswith("#EXTM3U"):
        raise Unavailable("The server sent something else than a class.", "Check the server's address in Settings.")
    return text


def fetch(url: str, timeout_s: float = TIMEOUT_S) -> str:
    """The text behind the URL. Raises :class:`Unavailable`."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as answer:
            return str(answer.read(_MOST_BYTES).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        error.close()
        raise refused(error.code) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", error)
        late = isinstance(why, socket.timeout)
        raise Unavailable(
            "The server does not answer." if late else "The server cannot be reached.",
            "Check the network; the picture comes back by itself.",
        ) from error
