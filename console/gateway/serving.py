"""The loopback server that libVLC reads from: the only module that knows starlette and uvicorn.

Every address carries an unguessable token: other programs on the tablet, and pages in a browser, cannot read classes
or have the tablet fetch them.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Mapping
from typing import Protocol

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from console.gateway.outline import Unavailable

CLOSE_S = 1


class Served(Protocol):
    """A film that can be asked for. Each method raises :class:`Unavailable`."""

    async def playlist(self, first: int) -> str: ...
    async def init(self) -> bytes: ...
    async def segment(self, place: int) -> bytes: ...
    async def captions(self) -> str: ...


class LoopbackServer:
    """Serves ``films`` (by id) below :attr:`base`. The port is taken at once, answers come while :meth:`run` runs."""

    def __init__(self, films: Mapping[str, Served]) -> None:
        self._films = films
        self._token = secrets.token_urlsafe(18)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen()  # who asks before the server runs waits for it
        self._server: uvicorn.Server | None = None

    @property
    def base(self) -> str:
        """The address below which films lie."""
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/{self._token}"

    async def run(self) -> None:
        """Answer until :meth:`stop`."""
        routes = [
            Route("/{token}/{film}/film.m3u8", self._playlist),
            Route("/{token}/{film}/init.mp4", self._init),
            Route("/{token}/{film}/seg/{place:int}.{ending}", self._segment),
            Route("/{token}/{film}/captions.vtt", self._captions),
        ]
        self._server = uvicorn.Server(
            uvicorn.Config(
                Starlette(routes=routes, exception_handlers={Unavailable: _unavailable}),
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=CLOSE_S,
                server_header=False,
            )
        )
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            self._socket.close()

    def stop(self) -> None:
        """Let :meth:`run` end."""
        if self._server is not None:
            self._server.should_exit = True

    def _film(self, request: Request) -> Served:
        film = self._films.get(request.path_params["film"])
        if not secrets.compare_digest(request.path_params["token"], self._token) or film is None:
            raise Unavailable("There is no such film.")
        return film

    async def _playlist(self, request: Request) -> Response:
        told = request.query_params.get("from", "0")
        first = int(told) if told.isdecimal() and len(told) < 9 else 0
        return Response(await self._film(request).playlist(first), media_type="application/vnd.apple.mpegurl")

    async def _init(self, request: Request) -> Response:
        return Response(await self._film(request).init(), media_type="video/mp4")

    async def _segment(self, request: Request) -> Response:
        kind = "video/mp2t" if request.path_params["ending"] == "ts" else "video/mp4"
        return Response(await self._film(request).segment(request.path_params["place"]), media_type=kind)

    async def _captions(self, request: Request) -> Response:
        return Response(await self._film(request).captions(), media_type="text/vtt")


async def _unavailable(request: Request, error: Exception) -> Response:
    return PlainTextResponse(str(error), 404)
