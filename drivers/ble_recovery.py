"""Connecting over Bluetooth in spite of what the system gets stuck in.

Four dead ends are known of BlueZ, and each has its way out:

- ``InProgress``: an earlier attempt never ended. It is called off; if that does not help, the device is forgotten,
  which ends whatever BlueZ still believes to be doing with it.
- ``le-connection-abort-by-local``: the adapter gave up at once, often because Wi-Fi on the same chip was busy. The
  next attempt, made at once, mostly works.
- stale services: BlueZ remembers what an older firmware offered, or finds nothing. The device is forgotten.
- a phantom connection: BlueZ believes to be connected, so the device neither advertises nor says anything. It is
  found among the connected ones and let go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bleak import BleakAdapter
from bleak.backends.device import BLEDevice

from drivers.ble_errors import FAILURES, out_of_range, translated
from drivers.ble_link import BleLink
from drivers.bluetooth import Bluetooth
from drivers.errors import DriverError, LinkLost

ATTEMPTS = 5
PAUSE_S = 0.3
HEARD_WITHIN_S = 10.0  # after this long without a sound of the sensor the rider is told; the wait goes on


async def connect(
    bluetooth: Bluetooth,
    address: str,
    name: str,
    *,
    say: Callable[[DriverError | None], None] = lambda error: None,
    afresh: bool = False,
) -> BleLink:
    """Wait for a device, however long, and connect to it. ``say`` hears what it waits for, and ``None`` when that is
    over; ``afresh`` trusts nothing that the system remembers of the device. Raises :class:`DriverError` when no way
    out helped."""
    device: BLEDevice | None = None
    error: BaseException | None = None
    for attempt in range(ATTEMPTS):
        if device is None:
            device = await _phantom(bluetooth, address) or await _heard(bluetooth, address, name, say)
        link = BleLink(device, name, bluetooth.client_backend)
        if afresh:
            await link.forget()
            device = await _heard(bluetooth, address, name, say)
            link, afresh = BleLink(device, name, bluetooth.client_backend), False
        error = await _try(link)
        if error is None:
            return link
        await link.close()
        afresh = _is_stuck(error, attempt)
        if afresh or "abort-by-local" in str(error):
            continue
        await asyncio.sleep(PAUSE_S)
        if not _in_progress(error):
            device = None  # it may have gone, and come back under another address
    assert error is not None
    raise translated(error, name) from error


class _OffersNothing(LinkLost):
    """Connected, with no services: remembered so, or not found out yet."""


async def _try(link: BleLink) -> BaseException | None:
    """One attempt: what went wrong, or nothing."""
    try:
        await link.connect()
    except FAILURES as failure:
        return failure
    except BaseException:
        await link.close()
        raise
    if any(link.services.values()):
        return None
    return _OffersNothing(f"{link.name} does not say what it offers", "Switch it off and on; it is tried again.")


def _is_stuck(error: BaseException, attempt: int) -> bool:
    """Whether only forgetting the device can help."""
    if _in_progress(error):
        return attempt > 0  # the first time it is enough to call the old attempt off
    words = str(error).lower()
    stale = ("failed to discover services", "service discovery", "was not found", "unknownobject", "doesnotexist")
    return isinstance(error, _OffersNothing) or any(word in words for word in stale)


def _in_progress(error: BaseException) -> bool:
    words = str(error).lower()
    return "inprogress" in words or "in progress" in words


async def _heard(bluetooth: Bluetooth, address: str, name: str, say: Callable[[DriverError | None], None]) -> BLEDevice:
    """Wait for the device; tell when it is not heard for long."""
    find = asyncio.ensure_future(bluetooth.find(address, name))
    try:
        await asyncio.wait({find}, timeout=HEARD_WITHIN_S)
        if not find.done():
            say(out_of_range(name))
        device = (await find).device
    finally:
        find.cancel()
    say(None)
    return device


async def _phantom(bluetooth: Bluetooth, address: str) -> BLEDevice | None:
    """The device, if the system believes to be connected to it: it will then not be heard by any scan."""
    if bluetooth.adapter_backend is None and bluetooth.client_backend is not None:
        return None
    with suppress(*FAILURES, NotImplementedError):
        adapter = await BleakAdapter.get(backend=bluetooth.adapter_backend)
        for device in await adapter.get_connected_devices():
            if device.address.upper() == address.upper():
                return device
    return None
