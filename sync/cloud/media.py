"""The files of the classes: playlists, segments, posters, captions. No token: they are public on this network."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from sync.cloud.catalogue import SLUG
from sync.cloud.refusals import Refused
from sync.cloud.routes import is_current

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

router = APIRouter(prefix="/media")


@router.head("/{class_id}/{name:path}", include_in_schema=False)
@router.get("/{class_id}/{name:path}", response_class=FileResponse)
async def media(request: Request, class_id: str, name: str) -> Response:
    """One file of a class, whole or a range of it."""
    path = _find(request.app.state.cloud.catalogue.directory, class_id, name)
    if path is None:
        raise Refused(404, f"there is no {name!r:.80} in class {class_id!r:.80}", "start from the class's playlist")
    media_type, cache = SERVED[path.suffix]
    stat = path.stat()
    etag = f'"{stat.st_mtime_ns:x}-{stat.st_size:x}"'
    headers = {"ETag": etag, "Cache-Control": cache, "Access-Control-Allow-Origin": "*"}
    if is_current(request, etag):
        return Response(status_code=304, headers=headers)
    return FileResponse(path, media_type=media_type, headers=headers, stat_result=stat)


def _find(directory: Path, class_id: str, name: str) -> Path | None:
    """The file, if it is one of the served kinds and truly inside the class."""
    if not SLUG.fullmatch(class_id) or "\0" in name:
        return None
    inside = (directory / class_id).resolve()
    path = (inside / name).resolve()
    if not path.is_relative_to(inside) or path.suffix not in SERVED or not path.is_file():
        return None
    return path
