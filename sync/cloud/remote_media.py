"""Media that lie in a store elsewhere: passed on as they come, or, where the store's address says so, by sending
whoever asks to the store itself with a URL that is good for an hour."""

from __future__ import annotations

import re
from functools import lru_cache

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response, StreamingResponse

from sync.cloud.refusals import Refused, refusal_response
from sync.cloud.routes import is_current
from sync.cloud.storage.address import Stores
from sync.cloud.storage.door import Entry, Storage
from sync.cloud.storage.errors import BadAddress, NoSuchKey, StorageError
from sync.cloud.storage.kinds import IMMUTABLE
from sync.records import Refusal

URL_LIFE_S = 3600
MOST_REMEMBERED = 20_000  # sizes of pieces, which never change: an hour of class has some thousand
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


class BadRangeHeader(ValueError):
    """The Range header makes no sense."""


class RemoteMedia:
    """Answers with what lies in ``stores.media``."""

    def __init__(self, stores: Stores) -> None:
        self._storage, self._redirect = stores.media, stores.redirect
        self._known = lru_cache(MOST_REMEMBERED)(lambda key: _found(self._storage, key))

    async def answer(self, request: Request, key: str, media_type: str, cache: str) -> Response | None:
        """The whole of it or the range that is asked for; ``None`` when there is no such thing.
        Raises :class:`Refused` when the store does not answer."""
        immutable = cache == IMMUTABLE
        try:
            entry = await run_in_threadpool(self._known if immutable else self._fresh, key)
            headers = {"ETag": f'"{entry.tag}"', "Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
            if is_current(request, headers["ETag"]):
                return Response(status_code=304, headers=headers)
            if self._redirect and immutable:
                url = await run_in_threadpool(self._storage.url_of, key, URL_LIFE_S)
                short = {"Cache-Control": f"private, max-age={URL_LIFE_S // 2}", "Access-Control-Allow-Origin": "*"}
                return RedirectResponse(url, 307, short)
            return await self._content(request, entry, {**headers, "Accept-Ranges": "bytes"}, media_type)
        except (NoSuchKey, BadAddress):
            return None
        except StorageError as error:
            remedy = "try again in some seconds; if it goes on, look at the cloud's store"
            raise Refused(503, f"the store of media: {error}", remedy, {"Retry-After": "5"}) from error

    def _fresh(self, key: str) -> Entry:
        return _found(self._storage, key)

    async def _content(self, request: Request, entry: Entry, headers: dict[str, str], media_type: str) -> Response:
        size = entry.size_bytes
        try:
            wanted = wanted_range(request.headers.get("range"), size)
        except BadRangeHeader:
            return refusal_response(400, RANGE_REFUSALS[400])
        first, last = wanted or (0, size - 1)
        if wanted and first >= size:
            return refusal_response(416, RANGE_REFUSALS[416], {"Content-Range": f"bytes */{size}"})
        headers["Content-Length"] = str(last + 1 - first)
        if wanted:
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
        status = 206 if wanted else 200
        if request.method == "HEAD":
            return Response(None, status, headers, media_type)
        ends = (first, last) if wanted else (0, None)
        content = await run_in_threadpool(self._storage.get, entry.key, *ends)
        return StreamingResponse(content.chunks, status, headers, media_type)


RANGE_REFUSALS = {
    400: Refusal("the Range header makes no sense", "ask like 'Range: bytes=0-1023', or leave it out"),
    416: Refusal("the range lies beyond the end of the file", "Content-Range tells how long the file is"),
}


def wanted_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte that a Range header asks for of ``size`` bytes; ``None`` for all, also where it asks for
    several parts at once, which may be ignored (RFC 9110, section 14.2). Raises :class:`BadRangeHeader`."""
    if header is None or "," in header:
        return None
    found = _RANGE.fullmatch(header.strip())
    if found is None or found.groups() == ("", ""):
        raise BadRangeHeader(header)
    if not found[1]:
        return max(size - int(found[2]), 0), size - 1
    first = int(found[1])
    if found[2] and int(found[2]) < first:
        raise BadRangeHeader(header)
    return first, min(int(found[2] or size - 1), size - 1)


def _found(storage: Storage, key: str) -> Entry:
    """Raises :class:`NoSuchKey`; the absence of a thing is not remembered."""
    entry = storage.stat(key)
    if entry is None:
        raise NoSuchKey(f"there is no {key}")
    return entry
