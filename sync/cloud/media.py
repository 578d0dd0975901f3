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
from sync.cloud.refusals import Refused, refusal_response
from sync.cloud.routes import is_current
from sync.records import Refusal

SEGMENT = "public, max-age=31536000, immutable"
PLAYLIST = "public, max-age=10"
PICTURE = "public, max-age=300"
# suffix: media type, cache rule. Other files, such as class.json, are not served.
SERVED = {
    ".m3u8": ("application/vnd.apple.mpegurl", PLAYLIST),
    ".m4s": ("video/iso.segment", SEGMENT),
    ".mp4": ("video/mp4", SEGMENT),
    ".ts": ("video/mp2t", SEGMENT),
    ".aac": ("audio/aac", SEGMENT),
    ".vtt": ("text/vtt; charset=utf-8", PICTURE),
    ".jpg": ("image/jpeg", PICTURE),
}

BYTES = {
    media_type.split(";")[0]: {"schema": {"type": "string", "format": "binary"}} for media_type, _ in SERVED.values()
}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The whole file", "content": BYTES},
    206: {"description": "The part that the Range header asks for", "content": BYTES},
    304: {"description": "Not changed since the ETag in If-None-Match"},
    400: {"model": Refusal, "description": "The Range header makes no sense"},
    404: {"model": Refusal, "description": "No such class, or no such file in it"},
    416: {"model": Refusal, "description": "The range lies beyond the file; Content-Range tells its size"},
}
RANGE_REFUSALS = {
    400: Refusal("the Range header makes no sense", "ask like 'Range: bytes=0-1023', or leave it out"),
    416: Refusal("the range lies beyond the end of the file", "Content-Range tells how long the file is"),
}

router = APIRouter(prefix="/media")


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
    path = _find(request.app.state.cloud.catalogue.directory, class_id, name)
    if path is None:
        raise Refused(404, f"there is no {name!r:.80} in class {class_id!r:.80}", "start from the class's playlist")
    media_type, cache = SERVED[path.suffix]
    stat = path.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    if is_current(request, etag):
        return Response(status_code=304, headers=headers)
    return MediaFile(path, media_type=media_type, headers=headers, stat_result=stat)


def _find(directory: Path, class_id: str, name: str) -> Path | None:
    """The file, if it is one of the served kinds and truly inside the class."""
    if not SLUG.fullmatch(class_id) or "\0" in name:
        return None
    inside = (directory / class_id).resolve()
    path = (inside / name).resolve()
    if not path.is_relative_to(inside) or path.suffix not in SERVED or not path.is_file():
        return None
    return path
