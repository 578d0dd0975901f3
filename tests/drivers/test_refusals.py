"""Sensors that refuse a question which others answer: what they do say is heard, over the air and in the network."""

import asyncio

import pytest
from bleak.exc import BleakDBusError, BleakGATTProtocolError, BleakGATTProtocolErrorCode

from drivers import open_sensor
from drivers.ble_errors import answered
from drivers.bluetooth import Bluetooth
from drivers.errors import BluetoothForbidden, LinkLost, NotOffered
from drivers.verdict import Verdict, judge
from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.bleak_backend import local_radio
from virtualbike.dircon import DirconBike
from virtualbike.gatt_bike import GattBike
from virtualbike.gatt_table import GattError
from virtualbike.rider import SteadyRider

WITHIN_S = 20.0
OPTIONAL = {table.RESISTANCE_RANGE, table.POWER_RANGE, table.MACHINE_FEATURE, table.BATTERY_LEVEL}
HEARD = {table.POWER_MEASUREMENT, table.CSC_MEASUREMENT, table.HEART_RATE_MEASUREMENT, table.INDOOR_BIKE_DATA}


class Stubborn(GattBike):
    """A bike that refuses to be read or subscribed to at some of its characteristics."""

    def __init__(self, unread=frozenset(), unheard=frozenset()):
        super().__init__(SteadyRider(85, 35), Bike(cadence_rpm=85, resistance_pct=35))
        self._unread, self._unheard = unread, unheard

    def read(self, characteristic):
        if characteristic in self._unread:
            raise GattError(GattError.READ_NOT_PERMITTED)
        return super().read(characteristic)

    def subscribe(self, client, characteristic, on):
        if characteristic in self._unheard:
            raise GattError(GattError.WRITE_NOT_PERMITTED)
        super().subscribe(client, characteristic, on)


@pytest.fixture
async def in_the_network():
    bikes = []

    async def start(**refusals):
        bikes.append(DirconBike(Stubborn(**refusals), interval_s=0.1))
        await bikes[-1].start()
        return open_sensor(f"dircon://127.0.0.1:{bikes[-1].port}")

    yield start
    for bike in bikes:
        await bike.stop()


async def first(sensor, metric):
    async with asyncio.timeout(WITHIN_S):
        async for sample in sensor:
            if (value := getattr(sample, metric)) is not None:
                return value


async def test_what_cannot_be_read_costs_only_what_it_would_have_told(in_the_network):
    async with await in_the_network(unread=OPTIONAL) as sensor:
        assert await first(sensor, "cadence_rpm") == pytest.approx(85, abs=1)
        assert sensor.status.battery_pct is None and sensor.control is None


async def test_what_cannot_be_read_on_the_air_neither():
    async with local_radio() as radio:
        bike = await radio.add_bike(Stubborn(unread=OPTIONAL), interval_s=0.1)
        bluetooth = Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)
        async with open_sensor(f"ble://{bike.address}", bluetooth=bluetooth) as sensor:
            assert await first(sensor, "cadence_rpm") == pytest.approx(85, abs=1)


async def test_one_voice_that_cannot_be_heard_leaves_the_others(in_the_network):
    refused = frozenset({table.INDOOR_BIKE_DATA, table.BATTERY_LEVEL, table.MACHINE_STATUS})
    async with await in_the_network(unheard=refused) as sensor:
        assert await first(sensor, "power_w") > 0
        assert await first(sensor, "heart_rate_bpm") > 0


async def test_a_sensor_that_refuses_all_is_of_odd_firmware(in_the_network):
    async with await in_the_network(unheard=HEARD) as sensor:
        async with asyncio.timeout(WITHIN_S):
            while not isinstance(sensor.status.error, NotOffered):  # noqa: ASYNC110 - a status is looked at
                await asyncio.sleep(0.02)
        told = judge(sensor.status, {}, 0.0)
        assert told.verdict is Verdict.ODD_FIRMWARE and "firmware" in told.remedy


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (BleakGATTProtocolError(BleakGATTProtocolErrorCode.READ_NOT_PERMITTED), NotOffered),
        (BleakDBusError("org.bluez.Error.NotPermitted", ["Notify acquired"]), NotOffered),
        (BleakDBusError("org.bluez.Error.NotSupported", ["Operation is not supported"]), NotOffered),
        (BleakDBusError("org.bluez.Error.Failed", ["Operation failed with ATT error: 0x0e"]), NotOffered),
        (BleakDBusError("org.freedesktop.DBus.Error.AccessDenied", ["Rejected send message"]), BluetoothForbidden),
        (BleakDBusError("org.bluez.Error.Failed", ["Not connected"]), LinkLost),
        (TimeoutError(), LinkLost),
    ],
)
def test_a_sensors_refusal_is_told_from_the_systems(error, kind):
    assert type(answered(error, "Bike")) is kind
