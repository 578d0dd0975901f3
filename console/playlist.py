"""What a class's playlist says before libVLC opens it: whether it can be had, and the sizes of its pictures.

libVLC 3 tells only that something failed; asking first gives the reason, and the sizes that libVLC does not know
until the first picture is decoded. Blocks while it reads: for threads of their own.
"""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request

TIMEOUT_S = 6.0
_MOST_BYTES = 4_000_000
_RESOLUTION = re.compile(r"RESOLUTION=(\d+)x(\d+)")


class Unavailable(OSError):
    """Something the class needs cannot be had; ``remedy`` says what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


def is_remote(url: str) -> bool:
    """Whether the URL is asked from a server."""
    return url.startswith(("http://", "https://"))


def picture_sizes(url: str) -> tuple[tuple[int, int], ...]:
    """The sizes (width, height) that the playlist names; none for other files. Raises :class:`Unavailable`."""
    if not is_remote(url):
        return ()
    text = fetch(url)
    if ".m3u8" in url and not text.startswith("#EXTM3U"):
        raise Unavailable("The server sent something else than a class.", "Check the server's address in Settings.")
    return tuple((int(width), int(height)) for width, height in _RESOLUTION.findall(text))


def fetch(url: str, timeout_s: float = TIMEOUT_S) -> str:
    """The text behind the URL. Raises :class:`Unavailable`."""
    try:
        with urllib.request.urlopen(url, timeout=timeout_s) as answer:
            return str(answer.read(_MOST_BYTES).decode("utf-8", "replace"))
    except urllib.error.HTTPError as error:
        error.close()
        raise _refused(error.code) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "reason", error)
        late = isinstance(why, socket.timeout)
        raise Unavailable(
            "The server does not answer." if late else "The server cannot be reached.",
            "Check the network; the picture comes back by itself.",
        ) from error


def _refused(status: int) -> Unavailable:
    if status in (404, 410):
        return Unavailable(
            "This class is not on the server.", "Choose another class, or load the list of classes anew."
        )
    if status in (401, 403):
        return Unavailable("The server does not let this tablet see the class.", "Enrol the tablet again in Settings.")
    return Unavailable(f"The server answered with error {status}.", "Wait; the picture comes back by itself.")
