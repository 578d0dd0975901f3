"""Every fault, seen where a client sees it: on the air, over TCP, and on the serial line."""

import asyncio
import itertools

import pytest
from bleak import BleakClient

from virtualbike import gatt_table as table
from virtualbike.bleak_backend import local_radio
from virtualbike.fault_script import parse
from virtualbike.faults import Fault, Faults, Happening, Happenings
from virtualbike.gatt_table import uuid
from virtualbike.keyboard import KEYS, LEGEND, press
from virtualbike.measurements import indoor_bike_data
from virtualbike.readings import Readings
from virtualbike.script import ScriptError

SOON_S = 5.0
RIDING = Readings(at_s=10.0, cadence_rpm=85.0, power_w=150.0, resistance_pct=35.0, heart_rate_bpm=120.0)
FRAME = bytes(range(1, 21))


def with_fault(fault):
    faults = Faults()
    faults.start(fault)
    return faults


def test_well_nothing_is_changed():
    faults = Faults()
    assert faults.distort(RIDING) == RIDING and faults.pass_through(FRAME) == FRAME == faults.reach_bike(FRAME)
    assert (faults.delay_s, faults.battery_pct(), faults.unplugged) == (0.0, 100, False)


def test_noise_damages_some_bytes_both_ways():
    faults = with_fault(Fault.NOISE)
    assert sum(faults.pass_through(FRAME) != FRAME for _ in range(100)) > 30
    assert sum(faults.reach_bike(FRAME) != FRAME for _ in range(100)) > 30


def test_flipped_changes_one_bit_of_every_frame():
    faults = with_fault(Fault.FLIPPED)
    for _ in range(50):
        wrong = int.from_bytes(faults.pass_through(FRAME)) ^ int.from_bytes(FRAME)
        assert wrong.bit_count() == 1


def test_lost_header_and_silence():
    assert with_fault(Fault.LOST_HEADER).pass_through(FRAME) == FRAME[1:]
    assert with_fault(Fault.SILENCE).pass_through(FRAME) == b""


def test_stuck_repeats_what_was_shown_when_it_began_and_lets_go():
    faults = with_fault(Fault.STUCK)
    faults.distort(RIDING)
    later = Readings(at_s=20.0, cadence_rpm=60.0)
    assert faults.distort(later).cadence_rpm == 85.0 and faults.distort(later).at_s == 20.0
    faults.end(Fault.STUCK)
    assert faults.distort(later) == later


def test_spikes_are_now_and_then_and_absurd():
    shown = [with_spikes.power_w for with_spikes in map(with_fault(Fault.SPIKES).distort, [RIDING] * 200)]
    assert set(shown) == {150.0, 3000.0} and 20 < shown.count(3000.0) < 80


def test_what_happens_is_told_once():
    faults = Faults()
    happenings = Happenings(faults)
    assert happenings.look() == []
    faults.start(Fault.UNPLUGGED)
    faults.start(Fault.NEW_ADDRESS)
    assert happenings.look() == [Happening.GONE, Happening.NEW_ADDRESS]
    assert happenings.look() == []
    faults.end(Fault.UNPLUGGED)
    faults.start(Fault.LOW_BATTERY)
    faults.start(Fault.CONTROL_LOST)
    assert happenings.look() == [Happening.BACK, Happening.CONTROL_LOST, Happening.BATTERY_CHANGED]


def test_every_fault_has_a_key_and_the_legend_names_it():
    assert sorted(KEYS.values()) == sorted(Fault)
    assert all(f"{key} {fault}" in LEGEND for key, fault in KEYS.items())


def test_a_key_switches_a_fault_on_and_off():
    faults = Faults()
    assert press("s", faults) == "silence: on" and faults.active == {Fault.SILENCE}
    assert press("s", faults) == "silence: off" and not faults.active
    assert press("a", faults) == "new-address" and faults.happened[Fault.NEW_ADDRESS] == 1
    assert press("Z", faults) == "" and press("?", faults) == LEGEND
    press("u", faults)
    assert press(".", faults) == "all well" and not faults.active


