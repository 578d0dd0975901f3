"""Addresses of web servers, as people type them."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def web_address(text: str) -> SplitResult | None:
    """The parts of an address that can be asked: http or https, a host, a port that there is; ``None`` for others."""
    try:
        parts = urlsplit(text)
        port = parts.port  # raises where there cannot be such a port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname and port != 0 else None
