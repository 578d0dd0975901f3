"""A ride on a real cache, sent on over TCP: programs follow it, and none of them can disturb it or the others."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from contextlib import AsyncExitStack, suppress
from types import SimpleNamespace

import pytest
from pycycling.cycling_power_service import CyclingPowerService
from pycycling.fitness_machine_service import FitnessMachineService
from pycycling.heart_rate_service import HeartRateService

from console.ride import Ride
from console.ride_session import RideSession
from console.settings import Settings
from console.trainer.broadcast import Broadcast
from console.trainer.dircon_server import MOST_CLIENTS
from drivers import ftms, gatt
from drivers.dircon_link import DirconLink
from drivers.errors import DriverError, NotOffered
from drivers.ftms import Range, Target
from drivers.ftms_control import Result, parse_response, request_control, set_resistance
from drivers.mdns import Network
from drivers.sample import Sample
from sync.cache import Cache
from sync.records import RideHeader

HOME = "127.0.0.1"
SOON_S = 1.5


class Tablet:
    """A ride on a tablet that broadcasts it; ``pedal`` says what the bike says, ten times a second."""

    def __init__(self, cache):
        self.cache, self.settings = cache, Settings(cache)
        self.session = self.brake = None
        self.says = {}
        self.broadcast = Broadcast(
            self.settings, lambda: self.session and self.session.now(), lambda: self.brake, interfaces=[HOME], port=0
        )

    def begin(self):
        header = RideHeader(RideHeader.new_id(), "ada", "Ada", time.time())
        self.session = RideSession(self.cache, header, ride=Ride())

    def end(self):
        session, self.session = self.session, None
        session.finish()

    async def pedal(self):
        while True:
            if self.session is not None:
                if self.says:
                    self.session.feed(Sample(time.monotonic(), "bike", **self.says))
                self.session.step()
            await asyncio.sleep(0.1)

    async def on(self):
        await until(lambda: self.broadcast.wifi.on)

    async def program(self, *characteristics):
        """A training program that has connected and subscribed; what it heard is in its ``heard``."""
        program = SimpleNamespace(link=await DirconLink.connect(HOME, self.broadcast.server.port, "program"), heard=[])
        for characteristic in characteristics or (gatt.INDOOR_BIKE_DATA,):
            await program.link.subscribe(
                characteristic, lambda data: program.heard.append((time.monotonic(), bytes(data)))
            )
        return program


async def until(true, within_s=10.0):
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - things are looked at from outside
            await asyncio.sleep(0.02)


def power(program):
    return ftms.parse_indoor_bike(program.heard[-1][1])["power_w"] if program.heard else None


@pytest.fixture
async def tablet(tmp_path):
    cache = Cache.open(tmp_path / "tablet.sqlite3")
    tablet = Tablet(cache)
    tablet.settings.rebroadcast_wifi = True
    tasks = [asyncio.create_task(tablet.broadcast.run()), asyncio.create_task(tablet.pedal())]
    await tablet.on()
    yield tablet
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    if tablet.session is not None:
        tablet.session.leave()
    cache.close()


async def test_programs_follow_the_ride_through_silence_to_its_end(tablet):
    first, second = await tablet.program(), await tablet.program()
    assert tablet.broadcast.listeners == {"rebroadcast_wifi": 2, "rebroadcast_bluetooth": 0}
    await asyncio.sleep(0.7)
    assert not first.heard, "without a ride there is nothing to say"
    tablet.says = {"cadence_rpm": 90.0, "power_w": 200.0}
    tablet.begin()
    await until(lambda: power(first) == power(second) == 200, SOON_S)
    tablet.says = {"cadence_rpm": 100.0, "power_w": 310.0}
    await until(lambda: power(first) == power(second) == 310, SOON_S)
    tablet.says, silent_s = {}, time.monotonic()
    await until(lambda: power(first) == 0, 3.0)
    await asyncio.sleep(4.0)
    zeros = [at_s - silent_s for at_s, data in first.heard if not ftms.parse_indoor_bike(data)["power_w"]]
    assert 1.5 <= zeros[0] <= 2.9 and 2.4 <= zeros[-1] - zeros[0] <= 3.6, "three seconds of zeros, then nothing"
    tablet.says = {"cadence_rpm": 80.0, "power_w": 150.0}
    await until(lambda: power(first) == 150, SOON_S)
    tablet.end()
    await until(lambda: power(first) == power(second) == 0, SOON_S)
    await asyncio.sleep(3.5)
    quiet = len(first.heard)
    await asyncio.sleep(1.0)
    assert len(first.heard) == quiet
    for program in (first, second):
        await program.link.close()
    await until(lambda: not tablet.broadcast.server.clients)


async def test_pycycling_reads_the_ride(tablet):
    tablet.says = {"cadence_rpm": 92.0, "power_w": 233.0, "resistance_pct": 46.0, "heart_rate_bpm": 143.0}
    tablet.begin()
    program = await tablet.program(gatt.TRAINING_STATUS)

    class Client:
        """What pycycling uses of bleak's client, over our link."""

        async def start_notify(self, characteristic, hear):
            await program.link.subscribe(characteristic, lambda data: hear(None, bytearray(data)))

        async def read_gatt_char(self, characteristic):
            return bytearray(await program.link.read(characteristic))

        async def write_gatt_char(self, characteristic, data, response=True):
            await program.link.write(characteristic, bytes(data))

    bike, meter, strap = FitnessMachineService(Client()), CyclingPowerService(Client()), HeartRateService(Client())
    said = {}
    bike.set_indoor_bike_data_handler(lambda data: said.update(bike=data))
    bike.set_control_point_response_handler(lambda data: said.update(answer=data))
    meter.set_cycling_power_measurement_handler(lambda data: said.update(meter=data))
    strap.set_hr_measurement_handler(lambda data: said.update(strap=data))
    assert (await bike.get_fitness_machine_feature()).power_measurement_supported
    assert not (await bike.get_target_setting_feature()).power_target_setting_supported
    assert (await bike.get_supported_resistance_level_range()).maximum_resistance == 1000
    assert (await meter.get_cycling_power_feature()).crank_rev_supported and await meter.get_sensor_location()
    await bike.enable_indoor_bike_data_notify()
    await bike.enable_control_point_indicate()
    await meter.enable_cycling_power_measurement_notifications()
    await strap.enable_hr_measurement_notifications()
    await until(lambda: {"bike", "meter", "strap"} <= said.keys(), 3.0)
    assert (said["bike"].instant_power, said["bike"].instant_cadence, said["bike"].heart_rate) == (233, 92, 143)
    assert said["bike"].resistance_level == 46 and said["strap"].bpm == 143
    turns = said["meter"].cumulative_crank_revs
    await until(lambda: said["meter"].cumulative_crank_revs > turns + 2, 5.0)
    await bike.request_control()
    await until(lambda: "answer" in said, 2.0)
    assert said["answer"].result_code_enum.name == "NOT_SUPPORTED"
    await program.link.close()


