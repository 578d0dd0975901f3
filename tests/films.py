"""Films for tests of the player, made by ffmpeg, and a web server that can break.

A numbered film counts its pictures in a row of black and white squares along the top, as a binary number with the
lowest digit first: so a test knows which picture it sees.
"""

from __future__ import annotations

import functools
import http.server
import subprocess
import threading
from pathlib import Path
from typing import Any

RATE = 30
SQUARE, DIGITS = 16, 12
COLOURS = ("red", "lime", "blue", "white", "gray", "yellow", "cyan", "magenta")


def ffmpeg(*arguments: str) -> None:
    """Run ffmpeg; fails with what it says."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def number_squares(size: str) -> str:
    """ffmpeg's source of pictures that count themselves."""
    box = "drawbox=x={x}:y=0:w={w}:h={w}:color=white:t=fill:enable='mod(floor(n/{value})\\,2)'"
    squares = ",".join(box.format(x=i * SQUARE, w=SQUARE, value=2**i) for i in range(DIGITS))
    return f"color=c=black:s={size}:r={RATE},{squares}"


def numbered_film(folder: Path, seconds: int = 8, fmp4: bool = False, size: str = "320x180") -> None:
    """``master.m3u8`` with one rung ``v.m3u8`` in 2 s segments ``part0.ts`` (or ``.m4s``), and quiet sound."""
    folder.mkdir(parents=True, exist_ok=True)
    source = number_squares(size)
    sound = "sine=f=330:r=48000,volume=0.05"
    kind, ending = ("fmp4", "m4s") if fmp4 else ("mpegts", "ts")
    coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", str(2 * RATE), "-c:a", "aac"]
    hls = ["-f", "hls", "-hls_time", "2", "-hls_playlist_type", "vod", "-hls_segment_type", kind]
    hls += ["-hls_segment_filename", str(folder / f"part%d.{ending}"), str(folder / "v.m3u8")]
    ffmpeg("-f", "lavfi", "-i", source, "-f", "lavfi", "-i", sound, "-t", str(seconds), *coding, *hls)
    master = f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION={size}\nv.m3u8\n"
    (folder / "master.m3u8").write_text(master)


def number(frame: Any) -> int:
    """The number that the picture shows."""
    middle = SQUARE // 2
    return sum((frame.luma[middle * frame.stride + SQUARE * i + middle] > 128) << i for i in range(DIGITS))


def colour_film(path: Path, width: int, height: int, matrix: str) -> None:
    """Five seconds of upright stripes in ``COLOURS``, coded with the matrix (bt601 or bt709), almost lossless."""
    stripe = -(-width // len(COLOURS))
    boxes = (f"drawbox=x={i * stripe}:y=0:w={stripe}:h={height}:color={c}:t=fill" for i, c in enumerate(COLOURS))
    picture = f"color=c=black:s={width}x{height}:r=10,format=gbrp,{','.join(boxes)}"
    picture += f",scale=out_color_matrix={matrix}:out_range=tv,format=yuv420p"
    ffmpeg("-f", "lavfi", "-i", picture, "-t", "5", "-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", str(path))


class FilmServer:
    """Serves a folder on loopback. ``break_`` makes a file answer with an error, ``hold`` makes it wait."""

    def __init__(self, folder: Path) -> None:
        self._errors: dict[str, int] = {}
        self._gates: dict[str, threading.Event] = {}
        handler = functools.partial(self._handler(), directory=str(folder))
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _handler(self) -> type[http.server.SimpleHTTPRequestHandler]:
        outer = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rsplit("/", 1)[-1]
                if name in outer._gates:
                    outer._gates[name].wait(30)
                if name in outer._errors:
                    self.send_error(outer._errors[name])
                    return
                try:
                    super().do_GET()
                except ConnectionError:
                    self.close_connection = True

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def break_(self, name: str, status: int = 404) -> None:
        """From now on the file of this name answers with an error."""
        self._errors[name] = status

    def hold(self, name: str) -> None:
        """From now on the file of this name does not answer."""
        self._gates[name] = threading.Event()

    def mend(self, name: str) -> None:
        """The file of this name is served again."""
        self._errors.pop(name, None)
        gate = self._gates.pop(name, None)
        if gate is not None:
            gate.set()

    def close(self) -> None:
        """End the server and let everyone go."""
        for name in list(self._gates):
            self.mend(name)
        self._server.shutdown()
        self._server.server_close()
