"""The brake through a sensor, over the air within the process, and the brake of an Echelon."""

import asyncio
import contextlib
import itertools

import pytest

from drivers import control as control_module
from drivers import echelon, gatt, open_sensor
from drivers.bluetooth import Bluetooth
from drivers.control import Control
from drivers.listening_sensor import ListeningSensor
from drivers.sensor import SensorStatus
from virtualbike.bike import power_w
from virtualbike.bleak_backend import local_radio
from virtualbike.faults import Fault

WITHIN_S = 20.0
KNOB = (85, 35)  # what the rider of the virtual bike wants


@pytest.fixture
async def radio():
    async with local_radio() as radio:
        yield radio


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(control_module, "STEP_EVERY_S", 0.1)
    monkeypatch.setattr(control_module, "RETRY_S", 0.5)


class Ridden:
    """A sensor that is read, and what it said."""

    def __init__(self, radio, bike):
        bluetooth = Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)
        self.sensor, self.said = open_sensor(f"ble://{bike.address}", bluetooth=bluetooth), []

    async def __aenter__(self):
        await self.sensor.__aenter__()
        self._task = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *exc):
        await self.sensor.__aexit__(*exc)
        await self._task

    async def _read(self):
        async for sample in self.sensor:
            self.said.append(sample)

    def of(self, metric):
        return [value for sample in self.said if (value := getattr(sample, metric)) is not None]

    async def control(self):
        return await until(lambda: self.sensor.control)


async def until(true):
    async with asyncio.timeout(WITHIN_S):
        while not (found := true()):  # noqa: ASYNC110 - what is said is looked at
            await asyncio.sleep(0.02)
    return found


async def test_power_is_kept_and_nothing_jumps(radio):
    bike = await radio.add_bike(interval_s=0.1)
    async with Ridden(radio, bike) as ridden:
        control = await ridden.control()
        await until(lambda: ridden.of("power_w"))
        control.keep("power_w", 240)
        await until(lambda: ridden.of("power_w")[-1] > 236)
        heard = [power_w(*KNOB), *ridden.of("power_w")]
        assert max(abs(after - before) for before, after in itertools.pairwise(heard)) < 45, heard
        assert control.trouble is None


async def test_a_bike_that_comes_back_in_mid_walk_is_walked_from_where_it_is_then(radio):
    bike = await radio.add_bike(interval_s=0.1)
    async with Ridden(radio, bike) as ridden:
        first = await ridden.control()
        first.keep("resistance_pct", 95)
        await until(lambda: ridden.of("resistance_pct")[-1:] >= [50])
        await bike.unplug()
        await until(lambda: ridden.sensor.control is None)
        assert bike.bike.riding.trainer.target(1.0) == KNOB, "without a link the knob is the rider's"
        await bike.replug()
        second = await ridden.control()
        assert second is not first and second.goal is None, "what to keep now is not the sensor's to know"
        first.keep("resistance_pct", 100)
        heard = len(ridden.of("resistance_pct"))
        await until(lambda: len(ridden.of("resistance_pct")) > heard + 4)
        assert ridden.of("resistance_pct")[-1] == pytest.approx(35, abs=1), "nobody walks after the link has gone"
        second.keep("resistance_pct", 50)
        await until(lambda: ridden.of("resistance_pct")[-1] > 49)


async def test_a_rider_who_takes_the_brake_at_the_bike_has_it_for_a_while(radio):
    bike = await radio.add_bike(interval_s=0.1)
    async with Ridden(radio, bike) as ridden:
        control = await ridden.control()
        control.keep("resistance_pct", 60)
        await until(lambda: ridden.of("resistance_pct")[-1:] >= [59])
        bike.bike.faults.start(Fault.CONTROL_LOST)
        await until(lambda: control.trouble)
        assert "took its brake back" in str(control.trouble)
        await until(lambda: ridden.of("resistance_pct")[-1] < 58)
        await until(lambda: control.trouble is None and ridden.of("resistance_pct")[-1] > 59)


async def test_of_two_programs_one_is_told_of_the_other(radio):
    bike = await radio.add_bike(interval_s=0.1)
    async with Ridden(radio, bike) as one:
        first = await one.control()
        first.keep("resistance_pct", 45)
        await until(lambda: one.of("resistance_pct")[-1:] >= [44])
        async with Ridden(radio, bike) as two:
            second = await two.control()
            second.keep("resistance_pct", 20)
            await until(lambda: second.trouble)
            assert "another program" in str(second.trouble)
            first.let_go()
            await until(lambda: two.of("resistance_pct")[-1] < 21)


async def test_a_sensor_that_is_closed_leaves_the_knob_to_the_rider(radio):
    bike = await radio.add_bike(interval_s=0.1)
    async with Ridden(radio, bike) as ridden:
        control = await ridden.control()
        control.keep("resistance_pct", 60)
        await until(lambda: ridden.of("resistance_pct")[-1:] >= [45])
        assert bike.bike.machine.controller is not None
    assert bike.bike.machine.controller is None
    assert bike.bike.riding.trainer.target(1.0) == KNOB


class EchelonLink:
    """What an Echelon offers. Nobody has a virtual one: its messages are noted."""

    name = "ECHEX"

    def __init__(self):
        self.services = {gatt.ECHELON: {gatt.ECHELON_WRITE: frozenset({"write", "write-without-response"})}}
        self.written = []

    async def write(self, characteristic, data, *, response=True):
        assert characteristic == gatt.ECHELON_WRITE
        self.written.append(data)

    async def lost(self):
        await asyncio.Event().wait()


async def test_an_echelon_is_walked_level_by_level_and_left_where_it_is(monkeypatch):
    monkeypatch.setattr(control_module, "STEP_EVERY_S", 0.01)
    link = EchelonLink()
    control = await Control.of(link, {"resistance_pct": echelon.pct_of(10)}.get)
    assert control.metrics == {"resistance_pct"}
    control.keep("resistance_pct", echelon.pct_of(14))
    await until(lambda: len(link.written) == 4)
    assert link.written == [echelon.set_level(level) for level in (11, 12, 13, 14)]
    await control.release()
    control.keep("resistance_pct", 100)
    await asyncio.sleep(0.05)
    assert len(link.written) == 4 and control.trouble is None


async def test_a_strap_has_no_brake():
    link = EchelonLink()
    link.services = {gatt.HEART_RATE: {gatt.HEART_RATE_MEASUREMENT: frozenset({"notify"})}}
    assert await Control.of(link, {}.get) is None


class Deafened(ListeningSensor):
    """A sensor in whose library the first cancellation is lost."""

    async def _run(self):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()


async def test_a_sensor_is_closed_even_if_a_library_loses_the_cancellation(monkeypatch):
    monkeypatch.setattr("drivers.listening_sensor.CLOSE_S", 0.05)
    async with asyncio.timeout(WITHIN_S), Deafened(SensorStatus("ble://X", "Bike"), lambda: 0.0, None):
        await asyncio.sleep(0)
