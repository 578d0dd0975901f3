"""What several rooms' tests share: a real cloud, started as its own process on free ports."""

from __future__ import annotations

import atexit
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

READY_S = 30.0

# Kivy makes its folder in the home directory when it is first imported: test processes that start together in a fresh
# home would trip over each other there.
os.environ["KIVY_HOME"] = tempfile.mkdtemp(prefix="kivy-")
atexit.register(shutil.rmtree, os.environ["KIVY_HOME"], ignore_errors=True)


@dataclass
class RunningCloud:
    """``python -m sync.cloud serve`` on ``data``; ``url`` and ``mqtt_port`` stay the same over a restart."""

    data: Path
    url: str = ""
    mqtt_port: int = 0
    process: subprocess.Popen[bytes] | None = None
    options: tuple[str, ...] = ()

    def start(self) -> None:
        """Start it (again) and wait until it answers."""
        port = int(self.url.rsplit(":", 1)[1]) if self.url else 0
        ports = ["--port", str(port), "--mqtt-port", str(self.mqtt_port), "--nats-port", "0", *self.options]
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "sync.cloud", "serve", "--data", str(self.data), "--json", *ports],
                stdout=subprocess.PIPE,
                stderr=log,
            )
        assert self.process.stdout is not None
        heard = select.select([self.process.stdout], [], [], READY_S)[0]
        line = self.process.stdout.readline() if heard else b""
        assert line, f"the cloud did not start; see {log.name}:\n{Path(log.name).read_text()}"
        ready = json.loads(line)
        self.url, self.mqtt_port = ready["url"], ready["mqtt_port"]

    def stop(self, how: signal.Signals = signal.SIGTERM, within_s: float = 10.0) -> int:
        """End it with a signal; returns the exit code."""
        assert self.process is not None and self.process.stdout is not None
        self.process.send_signal(how)
        code = self.process.wait(within_s)
        self.process.stdout.close()
        self.process = None
        return code

    def run(self, *arguments: str) -> str:
        """What a command of ``python -m sync.cloud`` on the same data prints."""
        command = [sys.executable, "-m", "sync.cloud", *arguments, "--data", str(self.data)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def new_code(self) -> str:
        """A fresh enrolment code."""
        return self.run("codes", "new").strip()

    def enrol(self, name: str = "Bike 1") -> dict[str, Any]:
        """Enrol a tablet; the Enrolment as decoded JSON."""
        answer = httpx.post(f"{self.url}/v1/enrol", json={"code": self.new_code(), "name": name})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def add_class(self, class_id: str, duration_s: int = 600, **fields: Any) -> Path:
        """Put a class into the catalogue (without media); returns its directory."""
        directory = self.data / "classes" / class_id
        directory.mkdir(parents=True, exist_ok=True)
        playlist = f"/media/{class_id}/master.m3u8"
        known = {"id": class_id, "title": class_id.title(), "coach": "Sam", "kind": "Climb", "effort": 2}
        known |= {"music": "Pop", "motif": "ridges", "palette": 1, "duration_s": duration_s, "playlist": playlist}
        segment = {"name": "Warm up", "seconds": duration_s, "cadence_rpm": [80, 90]}
        fresh = directory / "class.json.new"
        fresh.write_text(json.dumps({**known, "segments": [segment], "revision": "1", **fields}))
        fresh.replace(directory / "class.json")
        return directory


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """One cloud for all tests that do not stop it."""
    running = RunningCloud(tmp_path_factory.mktemp("cloud") / "data")
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def cloud_with(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningCloud]]:
    """Starts clouds with more options of ``serve``; they run until the end."""
    started: list[RunningCloud] = []

    def start(*options: str) -> RunningCloud:
        started.append(RunningCloud(tmp_path_factory.mktemp("cloud") / "data", options=options))
        started[-1].start()
        return started[-1]

    yield start
    for running in started:
        running.stop()


@pytest.fixture
def new_cloud(tmp_path: Path) -> Iterator[Callable[[], RunningCloud]]:
    """Starts clouds of a test's own, to be stopped and killed at will."""
    started: list[RunningCloud] = []

    def start() -> RunningCloud:
        started.append(RunningCloud(tmp_path / f"cloud-{len(started)}"))
        started[-1].start()
        return started[-1]

    yield start
    for running in started:
        if running.process is not None:
            running.stop(signal.SIGKILL)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """A PostgreSQL server."""
    from tests.cloud.postgres_cluster import BINARIES, cluster

    if not BINARIES:
        pytest.skip("no PostgreSQL here: apt install postgresql")
    with cluster() as running:
        yield running


@pytest.fixture
def new_database(postgres: Any) -> Callable[[], str]:
    """Makes databases on it."""
    return postgres.new_database