async def test_a_program_sets_the_brake_only_while_the_rider_lets_it(tablet):
    kept, held = [], []
    tablet.brake = SimpleNamespace(
        metrics=frozenset({"resistance_pct"}),
        limits=lambda _metric: Range(0, 100, 1),
        keep=lambda metric, value: kept.append((metric, value)),
        let_go=lambda: held.append(True),
    )
    point = gatt.FITNESS_MACHINE_CONTROL_POINT

    async def results(program, *requests):
        for request in requests:
            before = len(program.heard)
            await program.link.write(point, request)
            await until(lambda n=before: len(program.heard) > n, 2.0)
        return [parse_response(data).result for _, data in program.heard[-len(requests) :]]

    asks = request_control(), set_resistance(46)
    early = await tablet.program(point)
    assert await results(early, *asks) == [Result.NOT_SUPPORTED] * 2
    tablet.settings.rebroadcast_control = True
    await early.link.lost()
    await early.link.close()
    await until(lambda: not tablet.broadcast.wifi.on)
    await tablet.on()
    program, other = await tablet.program(point), await tablet.program(gatt.FITNESS_MACHINE_STATUS)
    assert ftms.parse_feature(await program.link.read(gatt.FITNESS_MACHINE_FEATURE))[1] == Target.RESISTANCE
    assert await results(program, *asks) == [Result.DONE] * 2 and kept == [("resistance_pct", 46)]
    await until(lambda: other.heard)
    assert ftms.parse_status(other.heard[0][1]).value == 46
    await program.link.close()
    await until(lambda: held), "what a program has set does not outlast it"
    tablet.settings.rebroadcast_control = False
    await other.link.lost()
    await other.link.close()


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\n\r\n", bytes(64), os.urandom(40).replace(b"\x01", b"\x02"), b"\x01\x03\x00\x00\xff\xff"],
    ids=["a browser", "zeros", "noise", "a length beyond all"],
)
async def test_garbage_ends_only_its_own_connection(tablet, garbage):
    program = await tablet.program()
    reader, writer = await asyncio.open_connection(HOME, tablet.broadcast.server.port)
    writer.write(garbage)
    with suppress(ConnectionError):
        assert await asyncio.wait_for(reader.read(), 5.0) == b""
    writer.close()
    tablet.says = {"power_w": 180.0, "cadence_rpm": 70.0}
    tablet.begin()
    await until(lambda: power(program) == 180, SOON_S + 1)
    assert len(tablet.broadcast.server.clients) == 1
    await program.link.close()