def test_a_script_begins_and_ends_faults_at_their_seconds():
    script = parse(
        '[[fault]]\nat = 5\nfault = "silence"\nseconds = 2\n[[fault]]\nat = 7\nfault = "silence"\nseconds = 1\n'
        '[[fault]]\nat = 1\nfault = "new-address"\n[[fault]]\nat = 9\nfault = "slow"\n'
    )
    faults, active = Faults(), []
    for second in range(11):
        script.carry_out(faults, float(second))
        active.append("".join(sorted(fault[1] for fault in faults.active)))
    assert active == ["", "", "", "", "", "i", "i", "i", "", "l", "l"]
    assert faults.happened[Fault.NEW_ADDRESS] == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "[[fault]] entries"),
        ("[[fault]\n", "line 1"),
        ("fault = 3", "[[fault]] entries"),
        ("[[leg]]\n[[fault]]\n", "[[fault]] entries"),
        ('[[fault]]\nat = 1\nfault = "boredom"', "fault 1: 'fault' is one of noise, flipped"),
        ('[[fault]]\nat = 1\nfault = "noise"\n[[fault]]\nat = -1\nfault = "noise"', "fault 2: 'at' is a number"),
        ('[[fault]]\nat = 1\nfault = "noise"\nseconds = "long"', "fault 1: 'seconds' is a number"),
        ('[[fault]]\nat = 1\nfault = "new-address"\nseconds = 2', "happens at once; leave 'seconds' out"),
        ('[[fault]]\nfault = "noise"\nfor = 2', "unknown key 'for'"),
    ],
)
def test_a_mistake_in_a_script_is_told_with_its_place(text, message):
    with pytest.raises(ScriptError) as told:
        parse(text)
    assert message in str(told.value)


@pytest.fixture
async def air():
    """A bike on the air, a client that hears its data and battery, and a way to let seconds pass."""
    async with local_radio() as radio:
        bike = await radio.add_bike(interval_s=None)
        gone, heard = asyncio.Event(), asyncio.Queue()
        client = BleakClient(bike.address, lambda _: gone.set(), backend=radio.client_backend)
        await client.connect()
        for number in (table.INDOOR_BIKE_DATA, table.BATTERY_LEVEL, table.MACHINE_STATUS):
            await client.start_notify(uuid(number), lambda _, data, number=number: heard.put_nowait((number, data)))
        seconds = itertools.count()

        async def tick():
            await bike.tick(float(next(seconds)))

        async def data():
            await tick()
            async with asyncio.timeout(SOON_S):
                while (told := await heard.get())[0] != table.INDOOR_BIKE_DATA:
                    pass
            return bytes(told[1])

        yield bike, bike.bike.faults, tick, data, heard, gone
        await client.disconnect()


async def test_damage_is_heard_on_the_air(air):
    bike, faults, _, data, _, _ = air
    well = await data()
    faults.start(Fault.LOST_HEADER)
    assert len(await data()) == len(well) - 1
    faults.end(Fault.LOST_HEADER)
    faults.start(Fault.FLIPPED)
    truth = bike.bike.riding
    flipped = await data()
    faults.end(Fault.FLIPPED)
    wrong = int.from_bytes(flipped) ^ int.from_bytes(indoor_bike_data(truth.readings, 244)[0])
    assert wrong.bit_count() == 1
    faults.start(Fault.NOISE)
    assert any([len(await data()) != len(well) for _ in range(20)])


async def test_silence_is_silence_and_ends(air):
    _, faults, tick, data, heard, gone = air
    faults.start(Fault.SILENCE)
    for _ in range(5):
        await tick()
    faults.end(Fault.SILENCE)
    await data()
    assert heard.empty() and not gone.is_set()


async def test_a_slow_link_is_late_and_in_order(air):
    _, faults, tick, _, heard, _ = air
    faults.start(Fault.SLOW)
    begin_s = asyncio.get_running_loop().time()
    await tick()
    await tick()
    first = await heard.get()
    assert asyncio.get_running_loop().time() - begin_s > 1.4
    second = await heard.get()
    assert int.from_bytes(first[1][-2:], "little") + 1 == int.from_bytes(second[1][-2:], "little")


async def test_a_low_battery_is_told_at_once_and_again_when_it_is_full(air):
    _, faults, tick, _, heard, _ = air
    for fault, level in ((faults.start, 4), (faults.end, 100)):
        fault(Fault.LOW_BATTERY)
        await tick()
        async with asyncio.timeout(SOON_S):
            while (told := await heard.get())[0] != table.BATTERY_LEVEL:
                pass
        assert told[1] == bytes([level])


@pytest.mark.parametrize("fault", [Fault.UNPLUGGED, Fault.NEW_ADDRESS])
async def test_what_goes_away_is_missed(air, fault):
    _, faults, tick, _, _, gone = air
    faults.start(fault)
    await tick()
    async with asyncio.timeout(SOON_S):
        await gone.wait()
