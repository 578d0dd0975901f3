"""Live origins and encoders for tests: real processes, small pictures."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

READY_S, PATIENCE_S = 30.0, 30.0
PLAN = """\
id = "power-hour"
title = "Power Hour"
coach = "Ines Aragón"
kind = "Hills"
effort = 2
music = "Synthwave"
motif = "rings"
palette = 0

[[segment]]
name = "Roll"
seconds = 8
cadence = [80, 90]

[[segment]]
name = "Climb"
seconds = 12
"""


LONG = PLAN.replace("seconds = 12", "seconds = 3600")


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """A port that is free now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(what: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
    """Wait until ``what()`` is true; returns it."""
    deadline = time.monotonic() + within_s
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)
    return found


@dataclass
class Origin:
    """``python -m sync.cloud live``; its ports stay the same over a restart."""

    data: Path
    class_id: str
    name: str
    wire: str = "rtmp"
    options: tuple[str, ...] = ()
    facts: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Origin:
        """Start it (again), and wait until it is ready."""
        udp = socket.SOCK_DGRAM
        if not self.facts:
            door = free_port(udp if self.wire == "srt" else socket.SOCK_STREAM)
            self._ports = [f"--{self.wire}", door, "--http", free_port(), "--feed", free_port(udp)]
        command = [sys.executable, "-m", "sync.cloud", "live", self.class_id, "--data", self.data, "--name", self.name]
        command += [*self._ports, "--rungs", "180", "--json", "--verbose", *self.options]
        self.log = self.data / f"{self.name}.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*map(str, command)], stdout=subprocess.PIPE, stderr=log)
        assert self.process.stdout is not None
        heard = select.select([self.process.stdout], [], [], READY_S)[0]
        line = self.process.stdout.readline() if heard else b""
        assert line, self.log.read_text()
        self.facts = json.loads(line)
        return self

    @staticmethod
    def command(*arguments: str) -> list[str]:
        """A command about live classes."""
        return [sys.executable, "-m", "sync.cloud", "live", *arguments]

    def stop(self, how: signal.Signals = signal.SIGTERM, within_s: float = 20.0) -> int:
        """End it; returns its exit code."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.send_signal(how)
        code = self.process.wait(within_s)
        self.process.stdout.close()
        self.process = None
        return code

    @property
    def url(self) -> str:
        return self.facts["url"]

    @property
    def encoder_url(self) -> str:
        return self.facts[self.wire]

    def get(self, path: str) -> httpx.Response:
        return httpx.get(f"{self.url}/{path}")

    def status(self) -> dict[str, Any]:
        """Its ``live.json``."""
        return dict(self.get("live.json").json())

    def children(self, name: str) -> list[int]:
        """The processes of that program that it runs."""
        assert self.process is not None
        parent = str(self.process.pid)
        running = [path for path in Path("/proc").glob("[0-9]*") if _parent(path) == parent]
        return [int(path.name) for path in running if name.encode() in _command(path)]

    def await_state(self, state: str) -> dict[str, Any]:
        """Wait until it says so; returns what else it says."""
        return eventually(lambda: (told := self.status())["state"] == state and told)


@dataclass
class Encoder:
    """ffmpeg as an instructor's encoder: a moving picture and a tone, to one origin or to several at once."""

    urls: tuple[str, ...]
    size: str = "320x180"
    group: int = 30
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> Encoder:
        picture = ["-re", "-f", "lavfi", "-i", f"testsrc=s={self.size}:r=30", "-f", "lavfi", "-i", "sine=r=48000"]
        coding = ["-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"]
        coding += ["-g", str(self.group), "-c:a", "aac", "-flags", "+global_header", "-map", "0:v", "-map", "1:a"]
        outputs = "|".join(
            f"[f={'mpegts' if url.startswith('srt') else 'flv'}:onfail=ignore]{url}" for url in self.urls
        )
        command = ["ffmpeg", "-v", "error", *picture, *coding, "-f", "tee", outputs]
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return self

    def stop(self) -> None:
        """Take it away, as when its machine loses power."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None


def schedule(data: Path, class_id: str, starts_at: float | None = None, plan: str = PLAN) -> None:
    """Put a class on the schedule: now, if nothing else is said."""
    (data / "live").mkdir(parents=True, exist_ok=True)
    path = data / f"{class_id}.toml"
    path.write_text(plan)
    at = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(starts_at or time.time()))
    command = [sys.executable, "-m", "sync.cloud", "live", "schedule", path, "--at", at, "--id", class_id]
    subprocess.run([*map(str, command), "--data", str(data)], check=True, capture_output=True)


def _parent(process: Path) -> str | None:
    with contextlib.suppress(OSError):
        return (process / "stat").read_text().rpartition(")")[2].split()[1]
    return None


def _command(process: Path) -> bytes:
    with contextlib.suppress(OSError):  # it has ended since it was seen
        return (process / "cmdline").read_bytes()
    return b""


def is_running(pid: int) -> bool:
    """Whether there is such a process that is not merely waiting to be buried."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def kill(pid: int) -> None:
    """kill -9."""
    os.kill(pid, signal.SIGKILL)
