"""A recording replayed is the ride again: the same Samples, with the same spacing, by the same door."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from drivers import LinkState, SensorAddressError, gatt, open_sensor
from drivers.recording import Header, Moment, Recorder
from drivers.replay import ReplayAddress

FIELDS = ("cadence_rpm", "resistance_pct", "power_w", "heart_rate_bpm", "speed_kmh", "distance_m")
TABLE = (164, 169, 186, 222, 297, 369, 440, 497, 558, 609, 653, 687, 726, 757, 783, 803)
TABLE += (827, 845, 861, 874, 889, 901, 911, 921, 930, 938, 944, 952, 958, 963, 967)


def said(sample):
    return {name: value for name in FIELDS if (value := getattr(sample, name)) is not None}


async def take(url, path, seconds):
    """Record a sensor for so long; the Samples it gave meanwhile."""
    with Recorder(path, url, datetime.now(UTC)) as recorder:
        async with open_sensor(url, tap=recorder.note) as sensor:
            samples = []
            try:
                async with asyncio.timeout(seconds):
                    async for sample in sensor:
                        samples.append(sample)  # noqa: PERF401
            except TimeoutError:
                recorder.name = sensor.status.name
        frames = sensor.status.frames_ok
    return samples, frames


async def replayed(path, speed=0.0):
    async with open_sensor(ReplayAddress(path, speed).url) as sensor:
        return [sample async for sample in sensor], sensor.status


def assert_same(replayed, live, within_s):
    assert [said(sample) for sample in replayed] == [said(sample) for sample in live]
    shift_s = replayed[0].at_s - live[0].at_s
    for one, other in zip(replayed, live, strict=True):
        assert one.at_s - other.at_s == pytest.approx(shift_s, abs=within_s)


async def test_a_serial_ride_is_the_same_again(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    live, frames = await take(f"serial://{tmp_path}/bike", tmp_path / "ride.jsonl", 5.0)
    again, status = await replayed(tmp_path / "ride.jsonl")
    assert {name for sample in again for name in said(sample)} == {"cadence_rpm", "power_w", "resistance_pct"}
    assert_same(again, live, 1e-5)
    assert status.frames_ok == frames and status.frames_bad == 0


async def test_a_bike_that_knows_percent_is_the_same_again(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--scaled-resistance", "--resistance", 37)
    live, _ = await take(f"serial://{tmp_path}/bike", tmp_path / "ride.jsonl", 6.0)
    again, _ = await replayed(tmp_path / "ride.jsonl")
    assert_same(again, live, 1e-5)
    assert 37.0 in {sample.resistance_pct for sample in again}


async def test_a_gatt_ride_is_the_same_again_with_its_resistance(virtual_bike_on, tmp_path):
    place = virtual_bike_on("dircon", "--no-mdns", "--interval", 0.2)
    live, _ = await take(f"dircon://{place}", tmp_path / "ride.jsonl", 2.5)
    again, status = await replayed(tmp_path / "ride.jsonl")
    assert {"resistance_pct", "heart_rate_bpm", "speed_kmh"} <= {name for sample in again for name in said(sample)}
    assert_same(again, live, 0.02)  # the tap and the decoder read the clock one after the other
    assert status.battery_pct == 100


async def test_the_virtual_bikes_own_recording_is_the_same_ride(virtual_bike_on, tmp_path):
    virtual_bike_on("serial", "--link", tmp_path / "bike", "--record", tmp_path / "theirs.jsonl")
    live, frames = await take(f"serial://{tmp_path}/bike", tmp_path / "ours.jsonl", 4.0)
    again, status = await replayed(tmp_path / "theirs.jsonl")
    assert_same(again, live, 0.05)
    assert status.frames_ok == frames


async def test_our_recording_is_a_ride_for_the_virtual_bike(virtual_bike_on, tmp_path):
    place = virtual_bike_on("dircon", "--no-mdns", "--interval", 0.2, "--cadence", 77)
    await take(f"dircon://{place}", tmp_path / "ride.jsonl", 2.0)
    place = virtual_bike_on("dircon", "--no-mdns", "--replay", tmp_path / "ride.jsonl")
    live, _ = await take(f"dircon://{place}", tmp_path / "again.jsonl", 2.0)
    assert {sample.cadence_rpm for sample in live} - {None} == {77.0}


async def test_what_is_replayed_faster_keeps_its_spacing_scaled(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    live, _ = await take(f"serial://{tmp_path}/bike", tmp_path / "ride.jsonl", 4.0)
    began_s = time.monotonic()
    samples = []
    async with asyncio.timeout(10), open_sensor(ReplayAddress(tmp_path / "ride.jsonl", 10).url) as sensor:
        async for sample in sensor:
            samples.append(sample)
            if len(samples) == len(live):
                break
        took_s = time.monotonic() - began_s
        await sensor.ended.wait()
        assert sensor.status.state is LinkState.SILENT and "ended" in str(sensor.status.error)
    assert [said(sample) for sample in samples] == [said(sample) for sample in live]
    lasted_s = live[-1].at_s - live[0].at_s
    assert samples[-1].at_s - samples[0].at_s == pytest.approx(lasted_s / 10, abs=1e-4)
    assert took_s >= lasted_s / 10


def write(path, moments, url="serial:///dev/ttyUSB0", name=""):
    path.write_bytes(Header(url, name).line() + b"".join(moment.line() for moment in moments))


def reply(code, payload):
    body = bytes([0xF1, code, len(payload)]) + payload
    return body + bytes([sum(body) & 0xFF, 0xF6])


def cadence(t_s, rpm):
    return Moment(t_s, True, None, reply(0x41, f"{rpm:03d}"[::-1].encode()))


async def test_silence_in_the_recording_is_silence(tmp_path):
    write(tmp_path / "ride.jsonl", [cadence(0.0, 80), cadence(40.0, 81)])
    async with asyncio.timeout(10), open_sensor(ReplayAddress(tmp_path / "ride.jsonl", 20).url) as sensor:
        assert (await anext(sensor)).cadence_rpm == 80
        assert sensor.status.state is LinkState.RECEIVING
        while sensor.status.state is LinkState.RECEIVING:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        assert sensor.status.state is LinkState.SILENT and not sensor.ended.is_set()
        assert (await anext(sensor)).cadence_rpm == 81
        assert sensor.status.frames_ok == 2


async def test_a_recording_without_questions_still_teaches_the_table(tmp_path):
    entries = [reply(0xF7, f"{count:04d}"[::-1].encode()) for count in TABLE]
    raw = reply(0x4A, f"{TABLE[6]:04d}"[::-1].encode())
    data = [*entries, raw, raw]
    write(tmp_path / "ride.jsonl", [Moment(i / 10, True, None, one) for i, one in enumerate(data)])
    samples, _ = await replayed(tmp_path / "ride.jsonl")
    assert samples[-1].resistance_pct == pytest.approx(20.0)


async def test_a_schwinn_by_its_recorded_name_says_that_its_resistance_is_estimated(tmp_path):
    frame = bytes.fromhex("4402da020201220100")
    ride = [Moment(0.0, True, gatt.INDOOR_BIKE_DATA, frame)]
    write(tmp_path / "ic4.jsonl", ride, "ble://AA:BB:CC:DD:EE:FF", "IC Bike")
    ((sample,), _) = await replayed(tmp_path / "ic4.jsonl")
    assert sample.power_w == 290 and sample.resistance_pct > 30
    assert sample.estimated == {"resistance_pct"}


async def test_a_keisers_advertisements_are_replayed(tmp_path):
    heard = bytes.fromhex("0201063000383803460573000D00042701000A")
    write(tmp_path / "m3.jsonl", [Moment(0.0, True, None, heard)], "keiser://56")
    ((sample,), _) = await replayed(tmp_path / "m3.jsonl")
    assert sample.power_w == 115 and sample.cadence_rpm == pytest.approx(82.4)


async def test_a_recording_that_is_damaged_half_way_plays_up_to_there_and_says_which_line(tmp_path):
    write(tmp_path / "ride.jsonl", [cadence(0.0, 80)])
    with (tmp_path / "ride.jsonl").open("ab") as file:
        file.write(b"nonsense\n" + cadence(1.0, 81).line())
    for speed in (0, 100):
        async with asyncio.timeout(10), open_sensor(ReplayAddress(tmp_path / "ride.jsonl", speed).url) as sensor:
            assert (await anext(sensor)).cadence_rpm == 80
            if not speed:
                assert [sample async for sample in sensor] == []
            await sensor.ended.wait()
            assert sensor.status.state is LinkState.NEEDS_RIDER and "line 3" in str(sensor.status.error)


async def test_a_missing_recording_is_told_in_the_status(tmp_path):
    async with asyncio.timeout(10), open_sensor(ReplayAddress(tmp_path / "none").url) as sensor:
        await sensor.ended.wait()
        assert "cannot read" in str(sensor.status.error) and sensor.status.error.remedy


@pytest.mark.parametrize("url", ["replay://", "replay:///x?speed=-1", "replay:///x?speed=fast", "replay:///x?a=1"])
def test_an_address_that_is_not_understood_is_refused_with_what_to_write(url):
    with pytest.raises(SensorAddressError) as refused:
        open_sensor(url)
    assert "replay:///" in refused.value.remedy or "between" in str(refused.value)
