"""The brake through a whole ride: real session, real sensing, and the virtual bike on the air within the process."""

import asyncio
from functools import partial

import pytest

from console.brake import Doing, Mode
from console.ride import RideState
from console.riding import Riding
from console.sensing import Sensing
from console.settings import Settings
from drivers import control as control_module
from drivers import open_sensor
from drivers.bluetooth import Bluetooth
from sync.cache import Cache
from sync.records import FitnessClass, Segment
from sync.riders import GUEST
from virtualbike.bleak_backend import local_radio

WITHIN_S = 25.0
KNOB = (85, 35)
SEGMENTS = (Segment("Up", 7, resistance_pct=(50, 54)), Segment("Down", 600, resistance_pct=(20, 24)))
CLASS = FitnessClass("hill", "Hill", "Ines", "Hills", 1, "", "rays", 0, 607, SEGMENTS, "/m")


class Tablet:
    """Sensing and riding as the console joins them, without its window."""

    def __init__(self, cache, radio):
        bluetooth = Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)
        self.settings = Settings(cache)
        self.riding = Riding(cache, self.settings, lambda: None, lambda: None, lambda: self.sensing.brake)
        self.sensing = Sensing(self.riding.feed, open_sensor=partial(open_sensor, bluetooth=bluetooth))

    async def until(self, true):
        async with asyncio.timeout(WITHIN_S):
            while not true():
                await asyncio.sleep(0.02)
                if self.riding.session is not None:
                    self.riding.session.step()

    @property
    def resistance(self):
        return self.riding.session.now().resistance_pct.value or 0.0


@pytest.fixture
async def radio():
    async with local_radio() as radio:
        yield radio


@pytest.fixture
async def tablet(tmp_path, radio, monkeypatch):
    monkeypatch.setattr(control_module, "STEP_EVERY_S", 0.1)
    cache = Cache.open(tmp_path / "tablet.sqlite3")
    tablet = Tablet(cache, radio)
    yield tablet
    if tablet.riding.session is not None:
        tablet.riding.session.leave()
    await tablet.sensing.close()
    cache.close()


async def test_a_class_sets_the_bike_and_the_rider_has_it_back_in_the_end(radio, tablet):
    bike = await radio.add_bike(interval_s=0.1)
    tablet.settings.brake_in_class = "class"
    tablet.sensing.pair(f"ble://{bike.address}", "Bike")
    await tablet.until(lambda: tablet.sensing.brake)
    session = tablet.riding.session = tablet.riding.begin_class(GUEST, CLASS)
    assert tablet.riding.spare_control is None, "two do not set one brake"
    await tablet.until(lambda: tablet.resistance > 51)
    assert session.brake.doing is Doing.KEEPS and session.brake.goal.value == 52
    await tablet.until(lambda: tablet.resistance < 23)
    session.pause()
    await tablet.until(lambda: bike.bike.machine.controller is None)
    assert bike.bike.riding.trainer.target(1.0) == KNOB
    session.unpause()
    await tablet.until(lambda: tablet.resistance < 23)
    assert session.finish()
    tablet.riding.session = None
    await tablet.until(lambda: bike.bike.machine.controller is None)
    assert bike.bike.riding.trainer.target(1.0) == KNOB


async def test_a_power_outlives_the_bikes_absence_in_a_free_ride(radio, tablet):
    bike = await radio.add_bike(interval_s=0.1)
    tablet.sensing.pair(f"ble://{bike.address}", "Bike")
    session = tablet.riding.session = tablet.riding.begin_just_ride(GUEST)
    await tablet.until(lambda: tablet.sensing.brake and session.ride.state is RideState.RIDING)
    assert tablet.riding.spare_control is tablet.sensing.brake
    session.brake.choose(Mode.POWER)
    session.brake.nudge(20)
    await tablet.until(lambda: (session.now().power_w.value or 0) > 195)
    await bike.unplug()
    await tablet.until(lambda: session.brake.doing is Doing.UNABLE)
    await bike.replug()
    await tablet.until(lambda: session.brake.doing is Doing.KEEPS)
    await tablet.until(lambda: 195 < (session.now().power_w.value or 0) < 205)
