"""Sensors near by: what could be paired."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from serial.tools.list_ports import comports

SYSTEM_PORTS = Path("/sys/class/tty")
PSEUDO_TERMINALS = Path("/dev/pts")


@dataclass(frozen=True, slots=True)
class Found:
    """A sensor that may be paired: its ``url`` for ``open_sensor``, and what to show the rider.

    ``kind`` is the chief of its ``kinds``, as in :func:`drivers.profiles.kinds`; ``signal_dbm`` and ``heard_s``
    (monotonic) for what is on the air.
    """

    url: str
    name: str
    kind: str
    description: str
    signal_dbm: int | None = None
    heard_s: float | None = None
    kinds: tuple[str, ...] = ()


def scan(
    *,
    ports: Callable[[], Iterable[Any]] = comports,
    links: Path | None = None,
    system_ports: Path = SYSTEM_PORTS,
) -> list[Found]:
    """The bikes that may be paired, the likeliest first. Blocks for some milliseconds and opens nothing.

    USB serial ports; then virtual bikes: links called ``*bike*`` in the folder ``links`` (the system's temporary one)
    that lead to a pseudo-terminal; then built-in ports, only where the system knows that there is hardware behind.
    """
    found = sorted(ports(), key=lambda port: str(port.device))
    usb = [_cable(port) for port in found if port.vid is not None]
    built_in = [_built_in(str(port.device)) for port in found if port.vid is None and _is_there(port, system_ports)]
    return usb + _virtual(links or Path(tempfile.gettempdir())) + built_in


def _cable(port: Any) -> Found:
    described = port.description if port.description and port.description != "n/a" else "USB serial port"
    maker = f", {port.manufacturer}" if port.manufacturer else ""
    return Found(_url(port.device), f"Bike cable at {port.device}", "bike", f"{described}{maker}")


def _built_in(device: str) -> Found:
    return Found(_url(device), f"Built-in port {device}", "bike", "built-in serial port, not a USB cable")


def _virtual(folder: Path) -> list[Found]:
    try:
        links = sorted(path for path in folder.glob("*bike*") if path.is_symlink())
        alive = [link for link in links if link.readlink().parent == PSEUDO_TERMINALS and link.is_char_device()]
    except OSError:  # a link that went away while we looked
        return []
    return [Found(_url(link), f"Virtual bike at {link}", "bike", "virtual bike on a pseudo-terminal") for link in alive]


def _is_there(port: Any, system_ports: Path) -> bool:
    """Whether a port without USB identity has a chip behind it, and is not the system's own console.

    Linux has a name for every UART that a board might have; ``type`` is 0 where it found none.
    """
    name = Path(str(port.device)).name
    try:
        if name in (system_ports / "console" / "active").read_text().split():
            return False
    except OSError:
        pass  # there is no such console
    try:
        return int((system_ports / name / "type").read_text()) > 0
    except (OSError, ValueError):
        return False


def _url(device: object) -> str:
    return f"serial://{quote(str(device))}?protocol=peloton"
