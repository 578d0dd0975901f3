"""The virtual display, and what a console says while it starts and ends on one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.display import start_virtual
from console.processes import Processes

KEEPS_A_DISPLAY = """
import signal
from console.display import start_virtual
from console.processes import Processes

signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
processes = Processes()
start_virtual(processes, 640, 400)
server = processes._running[0]
print("ready", flush=True)
signal.sigwait([signal.SIGUSR1])
print("runs" if server.poll() is None else "gone", flush=True)
processes.end()
print("ended" if server.returncode is not None else "left", flush=True)
"""
OPENS = """
import asyncio, sys
from console.__main__ import configure_kivy
from console.options import parse_options

options = parse_options(None)
configure_kivy(options)
from console.app import ConsoleApp, run

class Telling(ConsoleApp):
    def on_start(self):
        super().on_start()
        print("open", flush=True)

sys.exit(asyncio.run(run(options, Telling)))
"""


@pytest.fixture
def virtual() -> Iterator[str]:
    """A display of 1280x800."""
    processes = Processes()
    yield start_virtual(processes, 1280, 800)
    processes.end()


def test_ctrl_c_does_not_take_the_display_from_under_the_windows() -> None:
    """A terminal sends Ctrl-C to every process of its foreground group."""
    command = [sys.executable, "-c", KEEPS_A_DISPLAY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as program:
        assert program.stdout is not None and program.stdout.readline() == "ready\n"
        os.killpg(program.pid, signal.SIGINT)
        program.send_signal(signal.SIGUSR1)
        assert program.stdout.read() == "runs\nended\n"


def test_the_console_opens_and_closes_without_a_word(virtual: str, tmp_path: Path) -> None:
    home, script = tmp_path / "home", tmp_path / "opens.py"
    home.mkdir()
    script.write_text(OPENS)
    command = [sys.executable, str(script), "--data", str(tmp_path / "tablet"), "--size", "1280x800"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KIVY_")}
    environment |= {"DISPLAY": virtual, "HOME": str(home)}
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as console:
        assert console.stdout is not None and console.stdout.readline() == "open\n"
        console.send_signal(signal.SIGINT)
        assert console.stdout.read() == "" and console.wait(30) == 0
    assert not (home / ".kivy").exists() and not (tmp_path / "tablet/kivy").exists()
