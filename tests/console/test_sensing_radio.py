"""Pairing and riding with bikes on the air: real bytes over a link within the process, a real window, real touches."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from bleak.exc import BleakBluetoothNotAvailableReason

from console.sensing import Sensing
from drivers import LinkState, Sample, open_sensor
from drivers.bluetooth import Bluetooth
from drivers.lookout import Lookout
from drivers.mdns import Network
from tests.gallery.window import step
from virtualbike.bike import Bike
from virtualbike.bleak_backend import LocalRadio, local_radio
from virtualbike.faults import Fault
from virtualbike.gatt_bike import GattBike
from virtualbike.rider import SteadyRider

WITHIN_S = 25.0


@pytest.fixture
async def radio() -> AsyncIterator[LocalRadio]:
    async with local_radio() as radio:
        yield radio


class QuietNetwork(Network):
    """A network in which nobody announces anything: on the machine's own, other tests do."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        yield


class Room:
    """The stage with real sensors. ``heard`` is what reached the ride."""

    def __init__(self, stage: Any, radio: LocalRadio) -> None:
        bluetooth = Bluetooth(scanner_backend=radio.scanner_backend, client_backend=radio.client_backend)
        self.stage, self.heard = stage, list[Sample]()
        self.sensing = stage.sensing = Sensing(
            self.heard.append,
            open_sensor=partial(open_sensor, bluetooth=bluetooth),
            look_around=lambda: Lookout(bluetooth=bluetooth, network=QuietNetwork(), ports=lambda: []),
        )

    async def until(self, true: Callable[[], Any]) -> Any:
        """Let the loop and the window go on until it is so."""
        from tests.gallery.writing import said

        deadline_s = time.monotonic() + WITHIN_S
        while not (found := true()):
            assert time.monotonic() < deadline_s, " | ".join(sorted(said()))
            await asyncio.sleep(0.02)
            draw = getattr(self.stage.navigation.screen, "draw", None)
            if draw is not None:
                draw(time.monotonic())
            step()
        step(3)
        return found

    def says(self, *words: str) -> bool:
        """Whether all these are somewhere on the screen."""
        from tests.gallery.writing import said

        seen = " | ".join(said(self.stage.navigation.screen))
        return all(word in seen for word in words)

    def source(self, metric: str) -> tuple[str, str]:
        """Who is believed in a value, and the value, as the card says."""
        row = self.stage.navigation.screen.ids.sources.rows[metric]
        return row.source, row.value


@pytest.fixture
async def room(stage: Any, radio: LocalRadio) -> AsyncIterator[Room]:
    made = Room(stage, radio)
    yield made
    await made.sensing.close()
    for url, _name, _kind in stage.cache.sensors():
        stage.cache.forget_sensor(url)


def pedals() -> GattBike:
    return GattBike(SteadyRider(60, 50), Bike(cadence_rpm=60, resistance_pct=50), name="Pedals")


async def test_a_bike_is_found_tapped_and_gives_its_numbers(radio: LocalRadio, room: Room, finger: Any) -> None:
    from tests.gallery.writing import target

    bike = await radio.add_bike(interval_s=0.1)
    room.stage.go("sensors")
    await room.until(lambda: room.says("Breakaway", "Bike, power meter, heart rate, Bluetooth", "signal", "last heard"))
    finger.tap(target("Breakaway"))
    await room.until(lambda: room.says("Receiving") and room.source("power_w")[1] != "–")
    assert room.source("cadence_rpm") == ("Breakaway", "85")
    assert not room.says("Pair"), "it advertises on, and is not offered again"
    ((url, name, kind),) = room.stage.cache.sensors()
    assert url.startswith(f"ble://{bike.address}") and (name, kind) == ("Breakaway", "bike")
    assert room.heard[0].source == url


