"""One request to one server: the only module that knows httpx.

Everything that can go wrong becomes :class:`Failed`, which says what kind of :class:`~console.gateway.pathways.Trouble`
it was and, for the rider, why. Redirections are followed only where the class may be fetched from.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx

from console.gateway.allowed import Allowed, NotAllowed
from console.gateway.outline import Unavailable, refused
from console.gateway.pathways import Trouble
from console.gateway.reading import Part

Client = httpx.AsyncClient

MOST_HOPS = 3
_TOLD_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Failed(Exception):
    """A request that did not bring what was asked for. ``why`` is what the rider is told."""

    def __init__(self, trouble: Trouble, why: Unavailable, status: int = 0, retry_after_s: float | None = None) -> None:
        super().__init__(why.reason)
        self.trouble = trouble
        self.why = why
        self.status = status
        self.retry_after_s = retry_after_s


@dataclass(slots=True)
class Answer:
    """What a server sends: the bytes of the part from ``start`` on. ``total`` is the part's whole length, if told."""

    url: str
    start: int
    total: int | None
    chunks: AsyncIterator[bytes]


def new_client(connect_s: float, silence_s: float) -> Client:
    """A client that keeps connections; ``silence_s`` without a byte ends an answer."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(silence_s, connect=connect_s, pool=None),
        limits=httpx.Limits(max_connections=None, max_keepalive_connections=8, keepalive_expiry=30.0),
        headers={"User-Agent": "breakaway"},
        trust_env=False,  # a bike has no proxy, and looking for one reads files
    )


@contextlib.asynccontextmanager
async def ask(
    client: Client, allowed: Allowed, part: Part, start: int = 0, packed: bool = False
) -> AsyncIterator[Answer]:
    """Ask for a part from its byte ``start`` on; ``packed`` allows gzip. Raises :class:`Failed`, also while the
    answer's chunks are read inside the context."""
    headers = {} if packed else {"Accept-Encoding": "identity"}
    if part.range is not None:
        last = part.range.start + part.range.length - 1
        headers["Range"] = f"bytes={part.range.start + start}-{last}"
    elif start:
        headers["Range"] = f"bytes={start}-"
    try:
        async with _sent(client, allowed, part.url, headers) as response:
            yield _answer(response, part, start, packed)
    except NotAllowed as error:
        raise Failed(Trouble.REFUSED, Unavailable(f"{error}.", "Tell the studio.")) from error
    except httpx.InvalidURL as error:
        raise Failed(Trouble.REFUSED, Unavailable("The class has a malformed address.", "Tell the studio.")) from error
    except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
        raise Failed(Trouble.LATE, Unavailable("The server does not answer.")) from error
    except (httpx.ReadError, httpx.RemoteProtocolError, httpx.DecodingError) as error:
        raise Failed(Trouble.CUT, Unavailable("The server broke off in the middle.")) from error
    except (httpx.HTTPError, OSError) as error:
        raise Failed(Trouble.UNREACHABLE, Unavailable("The server cannot be reached.")) from error


@contextlib.asynccontextmanager
async def _sent(
    client: Client, allowed: Allowed, url: str, headers: Mapping[str, str]
) -> AsyncIterator[httpx.Response]:
    for _ in range(MOST_HOPS + 1):
        async with client.stream("GET", allowed.check(url), headers=headers) as response:
            if response.has_redirect_location:
                url = urljoin(url, response.headers["Location"])
                continue
            if response.status_code >= 400:
                raise _refusal(response)
            yield response
            return
    raise Failed(Trouble.REFUSED, Unavailable("The server sends the tablet round in circles.", "Tell the studio."))


def _refusal(response: httpx.Response) -> Failed:
    status = response.status_code
    told = response.headers.get("Retry-After", "")
    retry_s = float(told) if told.isdigit() else None
    busy = status == 429 or status >= 500
    trouble = Trouble.MISSING if status in (404, 410) else Trouble.BUSY if busy else Trouble.REFUSED
    return Failed(trouble, refused(status), status, retry_s)


def _answer(response: httpx.Response, part: Part, start: int, packed: bool) -> Answer:
    chunks = response.aiter_bytes() if packed else response.aiter_raw()
    told = _TOLD_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if part.range is not None:
        if response.status_code != 206 or told is None:
            raise Failed(Trouble.REFUSED, Unavailable("The server cannot send parts of files.", "Tell the studio."))
        return Answer(str(response.url), int(told[1]) - part.range.start, part.range.length, chunks)
    if response.status_code == 206 and told is not None:
        return Answer(str(response.url), int(told[1]), int(told[2]) if told[2] != "*" else None, chunks)
    length = response.headers.get("Content-Length", "")
    return Answer(str(response.url), 0, int(length) if length.isdigit() and not packed else None, chunks)
