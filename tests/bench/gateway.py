"""What the gateway costs: CPU seconds per GB, the wait for the first byte of a piece that is there, memory.

A client takes a whole class through ``python -m console.gateway`` as fast as it comes; every piece is fetched from
nginx, held against its SHA-256, and served. The reference is the same client at the same nginx, without a gateway.
Memory is looked at again and again over an hour of film. Needs nginx (Debian's package).
"""

from __future__ import annotations

import getpass
import hashlib
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

PIECE_BYTES, PIECE_S, COUNT = 1_250_000, 4, 900  # an hour at 2.5 Mbit/s
ASKED = 2000
NGINX = """
daemon off; worker_processes 1; user {2}; pid {0}/pid; error_log stderr;
events {{ worker_connections 64; }}
http {{ access_log off; sendfile on; keepalive_requests 1000000;
  client_body_temp_path {0}/b; proxy_temp_path {0}/p; fastcgi_temp_path {0}/f;
  uwsgi_temp_path {0}/u; scgi_temp_path {0}/s;
  server {{ listen 127.0.0.1:{1}; root {0}/class; }} }}
"""


def make_class(folder: Path) -> None:
    """An hour of pieces: all have the same bytes, which look like fragmented MP4 from outside."""
    moof = (8).to_bytes(4, "big") + b"moof"
    body = os.urandom(PIECE_BYTES - 16)
    piece = moof + (len(body) + 8).to_bytes(4, "big") + b"mdat" + body
    (folder / "v").mkdir(parents=True)
    (folder / "v" / "init.mp4").write_bytes((8).to_bytes(4, "big") + b"ftyp")
    (folder / "v" / "0.m4s").write_bytes(piece)
    for number in range(1, COUNT):
        (folder / "v" / f"{number}.m4s").hardlink_to(folder / "v" / "0.m4s")
    listed = {f"v/{number}.m4s": [len(piece), hashlib.sha256(piece).hexdigest()] for number in range(COUNT)}
    (folder / "pieces.json").write_text(json.dumps({"v": 1, "pieces": listed}))
    rows = "".join(f"#EXTINF:{PIECE_S},\n{number}.m4s\n" for number in range(COUNT))
    head = f'#EXTM3U\n#EXT-X-TARGETDURATION:{PIECE_S}\n#EXT-X-MAP:URI="init.mp4"\n'
    (folder / "v" / "v.m3u8").write_text(f"{head}{rows}#EXT-X-ENDLIST\n")
    named = '#EXT-X-SESSION-DATA:DATA-ID="org.breakaway.pieces",URI="pieces.json"'
    rung = "#EXT-X-STREAM-INF:BANDWIDTH=2500000,RESOLUTION=1280x720"
    (folder / "master.m3u8").write_text(f"#EXTM3U\n{named}\n{rung}\nv/v.m3u8\n")


@contextmanager
def serving(folder: Path, port: int) -> Iterator[str]:
    """nginx with the class."""
    (folder / "nginx.conf").write_text(NGINX.format(folder, port, getpass.getuser()))
    with subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf"), "-p", str(folder)]) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def gateway(url: str) -> Iterator[tuple[str, int]]:
    """A gateway in front of the class: the address below which it is, and its process."""
    command = [sys.executable, "-m", "console.gateway", f"{url}/master.m3u8", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"].removesuffix("/film.m3u8"), process.pid
        finally:
            process.terminate()
            process.communicate()


class Client:
    """Asks one server over one connection."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self._connection = http.client.HTTPConnection(parts.netloc)
        self._path = parts.path

    def get(self, name: str) -> tuple[float, int]:
        """Seconds to the first byte of the body, and the body's length."""
        began_s = time.perf_counter()
        self._connection.request("GET", f"{self._path}/{name}")
        answer = self._connection.getresponse()
        count = len(answer.read(1))
        first_s = time.perf_counter() - began_s
        return first_s, count + len(answer.read())


def cpu_s(pid: int) -> float:
    """User and system time of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def rss_mb(pid: int) -> float:
    """Memory in use."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def take_all(client: Client, name: str, pid: int) -> tuple[int, list[float]]:
    """Take every piece; bytes, and the memory of a process on the way."""
    total, memory = 0, []
    for number in range(COUNT):
        total += client.get(name.format(number))[1]
        if number % 50 == 49:
            memory.append(rss_mb(pid))
    return total, memory


def waits_ms(client: Client, name: str) -> tuple[float, float]:
    """Half of the first bytes come within the one, 99 of 100 within the other."""
    waits = sorted(client.get(name)[0] * 1000 for _ in range(ASKED))
    return statistics.median(waits), waits[int(ASKED * 0.99)]


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_class(folder / "class")
        with serving(folder, 18_471) as origin, gateway(origin) as (base, pid):
            direct, through = Client(origin), Client(base)
            began_s = time.perf_counter()
            take_all(direct, "v/{}.m4s", pid)
            direct_s = time.perf_counter() - began_s
            before_s, began_s = cpu_s(pid), time.perf_counter()
            total, memory = take_all(through, "seg/{}.m4s", pid)
            took_s, used_s = time.perf_counter() - began_s, cpu_s(pid) - before_s
            there = f"seg/{COUNT - 1}.m4s"
            gateway_ms, nginx_ms = waits_ms(through, there), waits_ms(direct, "v/0.m4s")
    hour = f"an hour of film, {total / 1e9:.2f} GB"
    print(f"{hour}: {used_s / (total / 1e9):.1f} CPU s per GB, {took_s:.1f} s in all (nginx alone {direct_s:.1f} s)")
    print(f"memory: {memory[0]:.0f} MB after 50 pieces, {max(memory):.0f} MB at most, {memory[-1]:.0f} MB at the end")
    print(f"first byte of a piece that is there: p50 {gateway_ms[0]:.2f} ms, p99 {gateway_ms[1]:.2f} ms")
    print(f"the same at nginx:                   p50 {nginx_ms[0]:.2f} ms, p99 {nginx_ms[1]:.2f} ms")


if __name__ == "__main__":
    main()
