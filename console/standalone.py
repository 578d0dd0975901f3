"""The whole product on one machine, as child processes: cloud, virtual bike and console on loopback.

    python -m console.standalone                      until the window is closed or Ctrl-C
    python -m console.standalone --demo 60            a scripted rider takes a class; the last line is JSON

The console never imports the cloud or the virtual bike; this launcher only starts their commands.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import FrameType

from console.demo_report import is_report, report
from console.display import NoDisplay, has_display, start_virtual
from console.lock import AlreadyRunning, lock
from console.options import size
from console.processes import Processes
from sync.cache import Cache, CacheTooNew, CacheUnusable
from sync.place import FILE, SHARE

PORTS = "ports.json"
SIZE, VIRTUAL_SIZE = (
    (1920, 1080),
    (1280, 800),
)  # a virtual display has no graphics chip: every pixel costs the processor
PLANS = Path(__file__).resolve().parent.parent / "assets" / "classes"


class StartFailed(RuntimeError):
    """A part did not start; the message says which, and what to do."""


def main(argv: list[str] | None = None) -> int:
    """Start everything, wait for the console to end, end everything. Returns the exit status."""
    options = _options(argv)
    status, failed = _guarded(options)
    if failed and options.demo is not None:
        print(report({}, [failed]), flush=True)
    return status


def _guarded(options: argparse.Namespace) -> tuple[int, str]:
    """Run it; the exit status, and why nothing came of it, where that is known."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    processes = Processes()
    try:
        with lock(options.data):
            return _run(options, processes), ""
    except (StartFailed, NoDisplay) as error:
        failed = str(error)
    except OSError as error:
        failed = f"{error}. Choose a folder you may write to with --data."
    except (CacheTooNew, CacheUnusable, AlreadyRunning) as error:
        failed = f"{error} {error.remedy}"
    except KeyboardInterrupt:
        return 130, ""
    finally:
        processes.end()
    print(f"breakaway: {failed}", file=sys.stderr)
    return 1, failed


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m console.standalone", description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARE, help="where rides and classes are kept")
    parser.add_argument(
        "--demo", type=_seconds, metavar="SECONDS", help="a scripted rider rides for SECONDS, then leaves"
    )
    parser.add_argument("--out", type=Path, help="with --demo: where the screenshots go")
    parser.add_argument(
        "--size", type=size, help="size of the window (default 1920x1080, on a virtual display 1280x800)"
    )
    return parser.parse_args(argv)


def _seconds(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds above 0")
    return int(text)


def _run(options: argparse.Namespace, processes: Processes) -> int:
    tablet, data = options.data / "tablet", options.data / "cloud"
    tablet.mkdir(parents=True, exist_ok=True)
    data.mkdir(exist_ok=True)
    environment = dict(os.environ)
    width, height = options.size or (SIZE if has_display() else VIRTUAL_SIZE)
    if not has_display():
        environment["DISPLAY"] = start_virtual(processes, width, height)
        print(f"No display here: the console runs on a virtual one ({environment['DISPLAY']}).", flush=True)
    cloud = _start_cloud(data, processes)
    bike = _start_bike(options.data / "bike", processes)
    base_url = _enrolled_at(tablet)
    command = [sys.executable, "-m", "console", "--data", str(tablet), "--size", f"{width}x{height}"]
    command += ["--sensor", f"serial://{bike}?protocol=peloton"]
    if options.demo is not None:
        command += ["--demo", str(options.demo), "--out", str(options.out or "build/demo")]
    if base_url is None or not any(data.glob("classes/*/class.json")):
        url = _wait_for(cloud, data)
        _build_classes(data, processes)
        command += [] if base_url else ["--cloud", url, "--code", _enrolment_code(data)]
    else:
        _build_classes(data, processes, behind=True)
    print("Starting the console." if options.demo else "Starting the console. Close it, or Ctrl-C, to end.", flush=True)
    if options.demo is None:
        return processes.start(command, env=environment).wait()
    return _watch_demo(processes.start(command, env=environment, stdout=subprocess.PIPE))


def _watch_demo(console: subprocess.Popen[str]) -> int:
    """Pass on what the console says; its last line is the demo's report."""
    assert console.stdout is not None
    line = ""
    for line in console.stdout:
        print(line, end="", flush=True)
    status = console.wait()
    if not is_report(line):
        raise StartFailed(f"the console ended before the demo did (exit status {status})")
    return status


def _start_cloud(data: Path, processes: Processes) -> subprocess.Popen[str]:
    """The cloud on loopback, on the ports it had last time: a tablet that is enrolled knows them."""
    kept = data / PORTS
    ports = json.loads(kept.read_text()) if kept.exists() else {"http": 0, "mqtt": 0}
    command = [sys.executable, "-m", "sync.cloud", "serve", "--data", str(data), "--json", "--nats-port", "0"]
    command += ["--port", str(ports["http"]), "--mqtt-port", str(ports["mqtt"])]
    return processes.start(command, stdout=subprocess.PIPE)


def _wait_for(cloud: subprocess.Popen[str], data: Path) -> str:
    """The URL of the cloud once it answers; its ports are remembered."""
    assert cloud.stdout is not None
    line = cloud.stdout.readline()
    if not line:
        raise StartFailed("the cloud did not start; its message is above")
    ready = json.loads(line)
    url: str = ready["url"]
    (data / PORTS).write_text(json.dumps({"http": int(url.rsplit(":", 1)[1]), "mqtt": ready["mqtt_port"]}))
    return url


def _build_classes(data: Path, processes: Processes, *, behind: bool = False) -> None:
    """Build the demo classes that are missing: returns when the first is ready, the others follow behind."""
    command = [sys.executable, "-m", "sync.cloud", "classes", "build", str(PLANS), "--data", str(data), "--json"]
    if behind:
        processes.start(["nice", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return
    print("Building the first class; this happens once.", flush=True)
    builder = processes.start(command, stdout=subprocess.PIPE)
    assert builder.stdout is not None
    for line in builder.stdout:
        if "ready" in json.loads(line):
            return
    if builder.wait() != 0:
        print("No class could be built (see above); Just ride works without.", file=sys.stderr, flush=True)


def _start_bike(link: Path, processes: Processes) -> Path:
    command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(link)]
    processes.start(command, stdout=subprocess.DEVNULL)
    return link


def _enrolled_at(tablet: Path) -> str | None:
    """The cloud at which the tablet is enrolled, if it is."""
    cache = Cache.open(tablet / FILE)
    try:
        enrolled = cache.enrolment()
        return enrolled[0] if enrolled else None
    finally:
        cache.close()


def _enrolment_code(data: Path) -> str:
    command = [sys.executable, "-m", "sync.cloud", "codes", "new", "--data", str(data)]
    answer = subprocess.run(command, capture_output=True, text=True)
    if answer.returncode != 0:
        raise StartFailed(f"no enrolment code: {answer.stderr.strip()}")
    return answer.stdout.split()[-1]


if __name__ == "__main__":
    sys.exit(main())
