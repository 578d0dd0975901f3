"""Where a sensor that one program holds can be listened to by others: a Unix socket's path, by the sensor's URL."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from pathlib import Path

from drivers.address import SerialAddress
from drivers.errors import DriverError
from drivers.radio_address import BleAddress, DirconAddress, KeiserAddress

PATH_MAX = 100  # bytes; systems differ between 104 and 108


def socket_paths(url: str, folder: Path | None = None) -> list[Path]:
    """Where the socket of the sensor at ``url`` may be, the best place first; the same for every way to write the URL.

    Empty where there can be none: no such kind of sensor, or no folder of our own for it.
    """
    what = _what(url)
    if what is None:
        return []
    name = f"{hashlib.sha256(what.encode()).hexdigest()[:16]}.sock"
    paths = [place / name for place in ([folder] if folder else own_folders())]
    return [path for path in paths if len(os.fsencode(path)) <= PATH_MAX]


def own_folders() -> list[Path]:
    """The folders that only this user may enter, made where they are missing: a service may not know the first."""
    if os.name != "posix":
        return []
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    folders = [Path(runtime) / "breakaway"] if runtime else []
    folders.append(Path(tempfile.gettempdir()) / f"breakaway-{os.getuid()}")
    return [folder for folder in folders if _is_ours(folder)]


def _is_ours(folder: Path) -> bool:
    """Another user may have been first in a folder that all may write to."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o077


def _what(url: str) -> str | None:
    """What the URL leads to: a port by its true path, a device by its address without a name."""
    scheme = url.partition(":")[0].lower()
    try:
        if scheme == "serial":
            return f"serial {os.path.realpath(SerialAddress.parse(url).port)}"
        if scheme == "ble":
            return f"ble {BleAddress.parse(url).address}"
        if scheme == "dircon":
            at = DirconAddress.parse(url)
            return f"dircon {at.host}:{at.port}"
        return f"keiser {KeiserAddress.parse(url).equipment_id}" if scheme == "keiser" else None
    except DriverError:
        return None
