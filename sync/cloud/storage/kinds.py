"""What a media file is by its name: its media type, and how long others may keep it. Other files are not served."""

from __future__ import annotations

import re

IMMUTABLE = "public, max-age=31536000, immutable"
PLAYLIST = "public, max-age=10"
PICTURE = "public, max-age=300"
# suffix: media type, cache rule
SERVED = {
    ".m3u8": ("application/vnd.apple.mpegurl", PLAYLIST),
    ".m4s": ("video/iso.segment", IMMUTABLE),
    ".mp4": ("video/mp4", IMMUTABLE),
    ".ts": ("video/mp2t", IMMUTABLE),
    ".aac": ("audio/aac", IMMUTABLE),
    ".vtt": ("text/vtt; charset=utf-8", PICTURE),
    ".jpg": ("image/jpeg", PICTURE),
    ".json": ("application/json", PICTURE),
}
_BY_CONTENT = re.compile(r"(?:[^/]*-)?[0-9a-f]{16}\.\w+")  # the last part of a name that carries its content's hash


def kind_of(name: str) -> tuple[str, str] | None:
    """Media type and cache rule of a file of a class, ``None`` when it is not for players.

    What is named by its content never changes; but for the master playlist, to which a cloud may add pathways.
    """
    last = name.rpartition("/")[2]
    media_type, cache = SERVED.get(f".{last.rpartition('.')[2]}", ("", ""))
    by_content = _BY_CONTENT.fullmatch(last) is not None
    if not media_type or (last.endswith(".json") and not (by_content and last.startswith("pieces-"))):
        return None
    return media_type, IMMUTABLE if by_content and not last.startswith("master-") else cache
