"""As much of fragmented MP4 (ISO/IEC 14496-12) as the origin has to know. No I/O."""

from __future__ import annotations


def is_whole(data: bytes) -> bool:
    """Whether ``data`` ends where its last box does, and holds any."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size < 8:
            return False
        at += size
    return at == len(data) > 0


def picture_codec(init: bytes) -> str | None:
    """RFC 6381's name of the H.264 profile and level in an init segment, ``None`` when there is no H.264."""
    at = init.find(b"avcC")
    return "avc1." + init[at + 5 : at + 8].hex() if at >= 0 else None
