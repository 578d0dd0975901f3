"""Sensors over Bluetooth, through bleak's own API on a link within the process: what a rider would see of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from bleak.exc import BleakBluetoothNotAvailableReason

from drivers import LinkState, Sample, open_sensor
from drivers.bluetooth import Bluetooth
from drivers.errors import BluetoothOff, OutOfRange, WrongDevice
from drivers.lookout import on_the_air
from virtualbike.bike import Bike, power_w
from virtualbike.bleak_backend import LocalRadio, local_radio
from virtualbike.faults import Fault
from virtualbike.gatt_bike import GattBike
from virtualbike.rider import SteadyRider

WITHIN_S = 20.0


@pytest.fixture
async def radio() -> AsyncIterator[LocalRadio]:
    async with local_radio() as radio:
        yield radio


@pytest.fixture
def bluetooth(radio: LocalRadio) -> Bluetooth:
    return Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)


class Listener:
    """Reads an open sensor and remembers what it said."""

    def __init__(self, sensor: Any) -> None:
        self.sensor, self.samples = sensor, list[Sample]()
        self._more = asyncio.Event()

    async def read(self) -> None:
        async for sample in self.sensor:
            self.samples.append(sample)
            self._more.set()

    async def until(self, true: Callable[[], Any]) -> Any:
        async with asyncio.timeout(WITHIN_S):
            while not (found := true()):
                self._more.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self._more.wait()
                except TimeoutError:
                    pass
        return found

    def newest(self, metric: str) -> float | None:
        return next((v for s in reversed(self.samples) if (v := getattr(s, metric)) is not None), None)


@pytest.fixture
async def listen(bluetooth: Bluetooth) -> AsyncIterator[Callable[..., Any]]:
    opened: list[tuple[Any, asyncio.Task[None]]] = []

    async def to(url: str) -> Listener:
        sensor = open_sensor(url, bluetooth=bluetooth)
        await sensor.__aenter__()
        listener = Listener(sensor)
        opened.append((sensor, asyncio.create_task(listener.read())))
        return listener

    yield to
    for sensor, task in opened:
        await sensor.__aexit__()
        async with asyncio.timeout(5):
            await task


async def test_a_bike_is_heard_with_all_its_numbers(radio, listen):
    bike = await radio.add_bike(interval_s=0.1)
    listener = await listen(f"ble://{bike.address}")
    await listener.until(lambda: listener.newest("heart_rate_bpm") and listener.newest("resistance_pct"))
    assert listener.newest("cadence_rpm") == pytest.approx(85, abs=1)
    assert listener.newest("resistance_pct") == pytest.approx(35, abs=1)
    assert listener.newest("power_w") == pytest.approx(power_w(85, 35), abs=2)
    status = listener.sensor.status
    assert status.state is LinkState.RECEIVING and status.error is None and status.frames_bad == 0
    assert status.reconnects == 0
    assert await listener.until(lambda: status.battery_pct) == 100


async def test_each_value_is_said_by_one_characteristic_only(radio, listen):
    """FTMS, power and cadence services speak of the same crank: only the one that knows best is believed."""
    bike = await radio.add_bike(interval_s=0.1)
    listener = await listen(f"ble://{bike.address}")
    await listener.until(lambda: len(listener.samples) > 12)
    by_power = [sample for sample in listener.samples[4:] if sample.power_w is not None]
    assert all(sample.cadence_rpm is not None for sample in by_power), "power comes with its cadence, in one record"


async def test_a_bike_that_goes_and_comes_is_back_within_three_seconds_without_a_tap(radio, listen):
    bike = await radio.add_bike(interval_s=0.1)
    listener = await listen(f"ble://{bike.address}")
    await listener.until(lambda: listener.samples)
    await bike.unplug()
    await listener.until(lambda: listener.sensor.status.state is not LinkState.RECEIVING)
    count = len(listener.samples)
    await bike.replug()
    began = asyncio.get_running_loop().time()
    await listener.until(lambda: len(listener.samples) > count)
    assert asyncio.get_running_loop().time() - began < 3
    assert listener.sensor.status.reconnects == 1 and listener.sensor.status.error is None


async def test_a_bike_whose_address_rotates_is_found_by_its_name(radio, listen):
    bike = await radio.add_bike(interval_s=0.1)
    listener = await listen(f"ble://{bike.address}?name={bike.bike.name}")
    await listener.until(lambda: listener.samples)
    await bike.rotate_address("C1:BA:CE:77:00:01")
    await listener.until(lambda: listener.sensor.status.state is not LinkState.RECEIVING)
    count = len(listener.samples)
    await listener.until(lambda: len(listener.samples) > count)


async def test_of_two_bikes_of_one_name_a_rotated_one_is_not_guessed(radio, listen):
    await radio.add_bike(interval_s=0.1)
    other = await radio.add_bike(interval_s=0.1)
    listener = await listen(f"ble://C1:BA:CE:99:99:99?name={other.bike.name}")
    await asyncio.sleep(4.5)  # longer than an address is waited for: nothing may happen in this time
    assert listener.samples == []


async def test_one_that_is_not_there_is_said_to_be_out_of_range(radio, listen, monkeypatch):
    monkeypatch.setattr("drivers.ble_recovery.HEARD_WITHIN_S", 0.3)
    listener = await listen("ble://C1:BA:CE:99:99:99?name=Strap")
    error = await listener.until(lambda: listener.sensor.status.error)
    assert isinstance(error, OutOfRange) and "Strap" in str(error) and "Wake it" in error.remedy


async def test_bluetooth_switched_off_is_told_and_the_sensor_comes_when_it_is_on(radio, listen):
    bike = await radio.add_bike(interval_s=0.1)
    radio.unavailable = BleakBluetoothNotAvailableReason.POWERED_OFF
    listener = await listen(f"ble://{bike.address}")
    error = await listener.until(lambda: listener.sensor.status.error)
    assert isinstance(error, BluetoothOff) and "Switch it on" in error.remedy
    assert listener.sensor.status.state is LinkState.NEEDS_RIDER
    radio.unavailable = None
    await listener.until(lambda: listener.samples)


async def test_a_silent_bike_is_told_from_a_missing_one(radio, listen):
    bike = await radio.add_bike(interval_s=0.1)
    bike.bike.faults.start(Fault.SILENCE)
    listener = await listen(f"ble://{bike.address}")
    await listener.until(lambda: listener.sensor.status.state is LinkState.SILENT)
    assert "connected but says nothing" in str(listener.sensor.status.error)
    bike.bike.faults.end(Fault.SILENCE)
    await listener.until(lambda: listener.samples)
    assert listener.sensor.status.state is LinkState.RECEIVING


@pytest.mark.parametrize("fault", [Fault.NOISE, Fault.FLIPPED, Fault.LOST_HEADER, Fault.SPIKES])
async def test_a_bike_that_sends_garbage_never_shows_what_cannot_be(radio, listen, fault):
    bike = await radio.add_bike(interval_s=0.02)
    bike.bike.faults.start(fault)
    listener = await listen(f"ble://{bike.address}")
    await listener.until(lambda: listener.sensor.status.bytes_seen > 2000)
    for sample in listener.samples:
        assert sample.power_w is None or 0 <= sample.power_w <= 2500
        assert sample.cadence_rpm is None or 0 <= sample.cadence_rpm <= 250
        assert sample.heart_rate_bpm is None or 1 <= sample.heart_rate_bpm <= 250


async def test_two_sensors_at_once_each_on_its_own(radio, listen):
    one = await radio.add_bike(interval_s=0.1)
    rider, bike = SteadyRider(60, 50), Bike(cadence_rpm=60, resistance_pct=50)
    two = await radio.add_bike(GattBike(rider, bike, name="Second"), interval_s=0.1)
    first, second = await listen(f"ble://{one.address}"), await listen(f"ble://{two.address}")
    await first.until(lambda: first.newest("cadence_rpm") and second.newest("cadence_rpm"))
    await one.unplug()
    await first.until(lambda: first.sensor.status.state is not LinkState.RECEIVING)
    count = len(second.samples)
    await second.until(lambda: len(second.samples) > count + 3)
    assert second.newest("cadence_rpm") == pytest.approx(60, abs=1)


async def test_what_is_no_sensor_is_said_to_be_none(radio, listen, monkeypatch):
    monkeypatch.setattr("drivers.profiles.DECODERS", {})
    bike = await radio.add_bike()
    listener = await listen(f"ble://{bike.address}")
    error = await listener.until(lambda: listener.sensor.status.error)
    assert isinstance(error, WrongDevice)


async def test_a_scan_shows_name_kind_signal_and_when_it_was_heard(radio, bluetooth):
    bike = await radio.add_bike()
    async with asyncio.timeout(WITHIN_S):
        found = on_the_air(await bluetooth.find(bike.address))
    assert found is not None and (found.kind, found.name) == ("bike", bike.bike.name)
    assert found.url.startswith(f"ble://{bike.address}?name=")
    assert found.signal_dbm is not None and found.heard_s is not None


async def test_the_brake_follows_in_safe_steps_and_is_given_back(radio, listen):
    bike = await radio.add_bike(interval_s=0.1)
    listener = await listen(f"ble://{bike.address}")
    control = await listener.until(lambda: listener.sensor.control)
    await listener.until(lambda: listener.newest("resistance_pct"))
    assert control.metrics == {"resistance_pct", "power_w"}
    control.keep("resistance_pct", 50)
    await listener.until(lambda: (listener.newest("resistance_pct") or 0) > 49)
    heard = [sample.resistance_pct for sample in listener.samples if sample.resistance_pct is not None]
    steps = [after - before for before, after in itertools.pairwise(heard)]
    assert max(steps) <= 6, f"never more than a safe step at once: {heard}"
    assert control.trouble is None
