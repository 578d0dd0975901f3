"""Who is near by, over hours: a scan whose clock and air are the test's."""

import asyncio

import pytest
from bleak.backends.scanner import AdvertisementData, BaseBleakScanner

from drivers import bluetooth as room
from drivers.bluetooth import Bluetooth


class Air:
    """Says advertisements to whoever scans; ``now_s`` is the time there."""

    def __init__(self):
        self.now_s, self.scanners = 0.0, []

        class Scanner(BaseBleakScanner):
            def __init__(scanner, callback, service_uuids, *_, **__):
                super().__init__(callback, service_uuids)
                scanner.seen_devices = {}

            async def start(scanner):
                self.scanners.append(scanner)

            async def stop(scanner):
                self.scanners.remove(scanner)

        self.bluetooth = Bluetooth(scanner_backend=Scanner, clock=lambda: self.now_s)

    def say(self, address, name="", rssi=-60):
        data = AdvertisementData(name or None, {}, {}, [], None, rssi, ())
        for scanner in self.scanners:
            device = scanner.create_or_update_device(address, address, name or None, None, data)
            scanner.seen_devices.clear()
            scanner.call_detection_callbacks(device, data)


@pytest.fixture
def air():
    return Air()


def address(number):
    return (0xC000_0000_0000 + number).to_bytes(6, "big").hex(":").upper()


async def test_a_day_among_phones_that_change_their_address_takes_no_memory(air):
    async with air.bluetooth.listening():
        for number in range(20_000):
            air.now_s += 4.0
            air.say(address(number))
        assert len(air.bluetooth._nearby) <= 2 * room.FORGET_S / 4.0 + 1


async def test_a_namesake_that_left_stands_in_nobodys_way(air):
    looking = asyncio.ensure_future(air.bluetooth.find(address(1), "Strap"))
    await asyncio.sleep(0.01)
    air.say(address(2), "Strap")
    air.say(address(3), "Strap")
    air.now_s = room.ROTATED_S + 1
    air.say(address(2), "Strap")
    await asyncio.sleep(0.01)
    assert not looking.done(), "two of one name: nobody is guessed"
    air.now_s += room.NAMESAKE_S + 1
    air.say(address(3), "Strap")
    async with asyncio.timeout(5):
        assert (await looking).address == address(3)


async def test_the_known_address_is_taken_at_once_whatever_its_name(air):
    looking = asyncio.ensure_future(air.bluetooth.find(address(1), "Strap"))
    await asyncio.sleep(0.01)
    air.say(address(9), "Strap")
    air.say(address(1), "Renamed")
    async with asyncio.timeout(5):
        assert (await looking).address == address(1)
