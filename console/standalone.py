"""The whole product on one machine, as child processes: cloud, virtual bike and console on loopback.

    python -m console.standalone                      until the window is closed or Ctrl-C
    python -m console.standalone --demo 60            a scripted rider takes a class; the last line is JSON

The console never imports the cloud or the virtual bike; this launcher only starts their commands.
"""

from __future__ import annotations

import argparse
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
from console.own_cloud import OwnCloud, StartFailed
from console.processes import Processes
from sync.cache import CacheTooNew, CacheUnusable
from sync.place import SHARE

# A virtual display has no graphics chip: every pixel costs the processor.
SIZE, VIRTUAL_SIZE = (1920, 1080), (1280, 800)


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
    cloud = OwnCloud(data, tablet, processes)
    cloud.start()
    bike = _start_bike(options.data / "bike", processes)
    command = [sys.executable, "-m", "console", "--data", str(tablet), "--size", f"{width}x{height}"]
    command += ["--sensor", f"serial://{bike}?protocol=peloton"]
    if options.demo is not None:
        command += ["--demo", str(options.demo), "--out", str(options.out or "build/demo")]
    command += cloud.introduce()
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


def _start_bike(link: Path, processes: Processes) -> Path:
    command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(link)]
    processes.start(command, stdout=subprocess.DEVNULL)
    return link


if __name__ == "__main__":
    sys.exit(main())
