"""Announces the bike on the local network, so that apps find it by themselves. The only user of zeroconf here."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from zeroconf import Error, InterfaceChoice
from zeroconf.asyncio import AsyncServiceInfo, AsyncZeroconf

from virtualbike import gatt_table as table
from virtualbike.refused import Refused

SERVICE = "_wahoo-fitness-tnp._tcp.local."
LOOPBACK = "127.0.0.1"


class AnnouncementRefused(Refused):
    """The network takes no announcement; the message says what to do."""


def text_records(services: Iterable[int], *, serial_number: str, mac_address: str) -> dict[str, str]:
    """The text that clients look at before they connect."""
    listed = ",".join(f"0x{number:04X}" for number in services)
    return {"ble-service-uuids": listed, "serial-number": serial_number, "mac-address": mac_address}


@asynccontextmanager
async def announced(name: str, host: str, port: int, *, serial_number: str, mac_address: str) -> AsyncIterator[None]:
    """Announce for as long as the block runs. A bike that listens on loopback is announced there only.

    Raises :class:`AnnouncementRefused`.
    """
    records = text_records(
        (service.number for service in table.SERVICES), serial_number=serial_number, mac_address=mac_address
    )
    local = host == LOOPBACK
    try:
        info = AsyncServiceInfo(
            SERVICE,
            f"{name}.{SERVICE}",
            addresses=[socket.inet_aton(LOOPBACK if local else _own_address())],
            port=port,
            properties=records,
            server=f"virtual-bike-{port}.local.",
        )
        network = AsyncZeroconf(interfaces=[LOOPBACK] if local else InterfaceChoice.All)
    except (OSError, Error) as error:
        raise AnnouncementRefused(f"cannot announce {name} by mDNS: {error}; use --no-mdns") from None
    try:
        # Not strict, because the name of this service is longer than names of services may be.
        await (await network.async_register_service(info, allow_name_change=True, strict=False))
    except Error as error:
        await network.async_close()
        raise AnnouncementRefused(f"cannot announce {name} by mDNS: {error!r}; use --no-mdns") from None
    try:
        yield
    finally:
        await network.async_unregister_all_services()
        await network.async_close()


def _own_address() -> str:
    """The address others in the network reach this machine at; nothing is sent to find out."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # a documentation address
        except OSError:
            return LOOPBACK
        return str(probe.getsockname()[0])
