"""The cloud that the launcher starts on loopback for its own tablet, and how the two know each other. No Kivy.

The ports of the last time are used again, since the tablet knows them; where another program has taken one, the cloud
moves and the tablet is told. A cloud that was thrown away does not know its tablet any more: it is enrolled anew.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from console.processes import Processes
from sync.cache import Cache
from sync.place import FILE
from sync.records import Enrolment

HERE = "http://127.0.0.1:"
PORTS = "ports.json"
PLANS = Path(__file__).resolve().parent.parent / "assets" / "classes"


class StartFailed(RuntimeError):
    """A part did not start; the message says which, and what to do."""


class OwnCloud:
    """The cloud in the folder ``data``, for the tablet in the folder ``tablet``."""

    def __init__(self, data: Path, tablet: Path, processes: Processes) -> None:
        self._data, self._tablet, self._processes = data, tablet, processes
        self._ports: dict[str, int] = {}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Start it; it may not answer yet."""
        self._ports = _kept_ports(self._data / PORTS)
        ports = {name: port if _is_free(port) else 0 for name, port in self._ports.items()}
        if ports != self._ports:
            self._ports = {}
        command = [sys.executable, "-m", "sync.cloud", "serve", "--data", str(self._data), "--json", "--nats-port", "0"]
        command += ["--port", str(ports.get("http", 0)), "--mqtt-port", str(ports.get("mqtt", 0))]
        self._process = self._processes.start(command, stdout=subprocess.PIPE)

    def introduce(self) -> list[str]:
        """Make the classes that are missing, and let tablet and cloud know each other; returns what the console has to
        be told for that. At the first time this waits for the first class. Raises :class:`StartFailed`."""
        enrolled = self._enrolment()
        if enrolled is not None and not enrolled[0].startswith(HERE):
            return []  # the rider has chosen another cloud
        knows_tablet = enrolled is not None and (self._data / PORTS).exists()
        if knows_tablet and self._ports and any(self._data.glob("classes/*/class.json")):
            self._build(behind=True)
            return []
        url, mqtt_port = self._wait()
        if enrolled is not None and knows_tablet:
            self._move_to(url, replace(enrolled[1], mqtt_port=mqtt_port))
        elif enrolled is not None:
            self._move_to(url, None)
        self._build()
        return [] if knows_tablet else ["--cloud", url, "--code", self._code()]

    def _enrolment(self) -> tuple[str, Enrolment] | None:
        with closing(Cache.open(self._tablet / FILE)) as cache:
            return cache.enrolment()

    def _move_to(self, url: str, enrolment: Enrolment | None) -> None:
        """Tell the tablet where its cloud is now, or that the one it knew is no more."""
        with closing(Cache.open(self._tablet / FILE)) as cache:
            if enrolment is None:
                cache.leave_cloud()
            else:
                cache.save_enrolment(url, enrolment)

    def _wait(self) -> tuple[str, int]:
        """The URL and the MQTT port of the cloud once it answers; its ports are remembered."""
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise StartFailed("the cloud did not start; its message is above")
        ready = json.loads(line)
        url, mqtt_port = str(ready["url"]), int(ready["mqtt_port"])
        (self._data / PORTS).write_text(json.dumps({"http": int(url.rsplit(":", 1)[1]), "mqtt": mqtt_port}))
        return url, mqtt_port

    def _build(self, *, behind: bool = False) -> None:
        """Build the demo classes that are missing: returns when the first is ready, the others follow behind."""
        data = str(self._data)
        command = [sys.executable, "-m", "sync.cloud", "classes", "build", str(PLANS), "--data", data, "--json"]
        if behind:
            self._processes.start(["nice", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            return
        print("Building the first class; this happens once.", flush=True)
        builder = self._processes.start(command, stdout=subprocess.PIPE)
        assert builder.stdout is not None
        for line in builder.stdout:
            if "ready" in json.loads(line):
                return
        if builder.wait() != 0:
            print("No class could be built (see above); Just ride works without.", file=sys.stderr, flush=True)

    def _code(self) -> str:
        command = [sys.executable, "-m", "sync.cloud", "codes", "new", "--data", str(self._data)]
        answer = subprocess.run(command, capture_output=True, text=True)
        if answer.returncode != 0:
            raise StartFailed(f"no enrolment code: {answer.stderr.strip()}")
        return answer.stdout.split()[-1]


def _kept_ports(file: Path) -> dict[str, int]:
    """The ports of the last time; none where they cannot be read."""
    try:
        kept = json.loads(file.read_text())
        return {name: int(kept[name]) for name in ("http", "mqtt")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except (OSError, OverflowError):
            return False
    return True
