"""The bike on the link within the process, met through bleak's own public API."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from bleak import BleakClient, BleakScanner
from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakCharacteristicNotFoundError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from virtualbike import gatt_table as table
from virtualbike.air import advertisement, scan_response
from virtualbike.bleak_backend import local_radio
from virtualbike.gatt_table import uuid

CONTROL_POINT, INDOOR_BIKE_DATA = uuid(table.CONTROL_POINT), uuid(table.INDOOR_BIKE_DATA)
SOON_S = 5.0


class Tablet:
    """A bleak client with a queue of what it hears and an event for being left."""

    def __init__(self, radio, address, timeout=SOON_S):
        self.gone = asyncio.Event()
        self.heard = asyncio.Queue()
        self.client = BleakClient(address, lambda _: self.gone.set(), backend=radio.client_backend, timeout=timeout)

    async def hear(self, *numbers):
        for number in numbers:
            await self.client.start_notify(
                uuid(number), lambda _, data, number=number: self.heard.put_nowait((number, bytes(data)))
            )

    async def next(self, number):
        async with asyncio.timeout(SOON_S):
            while True:
                heard, data = await self.heard.get()
                if heard == number:
                    return data

    async def ask(self, request):
        await self.client.write_gatt_char(CONTROL_POINT, bytes.fromhex(request), response=True)
        return (await self.next(table.CONTROL_POINT)).hex()


@asynccontextmanager
async def tablet(radio, address):
    one = Tablet(radio, address)
    async with one.client:
        yield one


async def test_a_scan_shows_name_services_and_service_data():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        async with BleakScanner(backend=radio.scanner_backend) as scanner, asyncio.timeout(SOON_S):
            device, heard = await anext(scanner.advertisement_data())
    assert (device.address, device.name, heard.local_name) == (bike.address, "Breakaway", "Breakaway")
    assert heard.service_data == {uuid(0x1826): bytes.fromhex("012000")}
    assert heard.service_uuids == [uuid(number) for number in (0x1826, 0x1818, 0x1816, 0x180D)]


@pytest.mark.parametrize("name", ["Breakaway", "My very own bike in the cellar", "Ü" * 20])
def test_an_advertisement_fits_and_says_that_it_is_an_indoor_bike(name):
    said = advertisement(name)
    assert len(said) <= 31 and bytes.fromhex("06162618012000") in said
    assert len(scan_response(name)) <= 31
    assert name.startswith(scan_response(name)[2:].decode()), "no letter is cut in two"


async def test_a_scan_for_a_service_hears_only_who_has_it():
    async with local_radio() as radio:
        await radio.add_bike()
        find = BleakScanner.find_device_by_filter
        assert await find(lambda *_: True, 0.2, backend=radio.scanner_backend, service_uuids=[uuid(0x1826)])
        assert not await find(lambda *_: True, 0.2, backend=radio.scanner_backend, service_uuids=[uuid(0x181A)])


async def test_a_client_finds_every_service_with_its_properties():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        async with tablet(radio, bike.address) as one:
            found = {
                characteristic.uuid: set(characteristic.properties)
                for service in one.client.services
                for characteristic in service.characteristics
            }
            assert one.client.mtu_size == 247
    assert {uuid(number): set(may) for number, may in table.PROPERTIES.items()}.items() <= found.items()


async def test_values_are_read_and_heard():
    async with local_radio() as radio:
        bike = await radio.add_bike(interval_s=None)
        async with tablet(radio, bike.address) as one:
            assert await one.client.read_gatt_char(uuid(table.MANUFACTURER)) == b"Breakaway"
            assert await one.client.read_gatt_char(uuid(table.BATTERY_LEVEL)) == b"\x64"
            await one.hear(table.INDOOR_BIKE_DATA)
            await bike.tick(0.0)
            assert (await one.next(table.INDOOR_BIKE_DATA))[4:6] == bytes([85 * 2, 0])
            await one.client.stop_notify(INDOOR_BIKE_DATA)
            await one.hear(table.HEART_RATE_MEASUREMENT)
            await bike.tick(1.0)
            await one.next(table.HEART_RATE_MEASUREMENT)
            assert one.heard.empty()


async def test_over_the_smallest_mtu_a_record_comes_in_two_packets():
    async with local_radio(mtu=23) as radio:
        bike = await radio.add_bike(interval_s=None)
        async with tablet(radio, bike.address) as one:
            assert one.client.mtu_size == 23
            await one.hear(table.INDOOR_BIKE_DATA)
            await bike.tick(0.0)
            first, last = await one.next(table.INDOOR_BIKE_DATA), await one.next(table.INDOOR_BIKE_DATA)
    assert (first[0] & 1, last[0] & 1) == (1, 0)
    assert len(first) + len(last) == 23 and max(len(first), len(last)) <= 20


async def test_errors_are_bleaks_own():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        async with tablet(radio, bike.address) as one:
            with pytest.raises(BleakGATTProtocolError) as refused:
                await one.client.write_gatt_char(CONTROL_POINT, b"\x00", response=True)
            assert refused.value.code == 0xFD
            with pytest.raises(BleakGATTProtocolError) as refused:
                await one.client.read_gatt_char(INDOOR_BIKE_DATA)
            assert refused.value.code == 0x02
            with pytest.raises(BleakCharacteristicNotFoundError):
                await one.client.read_gatt_char(uuid(0x2A98))
        with pytest.raises(BleakError):
            await one.client.read_gatt_char(uuid(table.MANUFACTURER))
        with pytest.raises(BleakDeviceNotFoundError):
            await Tablet(radio, "C1:00:00:00:00:00", timeout=0.1).client.connect()


async def test_no_bluetooth_is_told_with_its_reason():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        radio.unavailable = BleakBluetoothNotAvailableReason.POWERED_OFF
        for attempt in (Tablet(radio, bike.address).client.connect, BleakScanner(backend=radio.scanner_backend).start):
            with pytest.raises(BleakBluetoothNotAvailableError) as refused:
                await attempt()
            assert refused.value.reason is BleakBluetoothNotAvailableReason.POWERED_OFF


async def test_two_clients_at_once_one_in_control_the_other_told():
    async with local_radio() as radio:
        bike = await radio.add_bike(interval_s=None)
        async with tablet(radio, bike.address) as one, tablet(radio, bike.address) as other:
            for each in (one, other):
                await each.hear(table.CONTROL_POINT, table.MACHINE_STATUS, table.INDOOR_BIKE_DATA)
            assert await one.ask("00") == "800001"
            assert await other.ask("00") == "800005"
            assert await one.ask("059600") == "800501"
            assert await other.next(table.MACHINE_STATUS) == bytes.fromhex("089600")
            await bike.tick(1.0)
            assert await one.next(table.INDOOR_BIKE_DATA) == await other.next(table.INDOOR_BIKE_DATA)
            await one.client.disconnect()
            await one.gone.wait()
            assert await other.ask("00") == "800001"


async def test_a_bike_that_takes_one_client_lets_the_next_in_when_it_is_free():
    async with local_radio() as radio:
        bike = await radio.add_bike(max_clients=1)
        async with tablet(radio, bike.address):
            with pytest.raises(BleakDeviceNotFoundError):
                await Tablet(radio, bike.address, timeout=0.2).client.connect()
        async with tablet(radio, bike.address) as next_one:
            assert next_one.client.is_connected


async def test_a_bike_that_vanishes_is_missed_and_comes_back():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        one = Tablet(radio, bike.address, timeout=0.3)
        await one.client.connect()
        await bike.unplug()
        with pytest.raises(BleakError):
            await one.client.read_gatt_char(uuid(table.MANUFACTURER))
        assert one.gone.is_set() and not one.client.is_connected
        with pytest.raises(BleakDeviceNotFoundError):
            await one.client.connect()
        await bike.replug()
        await one.client.connect()
        assert await one.client.read_gatt_char(uuid(table.MANUFACTURER)) == b"Breakaway"
        await one.client.disconnect()


async def test_a_bike_that_rotates_its_address_keeps_its_name():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        one = Tablet(radio, bike.address)
        await one.client.connect()
        await bike.rotate_address("C1:BA:CE:77:00:02")
        async with asyncio.timeout(SOON_S):
            await one.gone.wait()
        found = await BleakScanner.find_device_by_name("Breakaway", SOON_S, backend=radio.scanner_backend)
        assert found.address == "C1:BA:CE:77:00:02"
        async with tablet(radio, found) as again:
            assert again.client.name == "Breakaway"


async def test_nobody_stays_on_the_link():
    async with local_radio() as radio:
        bike = await radio.add_bike()
        await BleakScanner.discover(0.05, backend=radio.scanner_backend)
        async with tablet(radio, bike.address) as one:
            pass
        await one.gone.wait()
        assert len(radio.link.controllers) == 1
    assert not radio.link.controllers
