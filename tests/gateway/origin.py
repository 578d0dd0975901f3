"""A web server that misbehaves on purpose: on loopback, with real connections that really break."""

from __future__ import annotations

import contextlib
import http.server
import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fault:
    """What happens to a file: an error ``status``; ``cut_at`` bytes the connection breaks off, or at ``stall_at``
    stands for ``stall_s``; ``wrong`` sends other bytes of the same length, ``short`` promises too little, ``body``
    sends that, ``location`` leads elsewhere, ``rate`` is bytes a second; ``once`` lets it happen to one request."""

    status: int = 200
    cut_at: int | None = None
    stall_at: int | None = None
    stall_s: float = 60.0
    wrong: bool = False
    short: bool = False
    body: bytes | None = None
    endless: bool = False
    location: str | None = None
    rate: float | None = None
    wait_s: float = 0.0
    headers: tuple[tuple[str, str], ...] = ()
    once: bool = False


class Origin:
    """Serves ``folder``; ``faults`` by the end of a path. ``asked`` remembers every request's path."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: dict[str, Fault] = {}
        self.pages: dict[str, Callable[[], str]] = {}  # paths that are made anew at every request
        self.asked: list[str] = []
        self.ranges: list[str] = []
        self.sent = 0
        self.port = 0
        self._sockets: set[socket.socket] = set()
        self._halted = threading.Event()
        self._server: http.server.ThreadingHTTPServer | None = None
        self.start()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin, or begin again at the same port."""
        self._halted = threading.Event()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), self._handler())
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # broken connections are what this is for
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def kill(self) -> None:
        """Die: no more answers, and connections break."""
        server, self._server = self._server, None
        if server is None:
            return
        self._halted.set()
        server.shutdown()
        server.server_close()
        for connection in list(self._sockets):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def fault(self, path: str) -> Fault:
        """What happens to this path."""
        return next((fault for end, fault in self.faults.items() if path.endswith(end)), Fault())

    def count(self, end: str) -> int:
        """How often paths with this end were asked for."""
        return sum(path.endswith(end) for path in self.asked)

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        origin, halted = self, self._halted

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                origin._sockets.add(self.connection)

            def finish(self) -> None:
                origin._sockets.discard(self.connection)
                with contextlib.suppress(OSError):
                    super().finish()

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                fault = origin.fault(path)  # as it is until a test sees that this was asked for
                if fault.once:
                    origin.faults = {end: one for end, one in origin.faults.items() if one is not fault}
                origin.asked.append(self.path)
                try:
                    self._answer(fault, origin.folder / path.lstrip("/"))
                except (ConnectionError, OSError, ValueError):
                    self.close_connection = True

            def _answer(self, fault: Fault, file: Path) -> None:
                if fault.wait_s:
                    self._stand(fault.wait_s)
                if fault.location is not None:
                    self._head(302, {"Location": fault.location, "Content-Length": "0"})
                    return
                if self.path in origin.pages and fault == Fault():
                    self._send(fault, origin.pages[self.path]().encode())
                    return
                if fault.status != 200 or (fault.body is None and not fault.endless and not file.is_file()):
                    status = fault.status if fault.status != 200 else 404
                    self._head(status, {"Content-Length": "0", **dict(fault.headers)})
                    return
                data = fault.body if fault.body is not None else b"" if fault.endless else file.read_bytes()
                if fault.wrong:
                    data = data[:-2000] + bytes(2000) if len(data) > 4000 else bytes(len(data))
                self._send(fault, data)

            def _send(self, fault: Fault, data: bytes) -> None:
                asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
                headers, status, start, whole = {}, 200, 0, len(data)
                if asked:
                    origin.ranges.append(self.path)
                    start = int(asked[1])
                    data = data[start : int(asked[2]) + 1 if asked[2] else None]
                    status, headers["Content-Range"] = 206, f"bytes {start}-{start + len(data) - 1}/{whole}"
                headers["Content-Length"] = str(len(data) - 1000 if fault.short else len(data))
                if fault.endless:
                    headers["Content-Length"] = str(10**12)
                self._head(status, headers)
                self._pour(fault, data[:-1000] if fault.short else data, start)

            def _pour(self, fault: Fault, data: bytes, start: int) -> None:
                while fault.endless and not halted.is_set():
                    self._write(b"#EXTINF:4,\nsegment.m4s\n" * 1000, None)
                for end, stalls in ((fault.cut_at, False), (fault.stall_at, True)):
                    if end is not None:
                        self._write(data[: max(end - start, 0)], fault.rate)
                        if stalls:
                            self._stand(fault.stall_s)
                            self._write(data[max(end - start, 0) :], fault.rate)
                            return
                        self.close_connection = True
                        self.connection.shutdown(socket.SHUT_RDWR)
                        return
                self._write(data, fault.rate)

            def _stand(self, seconds: float) -> None:
                if halted.wait(seconds):
                    raise ConnectionAbortedError("the server has died")

            def _write(self, data: bytes, rate: float | None) -> None:
                step = len(data) if rate is None else max(int(rate * 0.05), 1)
                for at in range(0, len(data), step or 1):
                    self.wfile.write(data[at : at + step])
                    origin.sent += len(data[at : at + step])
                    if rate is not None:
                        time.sleep(0.05)

            def _head(self, status: int, headers: dict[str, str]) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
