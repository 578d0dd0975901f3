"""What a technician is told when a port cannot be read: what happened, and what to do."""

import fcntl
import os
import pty
import re
import socket
import subprocess
import sys
import tty
from contextlib import contextmanager

import pytest


def watch(url, seconds=1, **how):
    command = [sys.executable, "-m", "drivers", "watch", url, "--json", "--seconds", str(seconds)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, **how)
    assert done.stdout == ""
    return done.returncode, done.stderr


@contextmanager
def terminal():
    far, near = os.openpty()
    tty.setraw(near)
    try:
        yield os.ttyname(near), near
    finally:
        os.close(far)
        os.close(near)


SCAN = "`python -m drivers scan` lists what is there.\n"


def test_a_missing_port():
    assert watch("serial:///dev/nope") == (
        1,
        f"there is no port /dev/nope. Plug the bike's cable in, or choose another port. {SCAN}",
    )


def test_a_folder(tmp_path):
    assert watch(f"serial://{tmp_path}") == (
        1,
        f"{tmp_path} is a folder, not a serial port. Choose the port of the bike's cable. {SCAN}",
    )


@pytest.mark.parametrize("kind", ["file", "pipe", "null", "loop", "long" * 200])
def test_the_wrong_kind_of_port(tmp_path, kind):
    port = tmp_path / kind
    {
        "file": lambda: port.write_text("words"),
        "pipe": lambda: os.mkfifo(port),
        "null": lambda: port.symlink_to(os.devnull),
        "loop": lambda: port.symlink_to(port),
        "long" * 200: lambda: None,
    }[kind]()
    assert watch(f"serial://{port}") == (1, f"{port} is not a serial port. Choose the port of the bike's cable. {SCAN}")


def test_nothing_behind_a_port(tmp_path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        status, said = watch(f"serial://{tmp_path}/s")
    assert (status, said) == (
        1,
        f"nothing is behind the port {tmp_path}/s. Plug the bike's cable in, or choose another port. {SCAN}",
    )


def test_a_busy_port():
    with terminal() as (path, near):
        fcntl.flock(near, fcntl.LOCK_EX)
        assert watch(f"serial://{path}") == (
            1,
            f"another program uses {path}. Close the other program that reads the bike.\n",
        )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("bike", "'bike' is not a sensor's address. Write it like serial:///dev/ttyUSB0?protocol=peloton.\n"),
        ("/dev/ttyUSB1", "'/dev/ttyUSB1' is not a sensor's address. Write it like serial:///dev/ttyUSB1.\n"),
        (
            "mail:bike",
            "'mail' is no kind of sensor known here. Write it like serial:///dev/ttyUSB0?protocol=peloton.\n",
        ),
        ("serial:///dev/x?protocol=yes", "no serial protocol is called 'yes'. Known is protocol=peloton.\n"),
    ],
)
def test_an_address_that_cannot_be_understood(url, said):
    assert watch(url) == (2, said)


def test_on_a_terminal_the_complaint_has_a_line_of_its_own():
    far, near = pty.openpty()
    command = [sys.executable, "-m", "drivers", "watch", "serial:///dev/nope", "--seconds", "1"]
    with subprocess.Popen(command, stdout=near, stderr=near) as process:
        os.close(near)
        shown = b""
        try:
            while data := os.read(far, 1024):
                shown += data
        except OSError:  # Linux's way to say that nobody holds the other end
            pass
        assert process.wait(20) == 1
    os.close(far)
    lines = [re.sub(r"\x1b\[K", "", line).rsplit("\r", 1)[-1] for line in shown.decode().split("\r\n")]
    assert lines[0].startswith("there is no port /dev/nope. Plug")
    assert "not there yet, trying again" in lines[1]
    assert shown.count(b"there is no port") == 1