async def test_bluetooth_that_is_off_is_told_and_found_bikes_come_when_it_is_on(radio: LocalRadio, room: Room) -> None:
    await radio.add_bike(interval_s=0.1)
    radio.unavailable = BleakBluetoothNotAvailableReason.POWERED_OFF
    room.stage.go("sensors")
    await room.until(lambda: room.says("Bluetooth is switched off. Switch it on"))
    radio.unavailable = BleakBluetoothNotAvailableReason.DENIED_BY_USER
    await room.until(lambda: room.says("may not use Bluetooth"))
    radio.unavailable = None
    await room.until(lambda: room.says("Breakaway", "Found"))
    assert not room.says("may not use Bluetooth")


async def test_a_silent_bike_is_told_from_one_that_is_not_there(radio: LocalRadio, room: Room) -> None:
    bike = await radio.add_bike(interval_s=0.1)
    bike.bike.faults.start(Fault.SILENCE)
    room.sensing.pair(f"ble://{bike.address}", "Breakaway", "bike")
    room.stage.go("sensors")
    await room.until(lambda: room.says("Silent", "connected but says nothing. Turn the pedals"))
    assert room.source("power_w") == ("Breakaway is silent", "–")
    bike.bike.faults.end(Fault.SILENCE)
    await room.until(lambda: room.says("Receiving") and room.source("power_w")[0] == "Breakaway")


async def test_garbage_is_told_as_damage_and_an_empty_battery_by_its_level(radio: LocalRadio, room: Room) -> None:
    bike = await radio.add_bike(interval_s=0.05)
    bike.bike.faults.start(Fault.LOW_BATTERY)
    room.sensing.pair(f"ble://{bike.address}", "Breakaway", "bike")
    room.stage.go("sensors")
    await room.until(lambda: room.says("Battery low, 4 %", "Change or charge"))
    bike.bike.faults.start(Fault.LOST_HEADER)
    await room.until(lambda: room.says("firmware"))


async def test_the_pedals_take_over_and_give_back_and_the_card_says_who_speaks(radio: LocalRadio, room: Room) -> None:
    bike, meter = await radio.add_bike(interval_s=0.1), await radio.add_bike(pedals(), interval_s=0.1)
    room.stage.go("sensors")
    room.sensing.pair(f"ble://{bike.address}", "Bike", "bike")
    await room.until(lambda: room.source("power_w")[0] == "Bike")
    room.sensing.pair(f"ble://{meter.address}", "Pedals", "power")
    await room.until(lambda: room.source("power_w")[0] == "Pedals" and room.source("cadence_rpm") == ("Pedals", "60"))
    assert room.source("resistance_pct") == ("Bike", "35"), "pedals know nothing of it"
    await meter.unplug()
    await room.until(lambda: room.source("cadence_rpm") == ("Bike", "85"))
    await meter.replug()
    began_s = time.monotonic()
    await room.until(lambda: room.source("cadence_rpm") == ("Pedals", "60"))
    assert time.monotonic() - began_s < 6  # 3 s without the window, which takes its share of a busy machine


async def test_a_strap_is_believed_before_the_bike(radio: LocalRadio, room: Room) -> None:
    bike, strap = await radio.add_bike(interval_s=0.1), await radio.add_bike(pedals(), interval_s=0.1)
    room.stage.go("sensors")
    room.sensing.pair(f"ble://{bike.address}", "Bike", "bike")
    room.sensing.pair(f"ble://{strap.address}", "Strap", "heart")
    await room.until(lambda: room.source("heart_rate_bpm")[0] == "Strap" and room.source("power_w")[0] == "Bike")
    await strap.unplug()
    await room.until(lambda: room.source("heart_rate_bpm")[0] == "Bike")


