"""A small class behind real HTTP: playlists as ours are, pieces of noise. Counts what is asked, and fails at will."""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MASTER = """#EXTM3U
#EXT-X-VERSION:7
#EXT-X-SESSION-DATA:DATA-ID="org.breakaway.pieces",URI="pieces.json"
#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="English",LANGUAGE="en",URI="captions.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=60000,AVERAGE-BANDWIDTH=50000,CODECS="avc1.4d401f",RESOLUTION=1280x720,SUBTITLES="captions"
v720/film.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=24000,AVERAGE-BANDWIDTH=20000,CODECS="avc1.4d401f",RESOLUTION=640x360,SUBTITLES="captions"
v360/film.m3u8
"""
PIECE_S = 4
SIZES = {720: 25_000, 360: 10_000}


def piece(height: int, number: int, seed: int = 1) -> bytes:
    """Noise in the shape of a segment: an empty ``moof``, and ``mdat``."""
    noise = random.Random(f"{seed} {height} {number}").randbytes(SIZES[height])
    return b"\0\0\0\x08moof" + (len(noise) + 8).to_bytes(4, "big") + b"mdat" + noise


def files(pieces: int = 12, seed: int = 1, listed: bool = True) -> dict[str, bytes]:
    """The files of a class by path."""
    found = {"captions.vtt": b"WEBVTT\n\n00:00.000 --> 00:02.000\nHello\n", "poster.jpg": b"\xff\xd8 no picture"}
    found["captions.m3u8"] = _playlist("", ["captions.vtt"], PIECE_S * pieces)
    for height in SIZES:
        found[f"v{height}/init.mp4"] = b"\0\0\0\x10ftypiso5" + bytes([height % 256] * 4)
        names = [f"{seed}_{number:04}.m4s" for number in range(pieces)]
        found |= {f"v{height}/{name}": piece(height, number, seed) for number, name in enumerate(names)}
        found[f"v{height}/film.m3u8"] = _playlist('#EXT-X-MAP:URI="init.mp4"\n', names, PIECE_S)
    told = {path: [len(data), hashlib.sha256(data).hexdigest()] for path, data in found.items() if "m3u8" not in path}
    found["master.m3u8"] = (MASTER if listed else MASTER.replace("org.breakaway.pieces", "other")).encode()
    if listed:
        found["pieces.json"] = json.dumps({"v": 1, "pieces": told}).encode()
    return found


def _playlist(head: str, names: list[str], seconds: int) -> bytes:
    lines = f"#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:{seconds}\n#EXT-X-PLAYLIST-TYPE:VOD\n{head}"
    return (lines + "".join(f"#EXTINF:{seconds}.0,\n{name}\n" for name in names) + "#EXT-X-ENDLIST\n").encode()


class ClassServer:
    """Serves ``files`` below ``/media/climb/``. ``asked`` counts paths; ``broken`` answers 503 to some of them, or to
    all when ``down``; every answer takes ``delay_s``."""

    def __init__(self, served: dict[str, bytes]) -> None:
        self.files = served
        self.asked: Counter[str] = Counter()
        self.broken: set[str] = set()
        self.down = False
        self.delay_s = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.answer(self)

            def log_message(self, *_arguments: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Of the class's multivariant playlist."""
        return f"http://127.0.0.1:{self._server.server_port}/media/climb/master.m3u8"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path.removeprefix("/media/climb/")
        self.asked[path] += 1
        time.sleep(self.delay_s)
        data = self.files.get(path)
        status = 503 if self.down or path in self.broken else 404 if data is None else 200
        body = data if status == 200 and data is not None else b"no"
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
