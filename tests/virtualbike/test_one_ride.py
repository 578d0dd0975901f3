"""One model behind all wires: the same script and seed ride alike on serial, Bluetooth, TCP and in advertisements."""

import asyncio
import struct
from uuid import UUID

import pytest
from bleak import BleakClient, BleakScanner
from pycycling.ftms_parsers import parse_indoor_bike_data

from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.bleak_backend import local_radio
from virtualbike.dircon import DirconBike
from virtualbike.gatt_bike import GattBike
from virtualbike.gatt_table import uuid
from virtualbike.peloton import PelotonBike
from virtualbike.rider import ScriptedRider
from virtualbike.riding import Riding
from virtualbike.script import parse
from virtualbike.serial_wire import SensedBike

SCRIPT = parse("""
[[leg]]
seconds = 20
cadence = [70, 95]
resistance = [30, 45]
[[leg]]
seconds = 15
cadence = 60
resistance = 60
[[leg]]
seconds = 25
cadence = 100
resistance = [40, 25]
""")
SECONDS = range(60)
SEED = 11


def rider_and_bike():
    cadence, resistance = SCRIPT.at(0.0)
    return ScriptedRider(SCRIPT, seed=SEED), Bike(seed=SEED, cadence_rpm=cadence, resistance_pct=resistance)


def over_serial():
    """(cadence, power, resistance) of every second."""
    riding, clock = Riding(*rider_and_bike()), iter(sorted([*SECONDS] * 3))
    wire = PelotonBike(lambda: SensedBike(riding.bike, riding.advance(float(next(clock)))), scaled_resistance=True)

    def value(request):
        (reply,) = wire.feed(bytes.fromhex(request))
        return int(reply.data[3:-2][::-1])

    return [(value("f54136f6"), value("f54439f6") / 10, value("f5493ef6")) for _ in SECONDS]


def read(record):
    data = parse_indoor_bike_data(record)
    return data.instant_cadence, data.instant_power, data.resistance_level


async def over_bluetooth():
    async with local_radio() as radio:
        bike, heard = await radio.add_bike(GattBike(*rider_and_bike()), interval_s=None), asyncio.Queue()
        async with BleakClient(bike.address, backend=radio.client_backend) as client:
            await client.start_notify(uuid(table.INDOOR_BIKE_DATA), lambda _, data: heard.put_nowait(bytes(data)))
            shown = []
            for second in SECONDS:
                await bike.tick(float(second))
                shown.append(read(await heard.get()))
    return shown


async def over_tcp():
    bike = DirconBike(GattBike(*rider_and_bike()), interval_s=None)
    await bike.start()
    reader, writer = await asyncio.open_connection(bike.host, bike.port)
    subject = UUID(uuid(table.INDOOR_BIKE_DATA)).bytes
    writer.write(struct.pack(">BBBBH", 1, 5, 1, 0, 17) + subject + b"\x01")
    await reader.readexactly(6 + 16)
    shown = []
    for second in SECONDS:
        await bike.tick(float(second))
        head = await reader.readexactly(6)
        shown.append(read((await reader.readexactly(head[5]))[16:]))
    writer.close()
    await bike.stop()
    return shown


async def over_advertisements():
    async with local_radio() as radio:
        bike = await radio.add_keiser(GattBike(*rider_and_bike()), period_s=None, advertising_ms=10.0)
        shown = []
        async with BleakScanner(backend=radio.scanner_backend) as scanner:
            for second in SECONDS:
                await bike.tick(float(second))
                async for _, heard in scanner.advertisement_data():
                    data = heard.manufacturer_data[0x0102]
                    if data[13] == second:
                        break
                shown.append((int.from_bytes(data[4:6], "little") / 10, int.from_bytes(data[8:10], "little")))
    return shown


async def test_one_script_and_seed_are_one_ride_on_every_wire():
    serial, bluetooth, tcp = over_serial(), await over_bluetooth(), await over_tcp()
    assert bluetooth == tcp
    for (rpm, watts, pct), (air_rpm, air_watts, air_pct) in zip(serial, bluetooth, strict=True):
        assert air_rpm == pytest.approx(rpm, abs=0.5)
        assert air_watts == pytest.approx(watts, abs=0.51)
        assert air_pct == pct
    assert len({round(watts) for _, watts, _ in serial}) > 30


async def test_advertisements_tell_the_same_ride():
    for (rpm, watts), (air_rpm, air_watts, _) in zip(await over_advertisements(), await over_tcp(), strict=True):
        assert rpm == pytest.approx(air_rpm, abs=0.31) and watts == air_watts
