"""Addresses of sensors on the air and in the network, as URLs.

``ble://AA:BB:CC:DD:EE:FF?name=IC%20Bike``, ``dircon://192.168.1.20:36866?name=KICKR``, ``keiser://56``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlsplit

from drivers.errors import SensorAddressError

BLE_EXAMPLE = "ble://AA:BB:CC:DD:EE:FF?name=IC%20Bike"
DIRCON_EXAMPLE = "dircon://192.168.1.20:36866?name=KICKR"
KEISER_EXAMPLE = "keiser://56"
DIRCON_PORT = 36866  # what most of them listen on
# A Bluetooth address, or the UUID that macOS gives in its place.
_BLE = re.compile(r"[0-9A-F]{2}(:[0-9A-F]{2}){5}|[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}")


@dataclass(frozen=True, slots=True)
class BleAddress:
    """A Bluetooth device; ``name`` finds it again when its address rotates."""

    address: str
    name: str = ""

    @property
    def url(self) -> str:
        """The address as a URL."""
        return f"ble://{self.address}" + (f"?name={quote(self.name)}" if self.name else "")

    @classmethod
    def parse(cls, url: str) -> BleAddress:
        """Read a URL. Raises :class:`SensorAddressError`."""
        place, name = _split(url, BLE_EXAMPLE)
        if not _BLE.fullmatch(place.upper()):
            raise SensorAddressError(f"{url!r} has no Bluetooth address", f"Write it like {BLE_EXAMPLE}.")
        return cls(place.upper(), name)


@dataclass(frozen=True, slots=True)
class DirconAddress:
    """A device in the network."""

    host: str
    port: int = DIRCON_PORT
    name: str = ""

    @property
    def url(self) -> str:
        """The address as a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"dircon://{host}:{self.port}" + (f"?name={quote(self.name)}" if self.name else "")

    @classmethod
    def parse(cls, url: str) -> DirconAddress:
        """Read a URL. Raises :class:`SensorAddressError`."""
        place, name = _split(url, DIRCON_EXAMPLE)
        try:
            parts = urlsplit(f"//{place}")
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port = None, None
        if not host or port == 0:
            raise SensorAddressError(f"{url!r} names no host and port", f"Write it like {DIRCON_EXAMPLE}.")
        return cls(host, port or DIRCON_PORT, name)


@dataclass(frozen=True, slots=True)
class KeiserAddress:
    """A Keiser bike by the number on its display."""

    equipment_id: int

    @property
    def url(self) -> str:
        """The address as a URL."""
        return f"keiser://{self.equipment_id}"

    @classmethod
    def parse(cls, url: str) -> KeiserAddress:
        """Read a URL. Raises :class:`SensorAddressError`."""
        place, _ = _split(url, KEISER_EXAMPLE)
        if not place.isascii() or not place.isdigit() or int(place) > 255:
            raise SensorAddressError(f"{url!r} names no bike from 0 to 255", f"Write it like {KEISER_EXAMPLE}.")
        return cls(int(place))


def _split(url: str, example: str) -> tuple[str, str]:
    """What stands behind the scheme, and the name. Raises :class:`SensorAddressError`."""
    try:
        parts = urlsplit(url)
        options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError:
        raise SensorAddressError(f"{url!r} is not a sensor's address", f"Write it like {example}.") from None
    unknown = options.keys() - {"name"}
    if unknown or parts.path.strip("/") or not parts.netloc:
        what = f"an unknown option {min(unknown)!r}" if unknown else "no address"
        raise SensorAddressError(f"{url!r} has {what}", f"Write it like {example}.")
    return parts.netloc, options.get("name", "")
