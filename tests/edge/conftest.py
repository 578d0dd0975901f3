"""A real nginx as an edge, in front of a real cloud or of an origin that counts, lags and dies on purpose."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from sync.cloud.edge import nginx, signing
from sync.cloud.listening import free_port

SECRET = "a secret of the tests"
CLASS_ID = "short-hill"
READY_S = 20.0


@dataclass
class Edge:
    """A running nginx; ``url`` is its base, ``cache`` a directory of its own."""

    url: str
    process: subprocess.Popen[bytes]
    cache: Path | None = None

    def path(self, name: str, class_id: str = CLASS_ID, expires: int | None = None) -> str:
        """The signed address of a file of a class."""
        ends = signing.expiry(time.time()) if expires is None else expires
        return f"{self.url}{signing.prefix(SECRET, class_id, ends)}/media/{class_id}/{name}"

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)
        if self.cache is not None:
            shutil.rmtree(self.cache)


def start_edge(folder: Path, origin: str, secret: str = SECRET, **options: Any) -> Edge:
    """An edge in front of an origin, with its configuration in ``folder``."""
    folder.mkdir(parents=True)
    cache = Path(tempfile.mkdtemp(prefix="edge-cache-"))
    cache.chmod(0o755)  # the tests' own folders are closed to the workers that root's nginx has
    port = free_port("127.0.0.1", 0, "")
    config = nginx.EdgeConfig(origin, secret, cache, f"127.0.0.1:{port}", "200m", **options)
    (folder / "nginx.conf").write_text(nginx.text(config))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=log)
    edge = Edge(f"http://127.0.0.1:{port}", process, cache)
    deadline = time.monotonic() + READY_S
    while True:
        try:
            assert httpx.get(f"{edge.url}/edge/health").text == "well\n"
            return edge
        except httpx.TransportError:
            assert process.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)  # nginx tells nobody when it listens


@dataclass
class Origin:
    """Answers every path with its own name, ``lag_s`` late, with ``status``; ``asked`` are the paths that came."""

    url: str = ""
    lag_s: float = 0.0
    status: int = 200
    cache: str = "public, max-age=31536000, immutable"
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def origin() -> Iterator[Origin]:
    """An origin of the test's own."""
    told = Origin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            told.asked.append(self.path)
            time.sleep(told.lag_s)
            body = self.path.encode() * 100
            self.send_response(told.status)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", told.cache)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


@pytest.fixture
def edge_of(tmp_path: Path) -> Iterator[Callable[..., Edge]]:
    """Starts edges, and ends them after the test."""
    edges: list[Edge] = []

    def start(origin_url: str, **options: Any) -> Edge:
        edges.append(start_edge(tmp_path / f"edge-{len(edges)}", origin_url, **options))
        return edges[-1]

    yield start
    for edge in edges:
        edge.stop()
