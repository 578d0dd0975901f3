"""The virtual trainer over Bluetooth, before a BlueZ that is played on a D-Bus of its own. No radio was heard."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path

import pytest

from console.error_words import told
from console.ride import Ride
from console.settings import Settings
from console.trainer.broadcast import Broadcast
from console.trainer.peripheral import SERVICES
from drivers import ftms, gatt
from drivers.errors import BluetoothForbidden, BluetoothOff, InUse, LinkLost, NeedsRider
from drivers.ftms import Range
from drivers.ftms_control import Result, parse_response, request_control, set_power
from drivers.sample import Sample
from sync.cache import Cache
from tests.console.bluez_bus import a_bus, bluez

pytestmark = pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon (apt install dbus)")
PHONE, WATCH = "/org/bluez/hci0/dev_AA", "/org/bluez/hci0/dev_BB"
POINT = gatt.FITNESS_MACHINE_CONTROL_POINT


class Brake:
    """Takes a power."""

    metrics = frozenset({"power_w"})

    def __init__(self):
        self.kept, self.held = [], 0

    def limits(self, _metric):
        return Range(25, 800, 1)

    def keep(self, metric, value):
        self.kept.append((metric, value))

    def let_go(self):
        self.held += 1


class Tablet:
    """A broadcast of a ride whose numbers are always fresh."""

    def __init__(self, cache, address):
        self.settings, self.brake, ride = Settings(cache), Brake(), Ride()
        self.settings.rebroadcast_bluetooth = True
        clock = asyncio.get_running_loop().time
        ride.start(clock())

        def now():
            ride.feed(Sample(clock(), "bike", cadence_rpm=90.0, power_w=200.0))
            return ride.now(clock())

        self.broadcast = Broadcast(
            self.settings, now, lambda: self.brake, bus_address=address, retry_s=0.1, clock=clock
        )

    @property
    def out(self):
        return self.broadcast.bluetooth


async def until(true, within_s=10.0):
    async with asyncio.timeout(within_s):
        while not true():  # noqa: ASYNC110 - things are looked at from outside
            await asyncio.sleep(0.02)


@pytest.fixture
async def address():
    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        async with a_bus(Path(folder)) as address:
            yield address


@pytest.fixture
async def tablet(tmp_path, address):
    cache = Cache.open(tmp_path / "tablet.sqlite3")
    tablet = Tablet(cache, address)
    task = asyncio.create_task(tablet.broadcast.run())
    yield tablet
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    cache.close()


@pytest.fixture
async def radio(address):
    async with bluez(address) as radio:
        yield radio


async def test_it_is_heard_with_all_that_it_offers_and_no_more_when_switched_off(tablet, radio):
    radio.plug_in()
    await until(lambda: tablet.out.on)
    assert radio.advertisement["Type"] == "peripheral" and radio.advertisement["LocalName"] == "Breakaway"
    assert radio.advertisement["ServiceUUIDs"] == list(SERVICES)
    assert {uuid: data.value for uuid, data in radio.advertisement["ServiceData"].items()} == {
        gatt.FITNESS_MACHINE: b"\x01\x20\x00"
    }
    offered = {uuid: frozenset(flags) for uuid, (_path, flags) in radio.characteristics.items()}
    assert offered == {uuid: flags for service in SERVICES.values() for uuid, flags in service.items()}
    tablet.settings.rebroadcast_bluetooth = False
    await until(lambda: not tablet.out.on and radio.advertisement is None and not radio.characteristics)


async def test_who_subscribes_hears_the_ride(tablet, radio):
    radio.plug_in()
    await until(lambda: tablet.out.on)
    await radio.subscribe(gatt.INDOOR_BIKE_DATA)
    await until(lambda: radio.notified.get(gatt.INDOOR_BIKE_DATA), 2.0)
    bike = ftms.parse_indoor_bike(radio.notified[gatt.INDOOR_BIKE_DATA][-1])
    assert (bike["power_w"], bike["cadence_rpm"]) == (200, 90)
    assert gatt.CYCLING_POWER_MEASUREMENT not in radio.notified, "nobody wanted these"
    assert tablet.broadcast.listeners["rebroadcast_bluetooth"] == 1


async def test_a_client_reads_writes_and_leaves(tablet, radio):
    radio.plug_in()
    tablet.settings.rebroadcast_control = True
    await until(lambda: tablet.out.on)
    feature = await radio.read(gatt.FITNESS_MACHINE_FEATURE, PHONE)
    assert len(feature) == 8 and await radio.read(gatt.FITNESS_MACHINE_FEATURE, PHONE, 4) == feature[4:]
    assert ftms.parse_power_range(await radio.read(gatt.POWER_RANGE, WATCH)) == Range(25, 800, 1)
    assert tablet.broadcast.listeners["rebroadcast_bluetooth"] == 2
    await radio.subscribe(POINT)
    for client, request in ((PHONE, request_control()), (PHONE, set_power(220)), (WATCH, request_control())):
        await radio.write(POINT, client, request)
    await until(lambda: len(radio.notified.get(POINT, [])) == 3)
    results = [parse_response(data).result for data in radio.notified[POINT]]
    assert results == [Result.DONE, Result.DONE, Result.NOT_PERMITTED] and tablet.brake.kept == [("power_w", 220)]
    radio.disconnect(PHONE)
    await until(lambda: tablet.brake.held == 1)
    assert tablet.broadcast.listeners["rebroadcast_bluetooth"] == 1
    for wrong in (radio.read(gatt.INDOOR_BIKE_DATA, PHONE), radio.write(gatt.POWER_RANGE, PHONE, b"\x01")):
        with pytest.raises(Exception, match="cannot be"):
            await wrong


@pytest.mark.parametrize(
    ("adapter", "kind", "words"),
    [
        ({"powered": False}, BluetoothOff, "switched off"),
        ({"peripheral": False}, NeedsRider, "cannot be heard by others"),
        ({"roles": ("central", "peripheral")}, NeedsRider, "while it listens to sensors"),
        ({"instances": 0}, NeedsRider, "cannot be heard by others"),
        (None, BluetoothOff, "no Bluetooth"),
    ],
)
async def test_it_is_refused_with_the_reason(tablet, radio, adapter, kind, words):
    if adapter is not None:
        radio.plug_in(**adapter)
    await until(lambda: words in str(tablet.out.trouble))
    assert type(tablet.out.trouble) is kind and tablet.out.trouble.remedy
    assert len(told(tablet.out.trouble)) < 115, "two lines on the smallest screen"
    assert not tablet.out.on


@pytest.mark.parametrize(
    ("refuses", "kind"),
    [
        ("NotPermitted", InUse),
        ("NotSupported", NeedsRider),
        ("Failed", LinkLost),
        ("NotAuthorized", BluetoothForbidden),
    ],
)
async def test_it_comes_when_bluez_no_longer_refuses(tablet, radio, refuses, kind):
    radio.refuses = refuses
    radio.plug_in()
    await until(lambda: type(tablet.out.trouble) is kind)
    radio.refuses = ""
    await until(lambda: tablet.out.on)
    assert tablet.out.trouble is None


async def test_without_a_bluetooth_service_it_says_so_and_waits_for_it(tablet, address):
    await until(lambda: isinstance(tablet.out.trouble, BluetoothOff))
    assert "does not run" in str(tablet.out.trouble)
    for _ in range(2):  # the second time as after a restart of the service
        async with bluez(address) as radio:
            radio.plug_in()
            await until(lambda: tablet.out.on)
        await until(lambda: not tablet.out.on)


async def test_without_a_system_bus_it_says_the_same(tmp_path):
    cache = Cache.open(tmp_path / "tablet.sqlite3")
    tablet = Tablet(cache, f"unix:path={tmp_path}/nobody")
    task = asyncio.create_task(tablet.broadcast.run())
    await until(lambda: isinstance(tablet.out.trouble, BluetoothOff))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    cache.close()
