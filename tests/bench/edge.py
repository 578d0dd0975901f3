"""Viewers of a live class that one core of an edge carries, and what of them reaches the origin.

wrk plays viewers on loopback: each asks for the newest playlist and the newest segment (1 s, 2.5 Mbit/s) once a second,
as fast as the edge answers. The reference is the same nginx giving the same bytes out of files, with no cache, no
signature and no limits. CPU is that of all nginx processes. Needs wrk (Debian's package).
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.edge.conftest import Edge, start_edge

SECONDS = 12
SEGMENT = os.urandom(312_500)
VIEWERS = 1000
LUA = """
local ask = 0
request = function()
   ask = ask + 1
   if ask % 2 == 0 then return wrk.format("GET", "/live/720.m3u8") end
   return wrk.format("GET", "/live/" .. os.time() .. ".m4s")
end
"""
FILES = """
daemon off; worker_processes auto; pid {0}/pid; error_log stderr; {1}
events {{ worker_connections 4096; }}
http {{ access_log off; sendfile on; tcp_nopush on; open_file_cache max=100;
  client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f;
  uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
  server {{ listen 127.0.0.1:{2}; root {0};
    location = /edge/health {{ return 200; }}
    location = /live/720.m3u8 {{ }}
    location /live/ {{ try_files /live/segment =404; }} }} }}
"""


class Origin(BaseHTTPRequestHandler):
    """A live origin: a playlist that is new every second, and any segment."""

    protocol_version = "HTTP/1.1"
    asked = 0

    def do_GET(self) -> None:
        Origin.asked += 1
        playlist = self.path.endswith(".m3u8")
        body = _playlist() if playlist else SEGMENT
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=1" if playlist else "public, max-age=31536000, immutable")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


def _playlist() -> bytes:
    now = int(time.time())
    lines = [f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{now - 6}"]
    lines += [f"#EXTINF:1,\n{second}.m4s" for second in range(now - 6, now)]
    return "\n".join(lines).encode()


def _cpu_s(pid: int) -> float:
    """Of a process and its children, so far."""
    pids = [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]
    ticks = sum(sum(map(int, Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()[11:13])) for one in pids)
    return ticks / os.sysconf("SC_CLK_TCK")


def load(edge: Edge, script: Path) -> tuple[float, float, float]:
    """Asks a second, CPU seconds and wall seconds under wrk."""
    before, began = _cpu_s(edge.process.pid), time.monotonic()
    command = ["wrk", "-t1", "-c100", f"-d{SECONDS}s", "--timeout", "10s", "-s", str(script), edge.url]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    cpu_s, wall_s = _cpu_s(edge.process.pid) - before, time.monotonic() - began
    told = re.search(r"(\d+) requests in", out)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    assert told is not None and refused is None, out
    return int(told[1]), cpu_s, wall_s


def _files(folder: Path) -> Edge:
    """The same nginx, giving out files."""
    from sync.cloud.listening import free_port

    (folder / "live").mkdir(parents=True)
    (folder / "live" / "segment").write_bytes(SEGMENT)
    (folder / "live" / "720.m3u8").write_bytes(_playlist())
    port = free_port("127.0.0.1", 0, "")
    user = "user root;" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(FILES.format(folder, user, port))
    process = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    return Edge(f"http://127.0.0.1:{port}", process)


def main() -> None:
    """Measure and print."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Origin)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "viewers.lua").write_text(LUA)
        edge, files = start_edge(folder / "edge", origin, live=(origin,), rate=1_000_000), _files(folder / "files")
        try:
            asks, cpu_s, wall_s = load(edge, folder / "viewers.lua")
            file_asks, file_cpu_s, _ = load(files, folder / "viewers.lua")
        finally:
            edge.stop()
            files.stop()
    viewers, most = asks / 2 / cpu_s, file_asks / 2 / file_cpu_s
    per_thousand = Origin.asked / wall_s / (asks / 2 / wall_s) * VIEWERS
    print(f"viewers of a live class a core   edge {viewers:,.0f}   bare files {most:,.0f}   ratio {viewers / most:.2f}")
    print(
        f"  served {asks / 2 / wall_s:,.0f} viewers at once ({asks * 8 * len(SEGMENT) / 2 / wall_s / 1e9:.1f} Gbit/s)"
    )
    print(
        f"asks that reach the origin: {Origin.asked / wall_s:.1f} a second in all, {per_thousand:.2f} per 1,000 viewers"
    )


if __name__ == "__main__":
    main()
