"""One open port: bytes in and out of a real pseudo-terminal, permission, low latency."""

import os
import time
import tty
from contextlib import contextmanager
from grp import getgrnam

import pytest
from serial import Serial

from drivers.errors import PortForbidden
from drivers.serial_port import SerialLine


@pytest.fixture
def terminal():
    """A real pseudo-terminal: its far end, its near end, and the path of the near one."""
    far, near = os.openpty()
    tty.setraw(near)
    yield far, near, os.ttyname(near)
    os.close(far)
    os.close(near)


def assert_carries(far, path):
    line = SerialLine(path)
    try:
        line.write(b"?")
        assert os.read(far, 1) == b"?"
        os.write(far, b"!")
        assert line.read(time.monotonic() + 5) == b"!"
    finally:
        line.close()


def test_bytes_are_asked_for_at_once_where_the_port_can(monkeypatch, terminal):
    """Only a chip can prove the effect; here is seen that it is asked, and that a refusal does no harm."""
    far, _, path = terminal
    asked = []

    def refuse(port, wanted):
        asked.append((port.port, wanted))
        raise ValueError("Failed to update ASYNC_LOW_LATENCY flag")

    monkeypatch.setattr(Serial, "set_low_latency_mode", refuse)
    assert_carries(far, path)
    assert asked == [(path, True)]


def test_a_port_that_knows_no_low_latency_works_without(terminal):
    far, _, path = terminal
    with Serial(path) as port, pytest.raises((ValueError, OSError)):
        port.set_low_latency_mode(True)
    assert_carries(far, path)


@contextmanager
def as_nobody():
    """Root may open anything: be somebody else for a moment."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


def test_a_port_without_permission_says_how_to_get_it(terminal):
    _, near, path = terminal
    os.fchmod(near, 0)
    with as_nobody(), pytest.raises(PortForbidden, match=f"no permission to open {path}") as refused:
        SerialLine(path)
    assert f"sudo chmod a+rw {path}" in refused.value.remedy


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a terminal to a group")
def test_a_port_of_a_group_says_which_group_to_join(terminal):
    _, near, path = terminal
    os.fchown(near, -1, getgrnam("dialout").gr_gid)
    os.fchmod(near, 0o060)
    with as_nobody(), pytest.raises(PortForbidden) as refused:
        SerialLine(path)
    assert "sudo usermod -aG dialout $USER" in refused.value.remedy