async def test_a_bike_with_a_new_address_keeps_its_pairing(radio: LocalRadio, room: Room) -> None:
    bike = await radio.add_bike(interval_s=0.1)
    room.stage.go("sensors")
    sensor = room.sensing.pair(f"ble://{bike.address}?name=Breakaway", "Breakaway", "bike")
    await room.until(lambda: room.says("Receiving"))
    await bike.rotate_address("C1:BA:CE:77:00:01")
    await room.until(lambda: sensor.status.state is not LinkState.RECEIVING)
    await room.until(lambda: sensor.status.state is LinkState.RECEIVING)
    assert sensor.status.peer == "C1:BA:CE:77:00:01"
    await room.until(lambda: sensor.status.frames_ok > 50)
    assert not room.says("Pair") and room.sensing.found == []


async def test_nobody_listens_to_the_air_once_the_screen_is_left(radio: LocalRadio, room: Room) -> None:
    await radio.add_bike()
    room.stage.go("sensors")
    await room.until(lambda: room.sensing.found)
    room.stage.go("settings")
    await room.until(lambda: room.sensing.found == [] and room.sensing.looking_since_s is None)
    await room.until(lambda: not [task for task in asyncio.all_tasks() if task.get_name() == "look for sensors"])


async def test_service_in_mid_ride_shows_a_bike_that_goes_and_comes_and_leads_back(
    size: tuple[int, int], stage: Any, radio: LocalRadio, room: Room, finger: Any
) -> None:
    from tests.gallery.staged_ride import StagedRide
    from tests.gallery.writing import target

    real, bike = stage.sensing, await radio.add_bike(interval_s=0.1)
    ride = StagedRide(stage, None).go(5)
    stage.sensing = real
    stage.go("just-ride")
    sensor = room.sensing.pair(f"ble://{bike.address}", "My bike", "bike")
    stage.go("sensors")
    await room.until(lambda: room.says("My bike", "Receiving"))
    finger.tap(stage.navigation.screen._rows[False, sensor.url])
    assert stage.navigation.here == "service"
    await room.until(lambda: room.says("Live values", "85.0", "35.0", "2AD2", "Frames valid", "100 %"))
    await room.until(lambda: sensor.watch.rate("cadence_rpm", time.monotonic()) > 2)
    await bike.unplug()
    await room.until(lambda: room.says("Lost, trying again") or room.says("Not heard"))
    await bike.replug()
    await room.until(lambda: sensor.status.state is LinkState.RECEIVING and sensor.status.reconnects == 1)
    await room.until(lambda: len(stage.navigation.screen.ids.faults.rows) >= 3)
    finger.tap(target("Back to the ride"))
    assert stage.navigation.here == "just-ride" and stage.session is ride.session
    assert not room.stage.done, "nothing was asked of the ride"


@pytest.fixture
def cable_bike(tmp_path: Path) -> Iterator[str]:
    """The address of a bike on a pseudo-terminal."""
    link = tmp_path / "bike"
    command = [sys.executable, "-m", "virtualbike", "serial", "--link", str(link)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None and process.stdout.readline()
    yield f"serial://{link}?protocol=peloton"
    process.kill()
    process.wait()
    process.stdout.close()


async def test_service_draws_the_table_of_a_bike_on_a_cable_and_where_it_stands(room: Room, cable_bike: str) -> None:
    sensor = room.sensing.pair(cable_bike, "Bike", "bike")
    room.stage.go("sensors")
    room.stage.go("service", url=sensor.url)
    await room.until(lambda: room.says("31 points", "counts are", "Raw resistance", "Last bytes"))
    assert sensor.known is not None and sensor.known.table is not None
    room.stage.back()
    assert room.stage.navigation.here == "sensors"


async def test_a_sensor_that_was_forgotten_meanwhile_leads_back_to_the_others(radio: LocalRadio, room: Room) -> None:
    bike = await radio.add_bike(interval_s=0.1)
    sensor = room.sensing.pair(f"ble://{bike.address}", "Bike", "bike")
    room.stage.go("sensors")
    room.stage.go("service", url=sensor.url)
    await room.until(lambda: room.says("Bike", "Link"))
    await room.sensing.forget(sensor.url)
    await room.until(lambda: room.stage.navigation.here == "sensors")
