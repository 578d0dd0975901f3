"""BlueZ's dead ends, played by a backend that gets stuck as BlueZ does, over a real GATT connection without a radio."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from bleak.backends.adapter import BaseBleakAdapter
from bleak.backends.device import BLEDevice
from bleak.exc import BleakDBusError, BleakError

from drivers import ble_link, ble_recovery
from drivers.ble_recovery import connect
from drivers.bluetooth import Bluetooth
from drivers.errors import BluetoothForbidden, DriverError, InUse, LinkLost
from virtualbike.air import next_address
from virtualbike.bleak_backend import LocalBike, LocalRadio, local_radio

IN_PROGRESS = BleakDBusError("org.bluez.Error.InProgress", ["Operation already in progress"])
ABORTED = BleakDBusError("org.bluez.Error.Failed", ["le-connection-abort-by-local"])
DENIED = BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["Rejected send message"])
FULL = BleakDBusError("org.bluez.Error.Failed", ["le-connection-refused"])
GONE = BleakError("The peripheral disconnected")
STALE = BleakError("failed to discover services, device disconnected")


class BlueZ:
    """What the fake daemon believes. ``forgets_after`` attempts that are no use, only forgetting the device helps."""

    def __init__(self) -> None:
        self.failures: list[Exception] = []
        self.until_forgotten: Exception | None = None
        self.attempts = self.forgotten = 0
        self.offers_nothing = False
        self.connected: list[BLEDevice] = []
        self.leaving: LocalBike | None = None  # comes back under another address


@pytest.fixture
async def radio() -> AsyncIterator[LocalRadio]:
    async with local_radio() as radio:
        yield radio


@pytest.fixture
def bluez(monkeypatch: pytest.MonkeyPatch) -> BlueZ:
    monkeypatch.setattr(ble_recovery, "PAUSE_S", 0.01)
    return BlueZ()


@pytest.fixture
def bluetooth(radio: LocalRadio, bluez: BlueZ) -> Bluetooth:
    class StuckClient(radio.client_backend):  # type: ignore[misc,name-defined]
        async def connect(self, pair: bool, **options: Any) -> None:
            bluez.attempts += 1
            if bluez.leaving is not None:
                bike, bluez.leaving = bluez.leaving, None
                await bike.rotate_address(next_address(bike.address))
                raise GONE
            if bluez.failures:
                raise bluez.failures.pop(0)
            if bluez.until_forgotten is not None:
                raise bluez.until_forgotten
            await super().connect(pair, **options)
            if bluez.offers_nothing:
                self.services = type(self.services)()

        async def unpair(self) -> None:
            bluez.forgotten += 1
            bluez.until_forgotten, bluez.offers_nothing = None, False

    class StuckAdapter(BaseBleakAdapter):
        @classmethod
        async def get(cls, **_: Any) -> "StuckAdapter":
            return cls()

        async def get_connected_devices(self, service_uuids: frozenset[str]) -> list[BLEDevice]:
            return bluez.connected

    return Bluetooth(scanner_backend=radio.scanner_backend, client_backend=StuckClient, adapter_backend=StuckAdapter)


async def reach(bluetooth: Bluetooth, address: str, name: str = "Bike", **options: Any) -> None:
    """Connect, and prove that the link is a real one."""
    async with asyncio.timeout(20):
        link = await connect(bluetooth, address, name, **options)
        assert any(link.services.values())
        await link.close()


async def test_an_attempt_that_never_ended_is_called_off_and_if_need_be_the_device_forgotten(radio, bluez, bluetooth):
    bike = await radio.add_bike()
    bluez.failures = [IN_PROGRESS]
    await reach(bluetooth, bike.address)
    assert (bluez.attempts, bluez.forgotten) == (2, 0), "calling it off was enough"
    bluez.until_forgotten = IN_PROGRESS
    await reach(bluetooth, bike.address)
    assert bluez.forgotten == 1


async def test_an_adapter_that_gives_up_is_asked_again_at_once(radio, bluez, bluetooth, monkeypatch):
    bike = await radio.add_bike()
    monkeypatch.setattr(ble_recovery, "PAUSE_S", 60.0)
    bluez.failures = [ABORTED, ABORTED]
    await reach(bluetooth, bike.address)
    assert (bluez.attempts, bluez.forgotten) == (3, 0)


async def test_a_device_that_leaves_in_mid_attempt_is_heard_anew_under_its_next_address(
    radio, bluez, bluetooth, monkeypatch
):
    monkeypatch.setattr("drivers.bluetooth.ROTATED_S", 0.1)
    bike = bluez.leaving = await radio.add_bike()
    async with asyncio.timeout(ble_link.CONNECT_S / 2):
        await reach(bluetooth, bike.address, name=bike.bike.name)
    assert bluez.attempts == 2


async def test_services_that_the_system_remembers_wrongly_are_forgotten(radio, bluez, bluetooth):
    bike = await radio.add_bike()
    bluez.until_forgotten = STALE
    await reach(bluetooth, bike.address)
    assert bluez.forgotten == 1


async def test_a_device_that_seems_to_offer_nothing_is_forgotten(radio, bluez, bluetooth):
    bike = await radio.add_bike()
    bluez.offers_nothing = True
    await reach(bluetooth, bike.address)
    assert bluez.forgotten == 1


async def test_a_phantom_connection_is_taken_up_though_the_device_is_not_heard(radio, bluez, bluetooth):
    bike = await radio.add_bike()
    bluez.connected = [BLEDevice(bike.address, "Bike", None)]

    async def never(*_: Any) -> None:
        raise AssertionError("nobody scans for what is connected")

    bluetooth.find = never  # type: ignore[method-assign,assignment]
    await reach(bluetooth, bike.address)


async def test_a_connection_that_was_deaf_is_made_afresh(radio, bluez, bluetooth):
    bike = await radio.add_bike()
    await reach(bluetooth, bike.address, afresh=True)
    assert (bluez.attempts, bluez.forgotten) == (1, 1)


@pytest.mark.parametrize(
    ("failure", "kind", "remedy"),
    [(DENIED, BluetoothForbidden, "bluetooth"), (FULL, InUse, "Disconnect it there"), (STALE, LinkLost, "again")],
)
async def test_what_no_way_out_helps_against_is_told_with_its_remedy(radio, bluez, bluetooth, failure, kind, remedy):
    bike = await radio.add_bike()
    bluez.failures = [failure] * 20
    with pytest.raises(DriverError) as refused:
        await reach(bluetooth, bike.address)
    assert isinstance(refused.value, kind) and remedy in refused.value.remedy
    assert bluez.attempts <= ble_recovery.ATTEMPTS