async def test_wrong_requests_are_refused_with_their_reason(tablet):
    program = await tablet.program()
    for wrong in (
        program.link.read(gatt.INDOOR_BIKE_DATA),
        program.link.read(gatt.BATTERY_LEVEL),
        program.link.write(gatt.POWER_RANGE, b"\x01"),
        program.link.subscribe(gatt.POWER_RANGE, print),
    ):
        with pytest.raises(NotOffered, match=r"not supported|no characteristic"):
            await wrong
    reader, writer = await asyncio.open_connection(HOME, tablet.broadcast.server.port)
    for request, reply in (
        ("010709000000", "010709000000"),
        ("010809000000", "010809010000"),
        ("010209000010" + "ab" * 16, "010209030000"),
    ):
        writer.write(bytes.fromhex(request))
        assert (await reader.readexactly(6)).hex() == reply
    writer.close()
    assert set(program.link.services) == {gatt.FITNESS_MACHINE, gatt.CYCLING_POWER, gatt.HEART_RATE}
    await program.link.close()


async def test_there_is_room_for_four_and_a_place_gets_free(tablet):
    programs = [await tablet.program() for _ in range(MOST_CLIENTS)]
    with pytest.raises(DriverError):
        await tablet.program()
    await programs.pop().link.close()
    await until(lambda: len(tablet.broadcast.server.clients) < MOST_CLIENTS)
    async with AsyncExitStack() as stack:
        for program in [*programs, await tablet.program()]:
            stack.push_async_callback(program.link.close)


async def test_a_program_that_takes_nothing_is_dropped(tablet):
    with socket.create_connection((HOME, tablet.broadcast.server.port)):
        await until(lambda: tablet.broadcast.server.clients)
        [client] = tablet.broadcast.server.clients
        client.subscribed.add(gatt.INDOOR_BIKE_DATA)
        began_s = time.monotonic()
        while client in tablet.broadcast.server.clients:
            for _ in range(1000):
                client.notify(gatt.INDOOR_BIKE_DATA, bytes(16))
            await asyncio.sleep(0)
            assert time.monotonic() - began_s < 20


async def test_it_is_found_in_the_network_while_it_is_on(tablet):
    network = Network([HOME])
    async with network.listening():
        port = tablet.broadcast.server.port  # others may announce theirs meanwhile
        await until(lambda: any(device.port == port for device in network.devices.values()))
        found = next(device for device in network.devices.values() if device.port == port)
        assert found.name.startswith("Breakaway")
        assert gatt.FITNESS_MACHINE in found.services and found.host == HOME
        tablet.settings.rebroadcast_wifi = False
        await until(lambda: found not in network.devices.values())
    await until(lambda: not tablet.broadcast.wifi.on)
    with pytest.raises(DriverError):
        await DirconLink.connect(HOME, found.port, "program")
