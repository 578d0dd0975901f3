"""The air's side of the bike: how a radio is opened, and what the bike says to whoever listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bumble.core import BaseBumbleError
from bumble.device import Device
from bumble.transport import open_transport

from virtualbike import gatt_table as table
from virtualbike.refused import Refused

ADDRESS = "C1:BA:CE:00:00:01"  # a static random one
ANSWER_S = 10.0  # a controller that takes longer to start is none
ADVERTISED = (table.FITNESS_MACHINE, table.CYCLING_POWER, table.SPEED_CADENCE, table.HEART_RATE)
FITNESS_MACHINE_DATA = bytes.fromhex("2618 01 2000")  # available; an indoor bike
SHORT_NAME = 9  # what fits beside flags, services and service data in 31 bytes


class TransportRefused(Refused):
    """There is no radio to be had; the message says what to do."""


@asynccontextmanager
async def transport(name: str) -> AsyncIterator[tuple[Any, Any]]:
    """A radio's source and sink of HCI packets, by bumble's name for it. Raises :class:`TransportRefused`."""
    try:
        opened = await asyncio.wait_for(open_transport(name), ANSWER_S)
    except Exception as error:  # every kind of transport fails in a way of its own
        why = str(error) or type(error).__name__
        raise TransportRefused(
            f"cannot open the Bluetooth transport {name}: {why}; "
            "is the dongle plugged in and free, and may this user open it? "
            "Names are usb:0, hci-socket:0 or tcp-client:HOST:PORT"
        ) from None
    async with opened as (source, sink):
        yield source, sink


async def power_on(device: Device) -> None:
    """Switch the controller on. Raises :class:`TransportRefused` when it does not answer."""
    try:
        await asyncio.wait_for(device.power_on(), ANSWER_S)
    except (TimeoutError, BaseBumbleError) as error:
        why = str(error) or "it does not answer"
        raise TransportRefused(f"the Bluetooth controller cannot be used: {why}; unplug it and try again") from None


def advertisement(name: str) -> bytes:
    """What the bike says on the air: at most 31 bytes, with the service data that strict clients ask for."""
    short = _cut(name, SHORT_NAME)
    parts = [
        (0x01, b"\x06"),  # discoverable, no classic Bluetooth
        (0x03, b"".join(number.to_bytes(2, "little") for number in ADVERTISED)),
        (0x16, FITNESS_MACHINE_DATA),
        (0x09 if len(name.encode()) <= SHORT_NAME else 0x08, short),
    ]
    return b"".join(bytes([len(data) + 1, kind]) + data for kind, data in parts)


def scan_response(name: str) -> bytes:
    """The whole name, for whom the short one is not enough."""
    whole = _cut(name, 29)
    return bytes([len(whole) + 1, 0x09]) + whole


def _cut(name: str, most: int) -> bytes:
    """A name's beginning in at most so many bytes, ending with a whole letter."""
    return name.encode()[:most].decode(errors="ignore").encode()


def next_address(address: str) -> str:
    """Another address: the one that follows."""
    number = int(address.replace(":", ""), 16) + 1
    return number.to_bytes(6, "big").hex(":").upper()
