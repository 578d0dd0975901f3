"""pyftms' public client, through bleak, against the virtual bike. It is strict: one byte too many stops it."""

import asyncio

import pytest
from bleak import BleakClient, BleakScanner

from virtualbike.bike import power_w
from virtualbike.bleak_backend import local_radio

# Its releases that still work import only on Python 3.12 and later.
pyftms = pytest.importorskip("pyftms", exc_type=Exception)
SOON_S = 5.0


@pytest.fixture
async def machine(monkeypatch):
    """The bike, and pyftms' client of it, connected; what it tells is in the queue."""
    async with local_radio() as radio:

        class LocalClient(BleakClient):
            def __init__(self, *arguments, **options):
                super().__init__(*arguments, **options, backend=radio.client_backend)

        monkeypatch.setattr("pyftms.client.client.BleakClient", LocalClient)
        bike = await radio.add_bike(interval_s=None)
        async with BleakScanner(backend=radio.scanner_backend) as scanner:
            device, heard = await anext(scanner.advertisement_data())
        told = asyncio.Queue()
        client = pyftms.get_client(device, heard, on_ftms_event=told.put_nowait)
        async with client:
            yield bike, client, told


async def test_it_finds_out_what_the_bike_is_and_can(machine):
    _, client, _ = machine
    assert client.machine_type is pyftms.MachineType.INDOOR_BIKE
    assert client.device_info["manufacturer"] == "Breakaway"
    ranges = client.supported_ranges
    assert (ranges["target_power"].min_value, ranges["target_power"].max_value) == (0, 800)
    assert (ranges["target_resistance"].max_value, ranges["target_resistance"].step) == (100, 1)


async def test_it_reads_every_record_to_the_last_byte(machine):
    bike, _, told = machine
    await bike.tick(0.0)
    data = {}
    async with asyncio.timeout(SOON_S):
        while "cadence_instant" not in data:  # the first word is about the training status
            data = (await told.get()).event_data
    assert data["cadence_instant"] == 85 and data["resistance_level"] == 35
    assert data["power_instant"] == pytest.approx(power_w(85, 35), abs=1)


async def test_its_requests_succeed(machine):
    _, client, _ = machine
    await client.start_resume()
    await client.set_target_power(150)
    await client.set_target_resistance(40)
    await client.stop()
