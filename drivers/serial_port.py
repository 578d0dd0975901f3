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
        _hurry(self._port)

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


def _hurry(port: Serial) -> None:
    """Ask for bytes as they come, where the port can: FTDI's chips else hold them back for up to 16 ms."""
    with suppress(AttributeError, NotImplementedError, OSError, ValueError):
        port.set_low_latency_mode(True)


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
    if number in (errno.ENOENT, errno.ENODEV, errno.ENOTDIR) or (number == errno.ENXIO and not opening):
        return PortMissing(f"there is no port {path}", "Plug the bike's cable in, or choose another port.")
    if opening and number in (errno.EIO, errno.ENXIO):
        return PortMissing(f"nothing is behind the port {path}", "Plug the bike's cable in, or choose another port.")
    if number in (errno.EACCES, errno.EPERM):
        return PortForbidden(f"no permission to open {path}", _how_to_get_it(path))
    if number in (errno.EBUSY, errno.EAGAIN):
        return PortBusy(f"another program uses {path}", "Close the other program that reads the bike.")
    if opening and number in (errno.EISDIR, errno.ENOTTY, errno.EINVAL, errno.ELOOP, errno.ENAMETOOLONG, None):
        what = "a folder, not a serial port" if number == errno.EISDIR else "not a serial port"
        return WrongDevice(f"{path} is {what}", "Choose the port of the bike's cable.")
    if opening and number is not None:
        return LinkLost(f"cannot open {path}: {os.strerror(number)}", "It is tried again by itself.")
    return LinkLost(f"the connection to {path} broke", "Check the bike's cable; it is opened again by itself.")


def _how_to_get_it(path: str) -> str:
    """The way to the permission: through the group that has it, where one has."""
    with suppress(OSError, KeyError, ImportError):
        from grp import getgrgid  # not on every system

        about = Path(path).stat()
        if about.st_mode & 0o060 == 0o060:
            group = getgrgid(about.st_gid).gr_name
            return f"Add the user to the group that owns the port (sudo usermod -aG {group} $USER), then log in again."
    return f"Allow it (sudo chmod a+rw {path}), or choose another port."


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
