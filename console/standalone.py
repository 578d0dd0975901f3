"""The whole product on one machine, as child processes: cloud, virtual bike and console on loopback.

    python -m console.standalone                      until the window is closed or Ctrl-C
    python -m console.standalone --demo 60            a scripted rider takes a class; the last line is JSON

The console never imports the cloud or the virtual bike; this launcher only starts their commands.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from console.display import NoDisplay, has_display, start_virtual
from console.processes import Processes

DEFAULT_DATA = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local" / "share")) / "breakaway"
PLANS = Path(__file__).resolve().parent.parent / "assets" / "classes"


class StartFailed(RuntimeError):
    """A part did not start; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Cloud:
    """A running cloud, as it announced itself."""

    url: str
    mqtt_port: int


def main(argv: list[str] | None = None) -> int:
    """Start everything, wait for the console to end, end everything. Returns the exit status."""
    options = _options(argv)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    processes = Processes()
    try:
        return _run(options, processes)
    except (StartFailed, NoDisplay) as error:
        print(f"breakaway: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        processes.end()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m console.standalone", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help="where rides and classes are kept")
    parser.add_argument("--demo", type=int, metavar="SECONDS", help="a scripted rider rides for SECONDS, then leaves")
    parser.add_argument("--out", type=Path, help="with --demo: where the screenshots go")
    parser.add_argument("--size", default="1920x1080", help="size of the window (default %(default)s)")
    return parser.parse_args(argv)


def _run(options: argparse.Namespace, processes: Processes) -> int:
    options.data.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    if not has_display():
        width, height = (int(side) for side in options.size.split("x"))
        environment["DISPLAY"] = start_virtual(processes, width, height)
        print(f"No display here: the console runs on a virtual one ({environment['DISPLAY']}).", flush=True)
    cloud = _start_cloud(options.data / "cloud", processes)
    _build_classes(options.data / "cloud", processes)
    bike = _start_bike(options.data / "bike", processes, demo=options.demo is not None)
    command = [sys.executable, "-m", "console", "--data", str(options.data / "tablet"), "--size", options.size]
    command += ["--cloud", cloud.url, "--sensor", f"serial://{bike}?protocol=peloton"]
    if not _enrolled(options.data / "tablet"):
        command += ["--code", _enrolment_code(options.data / "cloud")]
    if options.demo is not None:
        command += ["--demo", str(options.demo), "--out", str(options.out or "build/demo")]
    print("Starting the console." if options.demo else "Starting the console. Close it, or Ctrl-C, to end.", flush=True)
    console = processes.start(command, env=environment)
    return console.wait()


def _start_cloud(data: Path, processes: Processes) -> Cloud:
    """The cloud on loopback, on the ports it had last time (a tablet that is enrolled knows them)."""
    ports_file = data / "ports.json"
    ports = json.loads(ports_file.read_text()) if ports_file.exists() else {"http": 0, "mqtt": 0}
    command = [sys.executable, "-m", "sync.cloud", "serve", "--data", str(data), "--json", "--nats-port", "0"]
    command += ["--port", str(ports["http"]), "--mqtt-port", str(ports["mqtt"])]
    cloud = processes.start(command, stdout=subprocess.PIPE)
    assert cloud.stdout is not None
    line = cloud.stdout.readline()
    if not line:
        raise StartFailed("the cloud did not start; its message is above")
    ready = json.loads(line)
    ports = {"http": int(ready["url"].rsplit(":", 1)[1]), "mqtt": ready["mqtt_port"]}
    ports_file.write_text(json.dumps(ports))
    return Cloud(ready["url"], ready["mqtt_port"])


def _build_classes(data: Path, processes: Processes) -> None:
    """Build the demo classes that are missing: returns when the first is ready, the others follow behind."""
    command = [sys.executable, "-m", "sync.cloud", "classes", "build", str(PLANS), "--data", str(data), "--json"]
    builder = processes.start(command, stdout=subprocess.PIPE)
    assert builder.stdout is not None
    for line in builder.stdout:
        if "ready" in json.loads(line):
            return
    if builder.wait() != 0:
        print("No class could be built (see above); Just ride works without.", file=sys.stderr, flush=True)


def _start_bike(link: Path, processes: Processes, *, demo: bool) -> Path:
    command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(link)]
    if not demo:
        command += ["--seed", str(int(time.time()))]
    bike = processes.start(command, stdout=subprocess.PIPE)
    assert bike.stdout is not None
    if not bike.stdout.readline():
        raise StartFailed("the virtual bike did not start; its message is above")
    return link


def _enrolled(tablet: Path) -> bool:
    command = [sys.executable, "-m", "sync", "status", "--data", str(tablet), "--json"]
    status = subprocess.run(command, capture_output=True, text=True)
    return status.returncode == 0 and bool(json.loads(status.stdout).get("enrolled"))


def _enrolment_code(data: Path) -> str:
    command = [sys.executable, "-m", "sync.cloud", "codes", "new", "--data", str(data)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        raise StartFailed(f"no enrolment code: {answer.stderr.strip()}")
    return answer.stdout.split()[-1]


if __name__ == "__main__":
    if not shutil.which("nats-server") and not Path("/usr/sbin/nats-server").exists():
        sys.exit("breakaway: nats-server is missing: apt install nats-server")
    sys.exit(main())
