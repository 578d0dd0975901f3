"""A bike on a real pseudo-terminal: Samples, silence, damage, unplugging, replacing, closing."""

import asyncio
import os
import threading
import time
import tty
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from drivers import LinkState, open_sensor
from drivers.errors import LinkLost, PortBusy, PortMissing, WrongDevice

ALL = {"cadence_rpm", "power_w", "resistance_pct"}


def url(path):
    return f"serial://{path}?protocol=peloton"


def spoken(sample):
    return {name for name in ALL if getattr(sample, name) is not None}


async def samples_until(sensor, enough, seconds=10.0):
    """The Samples that come until ``enough(samples)``."""
    samples = []
    async with asyncio.timeout(seconds):
        async for sample in sensor:
            samples.append(sample)
            if enough(samples):
                break
    return samples


def every_value(samples):
    return set().union(*map(spoken, samples)) == ALL


async def until(condition, seconds=10.0):
    """Wait for something that nobody announces."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


@contextmanager
def line(answer):
    """A real pseudo-terminal whose far end answers what ``answer(bytes)`` returns."""
    far, near = os.openpty()
    tty.setraw(near)

    def talk():
        with suppress(OSError):
            while data := os.read(far, 256):
                os.write(far, answer(data))

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    path = os.ttyname(near)
    try:
        yield path
    finally:
        os.close(near)
        thread.join(5)
        os.close(far)


async def test_a_bike_says_cadence_power_and_resistance(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    before_s = time.monotonic()
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        samples = await samples_until(sensor, lambda samples: len(samples) >= 12)
    assert all(len(spoken(sample)) == 1 for sample in samples)
    assert all(before_s < sample.at_s <= time.monotonic() for sample in samples)
    assert {sample.source for sample in samples} == {url(tmp_path / "bike")}
    said = {name: getattr(sample, name) for sample in samples for name in spoken(sample)}
    assert said["cadence_rpm"] == 80
    assert said["power_w"] == pytest.approx(108.4, abs=3)
    assert said["resistance_pct"] == pytest.approx(40, abs=0.2)


async def test_each_value_comes_about_three_times_a_second(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        samples = await samples_until(sensor, lambda samples: len(samples) >= 40)
    cadences = [sample.at_s for sample in samples if sample.cadence_rpm is not None]
    assert (cadences[-1] - cadences[0]) / (len(cadences) - 1) == pytest.approx(0.3, abs=0.03)


async def test_the_bikes_own_percent_is_used_where_it_has_one(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 37.2, "--scaled-resistance")
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await samples_until(sensor, lambda samples: samples[-1].resistance_pct == 37.0)


async def test_the_other_bikes_table_is_read_from_the_bike(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 62, "--calibration", "b")
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        samples = await samples_until(sensor, every_value)
    (resistance,) = {sample.resistance_pct for sample in samples} - {None}
    assert resistance == pytest.approx(62, abs=0.2)


async def test_a_noisy_cable_costs_samples_but_never_a_wrong_value(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 90, "--resistance", 40, "--noise", 0.02)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        samples = await samples_until(sensor, lambda samples: len(samples) >= 60, seconds=30)
        assert sensor.status.frames_bad > 0
    assert {sample.cadence_rpm for sample in samples} == {None, 90}
    assert all(abs(sample.resistance_pct - 40) < 0.2 for sample in samples if sample.resistance_pct is not None)
    assert all(abs(sample.power_w - 129.1) < 1 for sample in samples if sample.power_w is not None)


async def test_a_bike_that_is_unplugged_comes_back_by_itself_within_three_seconds(virtual_bike, tmp_path):
    bike = virtual_bike("--link", tmp_path / "bike")
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await samples_until(sensor, every_value)
        bike.kill()
        await until(lambda: sensor.status.state is not LinkState.RECEIVING, seconds=2)
        assert sensor.status.error.remedy
        bike.wait()
        (tmp_path / "bike").unlink()
        await until(lambda: isinstance(sensor.status.error, PortMissing))
        assert sensor.status.state is LinkState.NEEDS_RIDER
        virtual_bike("--link", tmp_path / "bike")
        back_s = time.monotonic()
        samples = await samples_until(sensor, lambda samples: every_value(s for s in samples if s.at_s > back_s))
        assert samples[-1].at_s - back_s < 3.0
        assert sensor.status.state is LinkState.RECEIVING
        assert sensor.status.error is None
        assert sensor.status.reconnects == 1


async def test_a_link_that_leads_to_another_bike_now_is_followed(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 60, "--resistance", 30)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await samples_until(sensor, lambda samples: samples[-1].cadence_rpm == 60)
        virtual_bike("--link", tmp_path / "other", "--cadence", 100, "--resistance", 30)
        (tmp_path / "other").replace(tmp_path / "bike")
        await samples_until(sensor, lambda samples: samples[-1].cadence_rpm == 100, seconds=4)


async def test_a_bike_that_appears_late_is_found(virtual_bike, tmp_path):
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await until(lambda: isinstance(sensor.status.error, PortMissing))
        assert "Plug" in sensor.status.error.remedy
        virtual_bike("--link", tmp_path / "bike")
        await samples_until(sensor, every_value, seconds=5)
        assert sensor.status.reconnects == 0


async def test_a_port_another_program_holds_is_busy_until_it_is_let_go(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    async with open_sensor(url(tmp_path / "bike")) as second:
        async with open_sensor(url(tmp_path / "bike")) as first:
            await until(lambda: PortBusy in {type(first.status.error), type(second.status.error)})
            blocked = first if first.status.error else second
            assert "Close the other program" in blocked.status.error.remedy
            if blocked is second:
                assert second.status.state is LinkState.NEEDS_RIDER
        await samples_until(second, every_value, seconds=5)


async def test_a_silent_bike_is_told_with_what_to_do():
    with line(lambda data: b"") as path:
        async with open_sensor(url(path)) as sensor:
            await until(lambda: sensor.status.state is LinkState.SILENT, seconds=4)
            assert isinstance(sensor.status.error, LinkLost)
            assert "plug" in sensor.status.error.remedy


async def test_foreign_bytes_are_the_wrong_device_and_never_a_sample():
    with line(lambda data: b"$GPGGA,123519,4807.038,N\r\n") as path:
        async with open_sensor(url(path)) as sensor:
            await until(lambda: isinstance(sensor.status.error, WrongDevice), seconds=4)
            assert sensor.status.state is LinkState.NEEDS_RIDER
            assert sensor.status.frames_ok == 0
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await anext(aiter(sensor))


async def test_a_line_that_only_echoes_is_told_apart():
    with line(lambda data: data) as path:
        async with open_sensor(url(path)) as sensor:
            await until(lambda: isinstance(sensor.status.error, WrongDevice), seconds=4)
            assert "back" in str(sensor.status.error)


@pytest.mark.parametrize("name", ["file", "."])
async def test_what_is_no_serial_port_is_told(tmp_path, name):
    (tmp_path / "file").write_text("words")
    async with open_sensor(url(tmp_path / name)) as sensor:
        await until(lambda: sensor.status.error is not None)
    assert isinstance(sensor.status.error, WrongDevice)
    assert "Choose the port" in sensor.status.error.remedy


async def test_a_sleeping_consumer_loses_the_oldest_samples_only(virtual_bike, tmp_path, monkeypatch):
    monkeypatch.setattr("drivers.serial_bike.KEPT_SAMPLES", 5)
    virtual_bike("--link", tmp_path / "bike")
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await until(lambda: sensor.status.frames_ok >= 33 + 15)
        newest_s = sensor.status.last_frame_at_s
        samples = await samples_until(sensor, lambda samples: samples[-1].at_s >= newest_s)
    assert newest_s - samples[0].at_s < 1.0


def open_files():
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_closing_leaves_no_thread_and_no_open_file(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")

    async def once():
        async with open_sensor(url(tmp_path / "bike")) as sensor:
            await until(lambda: sensor.status.frames_ok > 0)
            assert any(thread.name.startswith("bike at") for thread in threading.enumerate())

    await once()  # the first run also starts what asyncio keeps for good
    files = open_files()
    for _ in range(5):
        await once()
    assert open_files() == files
    assert not any(thread.name.startswith("bike at") for thread in threading.enumerate())


async def test_closing_is_quick_even_while_nothing_is_there(tmp_path):
    async with open_sensor(url(tmp_path / "nothing")) as sensor:
        await until(lambda: sensor.status.error is not None)
        begin_s = time.monotonic()
    assert time.monotonic() - begin_s < 0.2


async def test_iteration_ends_when_the_sensor_is_closed(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        reading = asyncio.create_task(samples_until(sensor, lambda samples: False))
        await until(lambda: sensor.status.frames_ok > 0)
    await reading


async def test_a_cancelled_reader_closes_the_port(virtual_bike, tmp_path):
    virtual_bike("--link", tmp_path / "bike")

    async def read():
        async with open_sensor(url(tmp_path / "bike")) as sensor:
            async for _ in sensor:
                started.set()

    started = asyncio.Event()
    reading = asyncio.create_task(read())
    await asyncio.wait_for(started.wait(), 10)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await samples_until(sensor, lambda samples: True, seconds=5)
