"""hls.js in headless Chromium: a page that plays and tells what it showed."""

from __future__ import annotations

import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading
import urllib.parse
from pathlib import Path
from typing import Any

from tests.networks.clip import RATES
from tests.networks.figures import Figures, Seen, figures

LIBRARY = Path(__file__).parents[2] / "interop" / "hls.min.js"
PAGE = Path(__file__).with_name("page.html")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-extensions", "--mute-audio"),
    *("--disable-dev-shm-usage", "--autoplay-policy=no-user-gesture-required"),
)


class Page:
    """One page in a browser of its own, which plays ``url``; :meth:`report` is what it tells in the end."""

    def __init__(self, url: str, **options: Any) -> None:
        chromium = shutil.which("chromium")
        assert chromium, "Chromium is not installed: sudo apt install chromium"
        self._reports: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._reports))
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        query = urllib.parse.urlencode({"url": url, **options})
        page = f"http://127.0.0.1:{self._server.server_port}/?{query}"
        command = [chromium, *FLAGS, f"--user-data-dir={self._profile.name}", page]
        self._browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def report(self, within_s: float) -> dict[str, Any]:
        """Wait for it. Raises ``queue.Empty`` if none comes."""
        return self._reports.get(timeout=within_s)

    def close(self) -> None:
        """End the browser."""
        self._browser.terminate()
        self._browser.wait()
        self._server.shutdown()
        self._server.server_close()
        self._profile.cleanup()


class HlsJs:
    """Plays one URL. The browser's own start does not count."""

    def __init__(self, url: str) -> None:
        self._url = url

    def watch(self, within_s: float) -> Figures:
        """Play to the end, but no longer than this; returns what was seen."""
        page = Page(self._url, within_s=within_s)
        try:
            told = page.report(within_s + 60)
        finally:
            page.close()
        seen = [Seen(at_s, min(RATES, key=lambda known: abs(known - height))) for at_s, height in told["seen"]]
        return figures(seen, told["position_s"], told["ended"], told["wall_s"])


def _handler(reports: queue.SimpleQueue[dict[str, Any]]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            script = self.path.endswith(".js")
            body = (LIBRARY if script else PAGE).read_bytes()
            self._answer(body, "text/javascript" if script else "text/html; charset=utf-8")

        def do_POST(self) -> None:
            reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._answer(b"", "text/plain")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
