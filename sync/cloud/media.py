"""The files of the classes: playlists, segments, posters, captions.

They are public on purpose, to whoever reaches this port: players ask for some thousand of them a class and cannot
carry a token, and there is nothing personal in them. Rides, riders and standings are never served here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import MutableHeaders
from starlette.responses import FileResponse, Response
from starlette.types import Message, Receive, Scope, Send

from sync.cloud.catalogue import SLUG
from sync.cloud.edge import steering
from sync.cloud.refusals import Refused, refusal_response
from sync.cloud.remote_media import RANGE_REFUSALS, RemoteMedia
from sync.cloud.routes import is_current
from sync.cloud.storage.address import Stores
from sync.cloud.storage.errors import BadAddress
from sync.cloud.storage.files import FileStorage
from sync.cloud.storage.kinds import SERVED, kind_of
from sync.records import Refusal

BYTES = {
    media_type.split(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media_type, _ in SERVED.values()
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file", "content": BYTES},
    206: {"description": "The part that the Range header asks for", "content": BYTES},
    304: {"description": "Not changed since the ETag in If-None-Match"},
    307: {"description": "It lies in a store elsewhere: Location has a URL that is good for an hour"},
    400: {"model": Refusal, "description": "The Range header makes no sense"},
    404: {"model": Refusal, "description": "No such class, or no such file in it"},
    416: {"model": Refusal, "description": "The range lies beyond the file; Content-Range tells its size"},
}
router = APIRouter(prefix="/media")


def source(stores: Stores) -> FileStorage | RemoteMedia:
    """Where the media come from: files of this machine, or a store elsewhere."""
    return stores.media if isinstance(stores.media, FileStorage) else RemoteMedia(stores)


class MediaFile(FileResponse):
    """A file, or a range of it; what is wrong with a range is told in the form of all errors here."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refused = False

        async def checked(message: Message) -> None:
            nonlocal refused
            if message["type"] == "http.response.start" and message["status"] in RANGE_REFUSALS:
                refused = True
                size = MutableHeaders(raw=message["headers"]).get("content-range")
                headers = {"Content-Range": size} if size else {}
                await refusal_response(message["status"], RANGE_REFUSALS[message["status"]], headers)(
                    scope, receive, send
                )
            elif not refused:
                await send(message)

        await super().__call__(scope, receive, checked)


@router.head("/{class_id}/{name:path}", include_in_schema=False)
@router.get("/{class_id}/{name:path}", response_class=MediaFile, responses=RESPONSES)
async def media(request: Request, class_id: str, name: str) -> Response:
    """One file of a class, whole or a range of it. Public on purpose: no token is asked for."""
    kind = kind_of(name) if SLUG.fullmatch(class_id) else None
    found: Response | None = None
    if kind and steering.is_steered(request.app.state.cloud.edges, name):
        found = await steering.steered(request, class_id, name)
    elif kind:
        found = await _answer(request, f"{class_id}/{name}", *kind)
    if found is None:
        raise Refused(404, f"there is no {name!r:.80} in class {class_id!r:.80}", "start from the class's playlist")
    return found


async def _answer(request: Request, key: str, media_type: str, cache: str) -> Response | None:
    """What lies in the cloud's store of media under ``key``, ``None`` when there is nothing."""
    store: FileStorage | RemoteMedia = request.app.state.media
    if isinstance(store, RemoteMedia):
        return await store.answer(request, key, media_type, cache)
    path = _find(store, key)
    try:
        stat = path.stat() if path else None
    except FileNotFoundError:  # it went while we looked
        stat = None
    if path is None or stat is None:
        return None
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    if is_current(request, etag):
        return Response(status_code=304, headers=headers)
    return MediaFile(path, media_type=media_type, headers=headers, stat_result=stat)


def _find(store: FileStorage, key: str) -> Path | None:
    """The file, if it is truly inside its class."""
    try:
        path = store.path(key)
    except BadAddress:
        return None
    inside = (store.root / key.partition("/")[0]).resolve()
    return path if path and path.is_relative_to(inside) else None
