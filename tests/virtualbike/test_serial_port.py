"""The command ``virtual-bike serial`` as a process, on a real pseudo-terminal."""

import os
import select
import signal
import subprocess
import sys
import termios
import time
from contextlib import contextmanager

import pytest

from virtualbike.script import parse


@contextmanager
def virtual_bike(*options):
    command = [sys.executable, "-m", "virtualbike", "serial", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.terminate()


@contextmanager
def client(path):
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        yield fd
    finally:
        os.close(fd)


def ask(fd, request):
    os.write(fd, bytes.fromhex(request))
    reply = b""
    while not reply.endswith(b"\xf6"):
        assert select.select([fd], [], [], 5)[0], f"no answer to {request}"
        reply += os.read(fd, 100)
    return reply


def test_its_first_line_is_a_port_that_answers():
    with virtual_bike("--cadence", 90, "--resistance", 40) as (_, port), client(port) as fd:
        assert ask(fd, "f5 41 36 f6") == bytes.fromhex("f1 41 03 30 39 30 ce f6")


def test_the_port_is_raw_so_that_every_byte_passes():
    with virtual_bike() as (_, port), client(port) as fd:
        _, oflag, _, lflag, *_ = termios.tcgetattr(fd)
        assert not lflag & (termios.ECHO | termios.ICANON | termios.ISIG)
        assert not oflag & termios.OPOST


def test_an_answer_takes_as_long_as_the_real_bikes():
    with virtual_bike() as (_, port), client(port) as fd:
        delays = []
        for _ in range(50):
            begin_s = time.monotonic()
            ask(fd, "f5 41 36 f6")
            delays.append(time.monotonic() - begin_s)
        assert min(delays) > 200e-6
        assert sorted(delays)[25] < 0.01


def test_clients_come_and_go():
    with virtual_bike() as (_, port):
        for _ in range(20):
            with client(port) as fd:
                assert ask(fd, "f7 00 f7 f6") == bytes.fromhex("f1 f7 04 34 36 31 30 b7 f6")


def test_a_client_that_never_reads_does_not_stop_the_bike():
    with virtual_bike() as (_, port):
        with client(port) as fd:
            for _ in range(50):
                os.write(fd, bytes.fromhex("f6 f5 41 36") * 20)
            termios.tcflush(fd, termios.TCIOFLUSH)
        with client(port) as fd:
            termios.tcflush(fd, termios.TCIFLUSH)
            assert ask(fd, "fe 00 fe f6").endswith(b"\xf6")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_cleanly_on_a_signal(tmp_path, number):
    with virtual_bike("--link", tmp_path / "bike") as (process, _):
        process.send_signal(number)
        assert process.wait(5) == 0
        assert process.stderr.read() == ""
    assert not (tmp_path / "bike").is_symlink()


def test_a_malformed_script_is_told_with_file_and_line(tmp_path):
    script = tmp_path / "ride.toml"
    script.write_text("[[leg]]\nseconds = 10\ncadence = 500\nresistance = 20\n")
    with virtual_bike("--script", script) as (process, _):
        assert process.wait(5) == 1
        assert process.stderr.read() == (f"virtual-bike: {script}:3: 'cadence' is 500; it must lie between 0 and 200\n")


@pytest.mark.parametrize(
    "options", [["--cadence", "-1"], ["--noise", "2"], ["--cadence", "x"], ["--script", "a", "--cadence", "80"]]
)
def test_wrong_usage_is_status_2(options):
    with virtual_bike(*options) as (process, _):
        assert process.wait(5) == 2
        assert "usage:" in process.stderr.read()


def test_help_shows_a_script_that_can_be_ridden():
    command = [sys.executable, "-m", "virtualbike", "serial", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    example = told[told.index("loop =") : told.index("virtual-bike serial --link")]
    script = parse("\n".join(line.removeprefix("  ") for line in example.splitlines()))
    assert script.loop and [leg.seconds for leg in script.legs] == [60, 30]
    assert script.at(30) == (85, 37.5)
