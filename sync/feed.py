"""What the origin of a live class tells of its feed."""

from __future__ import annotations

import httpx

from sync.http_link import new_client

PATIENCE_S = 3.0


class FeedUnknown(OSError):
    """The origin did not tell."""


async def ask_feed(url: str) -> tuple[float | None, float]:
    """From media wall time to sending, in seconds, and SRT's latency in milliseconds, as ``live.json`` at ``url`` has
    them. Raises :class:`FeedUnknown`."""
    try:
        async with await new_client("", {}, PATIENCE_S) as client:
            response = await client.get(url)
            response.raise_for_status()
            feed = response.json()["feed"]
            delay_s, latency_ms = feed["delay_s"], float(feed["latency_ms"])
            return (None if delay_s is None else float(delay_s)), latency_ms
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        raise FeedUnknown(str(error)) from error
