"""Addresses of serial sensors: ``serial:///dev/ttyUSB0?protocol=peloton``."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from drivers.errors import SensorAddressError
from drivers.sensor import EXAMPLE

PROTOCOLS = ("peloton",)


@dataclass(frozen=True, slots=True)
class SerialAddress:
    """A serial port and the protocol spoken on it. A path without a leading slash is relative to the working folder."""

    port: str
    protocol: str

    @classmethod
    def parse(cls, url: str) -> SerialAddress:
        """Read a URL. Raises :class:`SensorAddressError` when it cannot be understood."""
        try:
            parts = urlsplit(url)
            options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
        except ValueError:
            raise SensorAddressError(f"{url!r} is not a sensor's address", f"Write it like {EXAMPLE}.") from None
        port = unquote(parts.netloc + parts.path)
        if not port or "\0" in port:
            raise SensorAddressError(f"{url!r} names no port", f"Write it like {EXAMPLE}.")
        if port.startswith("dev/"):
            raise SensorAddressError(f"{url!r} lacks a slash", f"Write it like {EXAMPLE}.")
        for option in options.keys() - {"protocol"}:
            raise SensorAddressError(f"{url!r} has an unknown option {option!r}", f"Write it like {EXAMPLE}.")
        protocol = options.get("protocol", PROTOCOLS[0])
        if protocol not in PROTOCOLS:
            known = ", ".join(PROTOCOLS)
            raise SensorAddressError(f"no serial protocol is called {protocol!r}", f"Known is protocol={known}.")
        return cls(port, protocol)
