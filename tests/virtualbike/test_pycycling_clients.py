"""pycycling's public clients, through bleak, against the virtual bike: somebody else's idea of what its bytes mean."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from bleak import BleakClient
from pycycling.battery_service import BatteryService
from pycycling.cycling_power_service import CyclingPowerService
from pycycling.cycling_speed_cadence_service import CyclingSpeedCadenceService
from pycycling.fitness_machine_service import FitnessMachineService
from pycycling.heart_rate_service import HeartRateService

from virtualbike.bike import power_w
from virtualbike.bleak_backend import local_radio

SOON_S = 5.0


@asynccontextmanager
async def met():
    """A bike that measures when told to, and a client of it."""
    async with local_radio() as radio:
        bike = await radio.add_bike(interval_s=None)
        async with BleakClient(bike.address, backend=radio.client_backend) as client:
            yield bike, client


class Heard:
    """What a handler is called with, one after the other."""

    def __init__(self):
        self._queue = asyncio.Queue()

    def __call__(self, value):
        self._queue.put_nowait(value)

    async def next(self):
        async with asyncio.timeout(SOON_S):
            return await self._queue.get()


async def test_the_fitness_machine_tells_what_it_can_and_how_it_is_ridden():
    async with met() as (bike, client):
        service = FitnessMachineService(client)
        assert tuple(await service.get_supported_resistance_level_range()) == (0, 1000, 10)
        assert tuple(await service.get_supported_power_range()) == (0, 800, 1)
        can = await service.get_fitness_machine_feature()
        assert can.cadence_supported and can.power_measurement_supported and can.resistance_level_supported
        targets = await service.get_target_setting_feature()
        assert targets.power_target_setting_supported and targets.resistance_target_setting_supported
        heard = Heard()
        service.set_indoor_bike_data_handler(heard)
        await service.enable_indoor_bike_data_notify()
        await bike.tick(0.0)
        data = await heard.next()
        assert (data.instant_cadence, data.resistance_level) == (85, 35)
        assert data.instant_power == pytest.approx(power_w(85, 35), abs=1)


async def test_the_fitness_machine_is_controlled_and_says_so():
    async with met() as (_, client):
        service, answers = FitnessMachineService(client), Heard()
        service.set_control_point_response_handler(answers)
        await service.enable_control_point_indicate()

        async def result(request):
            await request
            return (await answers.next()).result_code_enum.name

        assert await result(service.set_target_power(150)) == "CONTROL_NOT_PERMITTED"
        assert await result(service.request_control()) == "SUCCESS"
        assert await result(service.set_target_power(150)) == "SUCCESS"
        assert await result(service.set_target_resistance_level(40)) == "SUCCESS"
        assert await result(service.set_target_incline(10)) == "NOT_SUPPORTED"
        assert await result(service.start_or_resume()) == "SUCCESS"
        assert await result(service.start_or_resume()) == "OPERATION_FAILED"
        assert await result(service.stop_or_pause(pause=True)) == "SUCCESS"
        assert await result(service.reset()) == "SUCCESS"


async def test_power_and_the_turns_of_wheel_and_crank():
    async with met() as (bike, client):
        service, heard = CyclingPowerService(client), Heard()
        can = await service.get_cycling_power_feature()
        assert can.wheel_rev_supported and can.crank_rev_supported and not can.accumulated_energy_supported
        service.set_cycling_power_measurement_handler(heard)
        await service.enable_cycling_power_measurement_notifications()
        await bike.tick(0.0)
        first = await heard.next()
        for second in range(1, 11):
            await bike.tick(float(second))
            last = await heard.next()
        assert first.instantaneous_power == pytest.approx(power_w(85, 35), abs=1)
        turns = last.cumulative_crank_revs - first.cumulative_crank_revs
        taken = (last.last_crank_event_time - first.last_crank_event_time) % 65536
        assert turns * 1024 * 60 / taken == pytest.approx(85, abs=0.5)


async def test_speed_and_cadence_count_as_power_does():
    async with met() as (bike, client):
        service, heard = CyclingSpeedCadenceService(client), Heard()
        can = await service.get_csc_feature()
        assert can.wheel_rev_supported and can.crank_rev_supported
        service.set_csc_measurement_handler(heard)
        await service.enable_csc_measurement_notifications()
        for second in range(100):
            await bike.tick(float(second))
            last = await heard.next()
        assert last.cumulative_crank_revs == pytest.approx(85 * 99 / 60, abs=1)
        assert last.cumulative_wheel_revs == pytest.approx(last.cumulative_crank_revs * 2.7, abs=3)


async def test_the_heart_beats_faster_as_the_ride_goes_on():
    async with met() as (bike, client):
        service, heard = HeartRateService(client), Heard()
        service.set_hr_measurement_handler(heard)
        await service.enable_hr_measurement_notifications()
        beats = []
        for second in range(60):
            await bike.tick(float(second))
            beats.append(await heard.next())
        assert beats[0].bpm + 10 < beats[-1].bpm < 190 and beats[0].sensor_contact
        intervals = [interval for beat in beats[-10:] for interval in beat.rr_interval]
        assert sum(intervals) / len(intervals) == pytest.approx(1024 * 60 / beats[-1].bpm, rel=0.1)


async def test_the_battery_is_full():
    async with met() as (_, client):
        assert await BatteryService(client).get_battery_level() == 100
