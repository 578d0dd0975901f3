"""The origin over HTTP: playlists, segments, ``live.json``. Public, like all media; any page may read it."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from sync.cloud.json_form import dumps
from sync.cloud.live.origin import Origin
from sync.cloud.live.status import Status
from sync.records import Refusal

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
TYPES = {".m4s": "video/iso.segment", ".mp4": "video/mp4"}
FRESH = {"Cache-Control": "no-cache"}
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
NAME = re.compile(r"[0-9a-f]+(-[0-9]+)?(-[0-9]+\.m4s|-init\.mp4)")


def make_app(origin: Origin, status: Callable[[], Status]) -> Starlette:
    """The application over an origin; it starts nothing."""

    async def live_json(_: Request) -> Response:
        return Response(dumps(status()), headers=FRESH, media_type="application/json")

    async def master(_: Request) -> Response:
        return _playlist(origin.window.master())

    async def media(request: Request) -> Response:
        known = request.path_params["rung"] in {rung.name for rung in origin.window.rungs}
        return _playlist(origin.window.media()) if known else _missing(origin)

    async def segment(request: Request) -> Response:
        rung, name = request.path_params["rung"], request.path_params["name"]
        if rung not in {one.name for one in origin.window.rungs} or not NAME.fullmatch(name):
            return _missing(origin)
        path = origin.hls / rung / name
        if not path.is_file():
            return _missing(origin)
        return FileResponse(path, headers=FOR_GOOD, media_type=TYPES[path.suffix])

    async def nothing(_: Request) -> Response:
        return _missing(origin)

    def _playlist(text: str | None) -> Response:
        return _missing(origin) if text is None else Response(text, headers=FRESH, media_type=PLAYLIST_TYPE)

    routes = [
        Route("/live.json", live_json),
        Route("/master.m3u8", master),
        Route("/{rung}/media.m3u8", media),
        Route("/{rung}/{name}", segment),
        Route("/{anything:path}", nothing),
    ]
    anyone = Middleware(CORSMiddleware, allow_origins=["*"], allow_methods=["GET", "HEAD"], expose_headers=["*"])
    return Starlette(routes=routes, middleware=[anyone])


def _missing(origin: Origin) -> Response:
    if origin.window.last is None and not origin.ended:
        refusal = Refusal("the class has no picture yet", "ask again in a second; the instructor is awaited")
        return Response(dumps(refusal), 503, {**FRESH, "Retry-After": "1"}, "application/json")
    refusal = Refusal("there is no such file, or no longer", "start from /master.m3u8")
    return Response(dumps(refusal), 404, FRESH, "application/json")
