"""Content steering (draft-pantos-hls-rfc8216bis, section 7): which pathways come first, and new ones made from old.

Pure: what a steering manifest says, when to ask for the next one, and how to ask. :func:`steer` does the asking.
"""

from __future__ import annotations

import asyncio
import base64
import json
import math
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urlencode, urljoin, urlsplit, urlunsplit

from console.gateway.asking import Failed
from console.gateway.reading import Rung, Unreadable

TTL_S = 300.0
LEAST_S, MOST_S = 1.0, 86_400.0  # that is waited, whatever a server says
MOST_BYTES = 200_000
MOST_NAMES = 50
GONE, TOO_MANY = 410, 429


@dataclass(frozen=True, slots=True)
class Clone:
    """A pathway ``name`` that is ``base`` with other addresses: another host, more query parameters, or an address of
    its own for a rung (by its stable id)."""

    name: str
    base: str
    host: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    rungs: Mapping[str, str] = field(default_factory=dict)

    def of(self, rungs: Iterable[Rung]) -> tuple[Rung, ...]:
        """The rungs of the new pathway."""
        return tuple(replace(rung, url=self._url(rung), pathway=self.name) for rung in rungs)

    def _url(self, rung: Rung) -> str:
        own = self.rungs.get(rung.stable_id) if rung.stable_id else None
        if own is not None:
            return own
        parts = urlsplit(rung.url)
        query = dict(parse_qsl(parts.query, keep_blank_values=True)) | dict(self.params)
        return urlunsplit(parts._replace(netloc=self.host or parts.netloc, query=urlencode(query)))


@dataclass(frozen=True, slots=True)
class Manifest:
    """One answer of a steering server."""

    priority: tuple[str, ...]
    ttl_s: float = TTL_S
    reload_url: str = ""
    clones: tuple[Clone, ...] = ()


def read_manifest(data: bytes, url: str) -> Manifest:
    """A steering manifest that came from ``url``. Raises :class:`Unreadable`."""
    try:
        told = json.loads(data)
        if not isinstance(told, dict) or told.get("VERSION") != 1:
            raise Unreadable("this is no steering manifest of version 1")
        priority = tuple(_text(name) for name in told["PATHWAY-PRIORITY"])
        ttl_s, reload_uri = float(told.get("TTL", TTL_S)), told.get("RELOAD-URI")
        clones = tuple(_clone(one) for one in told.get("PATHWAY-CLONES", ())[:MOST_NAMES])
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise Unreadable(f"the steering manifest is malformed ({error!s:.80})") from error
    if not priority or len(priority) > MOST_NAMES or not math.isfinite(ttl_s):
        raise Unreadable("the steering manifest names no pathways, or far too many")
    base = "" if url.startswith("data:") else url
    return Manifest(priority, ttl_s, urljoin(base, _text(reload_uri)) if reload_uri else "", clones)


def _clone(told: Any) -> Clone:
    new = told["URI-REPLACEMENT"]
    return Clone(
        name=_text(told["ID"]),
        base=_text(told["BASE-ID"]),
        host=_text(new.get("HOST", "")),
        params={_text(key): _text(value) for key, value in new.get("PARAMS", {}).items()},
        rungs={_text(key): _text(value) for key, value in new.get("PER-VARIANT-URIS", {}).items()},
    )


def _text(told: Any) -> str:
    if not isinstance(told, str) or len(told) > 2000:
        raise Unreadable("the steering manifest has something else where a name belongs")
    return told


@dataclass(slots=True)
class Steering:
    """When to ask the steering server next, and where. Seconds are of whatever clock is passed in; ``next_at_s`` is
    infinite when it must not be asked again."""

    url: str
    next_at_s: float = -math.inf
    ttl_s: float = TTL_S

    def address(self, pathway: str, throughput_bps: float | None) -> str:
        """What to ask: the server's address, with the pathway in use and the throughput of late."""
        told = {"_HLS_pathway": pathway}
        if throughput_bps is not None:
            told["_HLS_throughput"] = str(round(throughput_bps))
        parts = urlsplit(self.url)
        return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, urlencode(told)]))))

    def answered(self, manifest: Manifest, now_s: float) -> None:
        """A manifest came."""
        self.url = manifest.reload_url or self.url
        self.ttl_s = min(max(manifest.ttl_s, LEAST_S), MOST_S)
        self.next_at_s = now_s + self.ttl_s

    def failed(self, status: int, retry_after_s: float | None, now_s: float) -> None:
        """None came; ``status`` is 0 where there was no answer at all. What the last one said stays in force."""
        if status == GONE:
            self.next_at_s = math.inf
        elif status == TOO_MANY and retry_after_s is not None:
            self.next_at_s = now_s + min(max(retry_after_s, LEAST_S), MOST_S)
        else:
            self.next_at_s = now_s + self.ttl_s


async def steer(
    steering: Steering,
    ask: Callable[[str], Awaitable[tuple[bytes, str]]],
    state: Callable[[], tuple[str, float | None]],
    obey: Callable[[Manifest], None],
    now: Callable[[], float],
) -> None:
    """Ask for ever, as often as the server wants. ``ask`` gets a URL's bytes and where they came from in the end, or
    raises :class:`Failed`; ``state`` gives the pathway in use and the throughput; ``obey`` hears of each manifest."""
    while math.isfinite(steering.next_at_s) or steering.next_at_s < 0:
        await asyncio.sleep(max(steering.next_at_s - now(), 0.0))
        try:
            if steering.url.startswith("data:"):
                manifest = read_manifest(_inline(steering.url), steering.url)
            else:
                manifest = read_manifest(*await ask(steering.address(*state())))
            steering.answered(manifest, now())
            obey(manifest)
            if steering.url.startswith("data:"):
                return
        except Failed as error:
            steering.failed(error.status, error.retry_after_s, now())
        except Unreadable:
            steering.failed(0, None, now())


def _inline(url: str) -> bytes:
    head, _, body = url.partition(",")
    data = unquote_to_bytes(body)
    return base64.b64decode(data) if head.endswith(";base64") else data
