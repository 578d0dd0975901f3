"""A place to draw on: the desktop's display, or a virtual one (Xvfb) where there is none."""

from __future__ import annotations

import os
import shutil
import subprocess

from console.processes import Processes


class NoDisplay(RuntimeError):
    """There is no display and no Xvfb; the message says what to install."""


def has_display() -> bool:
    """Whether this session has a display."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def start_virtual(processes: Processes, width: int, height: int) -> str:
    """Start Xvfb with one screen of this size, on the first free number; returns the DISPLAY to use."""
    if not shutil.which("Xvfb"):
        raise NoDisplay("no display here, and no Xvfb to make one: apt install xvfb")
    # In a session of its own a Ctrl-C does not reach it: it must not go before the windows on it have closed.
    screen = ["-screen", "0", f"{width}x{height}x24"]
    command = ["setsid", "Xvfb", "-displayfd", "1", *screen, "-nolisten", "tcp", "-noreset"]
    # Its complaints about numbers that others use are not ours to show.
    server = processes.start(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert server.stdout is not None
    number = server.stdout.readline().strip()
    if not number:
        raise NoDisplay("Xvfb did not start: run 'Xvfb :99' by hand to see why")
    return f":{number}"
