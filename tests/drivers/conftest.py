"""The virtual bike as its own process: the tests meet it only on bytes."""

import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest


@pytest.fixture
def virtual_bike_on() -> Iterator[Callable[..., str]]:
    """Start ``virtual-bike`` on a wire with options; returns its address, where it answers. Ended after the test."""
    started = []

    def start(wire: str, *options: object) -> str:
        command = [sys.executable, "-m", "virtualbike", wire, *map(str, options)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process.stdout.readline().strip()

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.fixture
def virtual_bike() -> Iterator[Callable[..., subprocess.Popen]]:
    """Start ``virtual-bike serial`` with options; it answers when the call returns. Ended after the test."""
    started = []

    def start(*options: object) -> subprocess.Popen:
        command = [sys.executable, "-m", "virtualbike", "serial", *map(str, options)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout.readline().startswith("/dev/")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
