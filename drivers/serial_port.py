"""A serial port, opened exclusively, with every failure as one of our errors. The only user of pyserial's ports."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from serial import Serial, SerialException

from drivers.errors import DriverError, LinkLost, PortBusy, PortForbidden, PortMissing, WrongDevice

try:
    from termios import error as TermiosError
except ImportError:  # not on this system
    TermiosError = OSError  # type: ignore[misc,assignment]

BAUD = 19_200
WRITE_TIMEOUT_S = 0.5
PATH_CHECK_EVERY_S = 0.5


class SerialLine:
    """An open port: raw bytes, 19200 baud, 8N1. Raises only :class:`DriverError`."""

    def __init__(self, path: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._clock = clock
        self._path_checked_s = clock()
        with _our_errors(path, opening=True):
            self._port = Serial(path, BAUD, exclusive=True, write_timeout=WRITE_TIMEOUT_S)

    def write(self, data: bytes) -> None:
        """Send; raises :class:`LinkLost` when the port takes nothing for half a second."""
        with _our_errors(self._path):
            self._port.write(data)

    def read(self, until_s: float) -> bytes:
        """The bytes that arrived, as soon as there are any; empty at ``until_s`` on the clock or when woken."""
        with _our_errors(self._path):
            self._check_path()
            self._port.timeout = max(0.0, until_s - self._clock())
            data: bytes = self._port.read(1)
            if data and (waiting := self._port.in_waiting):
                data += self._port.read(waiting)
            return data

    def wake(self) -> None:
        """End a waiting ``read``; may be called from another thread."""
        with suppress(AttributeError, OSError, SerialException, TypeError):
            self._port.cancel_read()

    def close(self) -> None:
        """Give the port back."""
        with suppress(OSError, SerialException, TermiosError):
            self._port.close()

    def _check_path(self) -> None:
        """A cable that was pulled and put back, or a link that was replaced, leaves us with a dead port."""
        if self._clock() - self._path_checked_s < PATH_CHECK_EVERY_S:
            return
        self._path_checked_s = self._clock()
        if os.name == "posix" and Path(self._path).stat().st_rdev != os.fstat(self._port.fileno()).st_rdev:
            raise LinkLost(f"{self._path} is another port now", "It is opened again by itself.")


@contextmanager
def _our_errors(path: str, *, opening: bool = False) -> Iterator[None]:
    """Let failures of the system and of pyserial through as our own errors."""
    try:
        yield
    except DriverError:
        raise
    except (OSError, TermiosError, ValueError, TypeError) as error:
        raise _translated(path, error, opening=opening) from error


def _translated(path: str, error: BaseException, *, opening: bool) -> DriverError:
    number = _error_number(error)
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV):
        return PortMissing(f"there is no port {path}", "Plug the bike's cable in, or choose another port.")
    if number in (errno.EACCES, errno.EPERM):
        return PortForbidden(
            f"no permission to open {path}",
            "Add the user to the group that owns the port (sudo usermod -aG dialout $USER), then log in again.",
        )
    if number in (errno.EBUSY, errno.EAGAIN):
        return PortBusy(f"another program uses {path}", "Close the other program that reads the bike.")
    if opening and number != errno.EIO:
        return WrongDevice(f"{path} is not a serial port", "Choose the port of the bike's cable.")
    return LinkLost(f"the connection to {path} broke", "Check the bike's cable; it is opened again by itself.")


def _error_number(error: BaseException | None) -> int | None:
    """The system's error number; termios keeps it in its arguments, pyserial may have wrapped that."""
    while error is not None:
        number = getattr(error, "errno", None)
        if number is None and isinstance(error, TermiosError) and error.args:
            number = error.args[0]
        if isinstance(number, int):
            return number
        error = error.__context__
    return None


__all__ = ["BAUD", "SerialLine"]
