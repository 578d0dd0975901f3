"""A stranger that never stops talking is let go and told; a lively sensor is not."""

import asyncio
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import dircon, gatt, open_sensor
from drivers.dircon import DirconDecoder, Id
from drivers.errors import WrongDevice
from drivers.flood import Flood
from drivers.sensor import LinkState
from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.dircon import DirconBike
from virtualbike.gatt_bike import GattBike
from virtualbike.rider import SteadyRider

WITHIN_S = 20.0
SERVICES = {gatt.FITNESS_MACHINE: {gatt.INDOOR_BIKE_DATA: frozenset({"notify"})}}


@given(st.lists(st.floats(0, 1), min_size=1, max_size=200))
def test_what_comes_at_the_rate_that_drains_never_overflows(pauses):
    flood, now_s = Flood(10, 100, 0.0), 0.0
    for pause_s in pauses:
        now_s += pause_s
        assert not flood.overflows(min(pause_s * 100, 10) * 0.99, now_s)


def test_what_comes_at_once_overflows_and_is_forgotten_in_time():
    flood = Flood(10, 100, 0.0)
    assert not flood.overflows(10, 0.0) and flood.overflows(1, 0.0)
    assert not flood.overflows(9, 0.11)


async def told(sensor):
    async with asyncio.timeout(WITHIN_S):
        while sensor.status.state is not LinkState.NEEDS_RIDER:  # noqa: ASYNC110 - a status is looked at
            await asyncio.sleep(0.02)
    return sensor.status.error


async def flooding(reader, writer, flood):
    """Answer until subscribed, then pour."""
    decoder, subscribed = DirconDecoder(), False
    while not subscribed:
        for asked in decoder.feed(await reader.read(4096)):
            if asked.id is Id.SERVICES:
                writer.write(dircon.services_reply(asked.sequence, SERVICES).encode())
            elif asked.id is Id.CHARACTERISTICS:
                offered = SERVICES[gatt.FITNESS_MACHINE]
                writer.write(dircon.characteristics_reply(asked.sequence, gatt.FITNESS_MACHINE, offered).encode())
            else:
                writer.write(dircon.about(Id.NOTIFY, asked.sequence, gatt.INDOOR_BIKE_DATA).encode())
                subscribed = True
    try:
        while True:
            writer.write(flood)
            await writer.drain()
    except OSError:
        writer.close()


@pytest.mark.parametrize("value", [bytes.fromhex("4400ca0ca0002c01"), b""], ids=["valid", "empty"])
async def test_a_trainer_that_pours_is_let_go_while_another_is_heard(value):
    pour = dircon.about(Id.NOTIFICATION, 0, gatt.INDOOR_BIKE_DATA, value).encode() * 500
    server = await asyncio.start_server(lambda r, w: flooding(r, w, pour), "127.0.0.1", 0)
    well = DirconBike(GattBike(SteadyRider(85, 35), Bike(cadence_rpm=85, resistance_pct=35)), interval_s=0.1)
    await well.start()
    port = server.sockets[0].getsockname()[1]
    async with open_sensor(f"dircon://127.0.0.1:{port}") as mad, open_sensor(f"dircon://127.0.0.1:{well.port}") as sane:
        error = await told(mad)
        assert isinstance(error, WrongDevice) and "far more than a sensor can" in str(error)
        async with asyncio.timeout(WITHIN_S):
            heard = 0
            async for _ in sane:
                heard += 1
                if heard == 10:
                    break
    await well.stop()
    server.close()


class Chatterbox(GattBike):
    """Says three thousand powers at a time."""

    def measure(self):
        return list(self._tell(table.POWER_MEASUREMENT, struct.pack("<Hh", 0, 100))) * 3000


async def test_more_messages_than_a_sensor_can_mean_are_no_sensor():
    mad = DirconBike(Chatterbox(SteadyRider(85, 35), Bike()), interval_s=0.1)
    await mad.start()
    async with open_sensor(f"dircon://127.0.0.1:{mad.port}") as sensor:
        assert isinstance(await told(sensor), WrongDevice)
    await mad.stop()
