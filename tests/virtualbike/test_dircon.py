"""Direct Connect, met with a raw socket: framing, requests, refusals, several clients, going and coming back."""

import asyncio
import struct
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from zeroconf import IPVersion
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from virtualbike import gatt_table as table
from virtualbike.bleak_backend import steady_bike
from virtualbike.dircon import DirconBike, PortRefused
from virtualbike.faults import Fault
from virtualbike.mdns import SERVICE, announced

SOON_S = 5.0


def raw(number):
    return UUID(table.uuid(number)).bytes


class Socket:
    """One client: requests go out, the reply with their sequence comes back, notifications are kept."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.sequence = 0
        self.told = []

    async def message(self):
        async with asyncio.timeout(SOON_S):
            version, kind, sequence, code, length = struct.unpack(">BBBBH", await self.reader.readexactly(6))
            return version, kind, sequence, code, await self.reader.readexactly(length)

    async def ask(self, kind, body=b"", version=1):
        self.sequence += 1
        self.writer.write(struct.pack(">BBBBH", version, kind, self.sequence, 0, len(body)) + body)
        while True:
            version, replied, sequence, code, reply = await self.message()
            assert version == 1
            if replied != 6:
                assert (replied, sequence) == (kind, self.sequence)
                return code, reply
            self.told.append(reply)

    async def next(self, number):
        while True:
            for reply in self.told:
                if reply[:16] == raw(number):
                    self.told.remove(reply)
                    return reply[16:]
            _, kind, sequence, code, reply = await self.message()
            assert (kind, sequence, code) == (6, 0, 0)
            self.told.append(reply)


@asynccontextmanager
async def bike_on_tcp(**options):
    bike = DirconBike(steady_bike(), interval_s=None, **options)
    await bike.start()
    try:
        yield bike
    finally:
        await bike.stop()


@asynccontextmanager
async def client(bike):
    reader, writer = await asyncio.open_connection(bike.host, bike.port)
    try:
        yield Socket(reader, writer)
    finally:
        writer.close()


async def test_services_and_characteristics_are_listed_with_their_properties():
    async with bike_on_tcp() as bike, client(bike) as socket:
        code, body = await socket.ask(1)
        assert (code, body) == (0, b"".join(raw(service.number) for service in table.SERVICES))
        code, body = await socket.ask(2, raw(0x1826))
        assert code == 0 and body[:16] == raw(0x1826)
        listed = {body[at : at + 16]: body[at + 16] for at in range(16, len(body), 17)}
        assert listed[raw(0x2AD2)] == 4 and listed[raw(0x2AD9)] == 2 | 8 and listed[raw(0x2AD3)] == 1 | 4


async def test_values_are_read_and_notified_whole():
    async with bike_on_tcp() as bike, client(bike) as socket:
        assert await socket.ask(3, raw(table.MANUFACTURER)) == (0, raw(table.MANUFACTURER) + b"Breakaway")
        assert await socket.ask(5, raw(table.INDOOR_BIKE_DATA) + b"\x01") == (0, raw(table.INDOOR_BIKE_DATA))
        await bike.tick(0.0)
        record = await socket.next(table.INDOOR_BIKE_DATA)
        assert len(record) == 21 and record[4] == 170
        await socket.ask(5, raw(table.INDOOR_BIKE_DATA) + b"\x00")
        await bike.tick(1.0)
        await socket.ask(1)
        assert not socket.told


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        (2, raw(0x1234), 3),
        (3, raw(0x2A98), 4),
        (3, UUID("6e400001-b5a3-f393-e0a9-e50e24dcca9e").bytes, 4),
        (3, raw(table.INDOOR_BIKE_DATA), 5),
        (4, raw(table.BATTERY_LEVEL) + b"\x01", 5),
        (5, raw(table.MACHINE_FEATURE) + b"\x01", 5),
        (4, raw(table.CONTROL_POINT) + b"\x00", 6),
        (3, b"\x00", 2),
        (5, raw(table.INDOOR_BIKE_DATA), 2),
        (8, b"", 1),
        (7, b"", 1),
        (255, b"", 1),
    ],
)
async def test_what_cannot_be_is_refused_with_its_code_and_the_next_request_answered(kind, body, code):
    async with bike_on_tcp() as bike, client(bike) as socket:
        assert await socket.ask(kind, body) == (code, b"")
        assert (await socket.ask(1))[0] == 0


async def test_another_version_is_refused_and_the_line_closed():
    async with bike_on_tcp() as bike, client(bike) as socket:
        assert await socket.ask(1, version=2) == (7, b"")
        assert await socket.reader.read() == b""


async def test_a_message_longer_than_any_closes_the_line():
    async with bike_on_tcp() as bike, client(bike) as socket:
        socket.writer.write(bytes.fromhex("01 03 01 00 ff ff"))
        assert await socket.reader.read() == b""


async def test_a_request_in_pieces_and_two_in_one_are_answered():
    async with bike_on_tcp() as bike, client(bike) as socket:
        whole = bytes.fromhex("01 01 09 00 00 00")
        socket.writer.write(whole[:3])
        await socket.writer.drain()
        await asyncio.sleep(0)
        socket.writer.write(whole[3:] + whole)
        for _ in range(2):
            assert (await socket.message())[1:4] == (1, 9, 0)


async def test_two_clients_at_once_one_in_control_the_other_told():
    async with bike_on_tcp() as bike, client(bike) as one, client(bike) as other:
        for socket in (one, other):
            for number in (table.CONTROL_POINT, table.MACHINE_STATUS):
                await socket.ask(5, raw(number) + b"\x01")
        assert await one.ask(4, raw(table.CONTROL_POINT) + b"\x00") == (0, raw(table.CONTROL_POINT))
        assert await one.next(table.CONTROL_POINT) == bytes.fromhex("800001")
        await other.ask(4, raw(table.CONTROL_POINT) + b"\x00")
        assert await other.next(table.CONTROL_POINT) == bytes.fromhex("800005")
        await one.ask(4, raw(table.CONTROL_POINT) + bytes.fromhex("059600"))
        assert await other.next(table.MACHINE_STATUS) == bytes.fromhex("089600")


async def test_unplugged_it_hangs_up_and_plugged_in_it_is_at_the_same_port():
    async with bike_on_tcp() as bike:
        async with client(bike) as socket:
            await socket.ask(1)
            bike.bike.faults.start(Fault.UNPLUGGED)
            await bike.tick(0.0)
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await socket.message()
        with pytest.raises(OSError):
            async with client(bike):
                pass
        bike.bike.faults.end(Fault.UNPLUGGED)
        await bike.tick(1.0)
        async with client(bike) as socket:
            assert (await socket.ask(1))[0] == 0


async def test_a_port_in_use_is_told_with_its_remedy():
    async with bike_on_tcp() as bike:
        with pytest.raises(PortRefused, match="choose another --port"):
            await DirconBike(steady_bike(), port=bike.port).start()


async def test_the_bike_is_announced_and_its_announcement_withdrawn():
    bike = f"Bike {uuid4().hex[:8]}"  # others announce theirs on this machine too
    found, gone = asyncio.Event(), asyncio.Event()

    def heard(zeroconf, service_type, name, state_change):
        if name == f"{bike}.{SERVICE}":
            (found if state_change.name == "Added" else gone).set()

    network = AsyncZeroconf(interfaces=["127.0.0.1"])
    browser = AsyncServiceBrowser(network.zeroconf, SERVICE, handlers=[heard])
    try:
        async with announced(bike, "127.0.0.1", 36866, serial_number="7", mac_address="c1-ba-ce-00-00-01"):
            async with asyncio.timeout(SOON_S):
                await found.wait()
            info = AsyncServiceInfo(SERVICE, f"{bike}.{SERVICE}")
            assert await info.async_request(network.zeroconf, 3000)
            assert info.port == 36866 and info.parsed_addresses(IPVersion.V4Only) == ["127.0.0.1"]
            assert info.decoded_properties == {
                "ble-service-uuids": "0x1826,0x1818,0x1816,0x180D,0x180F,0x180A",
                "serial-number": "7",
                "mac-address": "c1-ba-ce-00-00-01",
            }
        async with asyncio.timeout(SOON_S):
            await gone.wait()
    finally:
        await browser.async_cancel()
        await network.async_close()
