"""Sensors near by: what could be paired."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from serial.tools.list_ports import comports


@dataclass(frozen=True, slots=True)
class Found:
    """A sensor that may be paired: its ``url`` for ``open_sensor``, and what to show the rider."""

    url: str
    name: str
    kind: str
    description: str


def scan() -> list[Found]:
    """The serial ports of this machine, as bikes that may be behind them. Blocks for some milliseconds."""
    return [_found(port.device, port.description, port.manufacturer) for port in sorted(comports())]


def _found(device: str, description: str | None, manufacturer: str | None) -> Found:
    described = description if description and description != "n/a" else "serial port"
    name = f"Bike cable at {device}"
    maker = f", {manufacturer}" if manufacturer else ""
    return Found(f"serial://{quote(device)}?protocol=peloton", name, "bike", f"{described}{maker}")
