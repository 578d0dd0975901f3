"""What the origin of a live class tells of its feed."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from sync.http_link import new_client

PATIENCE_S = 3.0


class FeedUnknown(OSError):
    """The origin did not tell."""


@dataclass(frozen=True, slots=True)
class Feed:
    """``delay_s``: from media wall time to sending, where it is known. ``latency_ms``: SRT's. ``port``: where it is."""

    delay_s: float | None
    latency_ms: float
    port: int


async def ask_feed(url: str) -> Feed:
    """The feed as ``live.json`` at ``url`` has it. Raises :class:`FeedUnknown`."""
    try:
        async with await new_client("", {}, PATIENCE_S) as client:
            response = await client.get(url)
            response.raise_for_status()
            feed = response.json()["feed"]
            delay_s = feed["delay_s"]
            return Feed(None if delay_s is None else float(delay_s), float(feed["latency_ms"]), int(feed["port"]))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError) as error:
        raise FeedUnknown(str(error)) from error
