"""The Keiser form: the known capture, byte for byte, and advertisements as a scanner hears them."""

import asyncio

from bleak import BleakScanner
from hypothesis import given
from hypothesis import strategies as st

from virtualbike.bleak_backend import local_radio
from virtualbike.faults import Fault
from virtualbike.keiser import advertisement, payload
from virtualbike.readings import GEAR, KCAL_PER_KJ, Readings

SOON_S = 5.0
CAPTURED = bytes.fromhex("0201 06 30 00 38 3803 4605 7300 0D00 04 27 0100 0A")


def test_the_capture_of_a_real_bike_is_what_its_readings_give():
    turns = 100 / 2.105 / GEAR
    shown = Readings(279, 82.4, 115, 39, 135, turns, 13_000 / KCAL_PER_KJ)
    made = payload(shown, equipment_id=0x38)
    # Ours is of a newer firmware, and counts in kilometres: the top bit of the distance.
    assert made[:3] + b"\x30" + made[4:16] + bytes([made[16], made[17] & 0x7F]) + made[18:] == CAPTURED
    assert made[3] == 0x32 and made[17] & 0x80


@given(st.builds(Readings, st.floats(0, 1e5), st.floats(0, 300), st.floats(0, 4000), st.floats(0, 100)))
def test_any_reading_fits_one_advertisement(readings):
    made = payload(readings, equipment_id=255)
    assert len(made) == 19 and len(advertisement(made)) <= 31
    assert 1 <= made[18] <= 24 and made[15] < 60


async def test_a_scanner_hears_new_numbers_and_nothing_of_a_silent_bike():
    async with local_radio() as radio:
        bike = await radio.add_keiser(equipment_id=12, period_s=None)
        heard = asyncio.Queue()
        scanner = BleakScanner(lambda device, data: heard.put_nowait((device, data)), backend=radio.scanner_backend)
        async with scanner, asyncio.timeout(SOON_S):
            await bike.tick(0.0)
            device, data = await heard.get()
            assert device.name == "M3" and list(data.manufacturer_data) == [0x0102]
            assert data.manufacturer_data[0x0102][3] == 12
            assert int.from_bytes(data.manufacturer_data[0x0102][4:6], "little") == 850
            await bike.tick(5.0)
            while data.manufacturer_data[0x0102][13] != 5:
                _, data = await heard.get()
            bike.bike.faults.start(Fault.SILENCE)
            await bike.tick(6.0)
            await asyncio.sleep(0)
        async with scanner:
            await asyncio.sleep(0.1)
            assert not scanner.discovered_devices


async def test_a_new_address_is_heard_under_the_old_name():
    async with local_radio() as radio:
        bike = await radio.add_keiser(period_s=None)
        await bike.tick(0.0)
        before = await BleakScanner.find_device_by_name("M3", SOON_S, backend=radio.scanner_backend)
        bike.bike.faults.start(Fault.NEW_ADDRESS)
        await bike.tick(1.0)
        after = await BleakScanner.find_device_by_name("M3", SOON_S, backend=radio.scanner_backend)
        assert before.address != after.address == bike.address
