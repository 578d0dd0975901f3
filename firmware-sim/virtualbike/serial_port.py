"""A pseudo-terminal with the bike behind it: whoever opens its path talks to the bike.

The bike keeps the terminal's own end open, so clients may come and go.
"""

from __future__ import annotations

import os
import signal
import tty
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

READ_SIZE = 256


class SerialPort:
    """A pseudo-terminal in raw mode; ``path`` is the end that clients open."""

    def __init__(self) -> None:
        self.fd, self._client_fd = os.openpty()
        tty.setraw(self._client_fd)
        os.set_blocking(self.fd, False)
        self.path = os.ttyname(self._client_fd)

    def write(self, data: bytes) -> None:
        """Send to the client; what does not fit, because nobody reads, is lost as on a real line."""
        with suppress(BlockingIOError):
            os.write(self.fd, data)

    def close(self) -> None:
        """Hang up: the client sees its port go away."""
        os.close(self.fd)
        os.close(self._client_fd)


@contextmanager
def stop_signals() -> Iterator[int]:
    """A file descriptor that becomes readable on SIGTERM, SIGINT or SIGHUP."""
    readable, written = os.pipe()

    def stop(_number: int, _frame: FrameType | None) -> None:
        with suppress(OSError):
            os.write(written, b"!")

    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield readable
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
        os.close(readable)
        os.close(written)
