"""Attacks on a bike's link: a flood of garbage, a bike that freezes, is killed again and again, or is swapped."""

import asyncio
import os
import signal
import threading
import time
import tty
from contextlib import contextmanager

import pytest

from drivers import LinkState, open_sensor
from drivers.errors import WrongDevice
from drivers.peloton_poll import PelotonPoll


def url(path):
    return f"serial://{path}?protocol=peloton"


async def until(condition, seconds=10.0):
    """Wait for something that nobody announces."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def next_with(sensor, field, since_s, seconds=10.0):
    """The first Sample that speaks of ``field`` and was heard after ``since_s``."""
    async with asyncio.timeout(seconds):
        async for sample in sensor:
            if getattr(sample, field) is not None and sample.at_s > since_s:
                return sample


@contextmanager
def flood(chunk):
    """A real pseudo-terminal out of which ``chunk`` comes without end, as fast as it is read."""
    far, near = os.openpty()
    tty.setraw(near)
    ended = threading.Event()

    def pour():
        os.set_blocking(far, False)
        while not ended.is_set():
            try:
                os.write(far, chunk)
            except BlockingIOError:
                ended.wait(0.001)

    thread = threading.Thread(target=pour, daemon=True)
    thread.start()
    try:
        yield os.ttyname(near)
    finally:
        ended.set()
        thread.join(5)
        os.close(near)
        os.close(far)


@pytest.mark.parametrize("chunk", [os.urandom(4096), b"\xf1" * 4096, bytes.fromhex("f14103323930d0f6") * 500])
async def test_a_flood_is_let_go_and_told(chunk):
    with flood(chunk) as path:
        async with open_sensor(url(path)) as sensor:
            await until(lambda: isinstance(sensor.status.error, WrongDevice))
            assert "far more bytes" in str(sensor.status.error)
            begin_bytes, begin_s = sensor.status.bytes_seen, time.monotonic()
            await asyncio.sleep(2)  # there is no event: what is shown is that little happens
            a_second = (sensor.status.bytes_seen - begin_bytes) / (time.monotonic() - begin_s)
            assert a_second < 100_000
            begin_s = time.monotonic()
        assert time.monotonic() - begin_s < 1.0


async def test_random_garbage_never_speaks_and_is_told_once_and_for_all():
    with flood(os.urandom(4096)) as path:
        async with open_sensor(url(path)) as sensor:
            await until(lambda: isinstance(sensor.status.error, WrongDevice))
            states = set()
            for _ in range(150):
                states.add(sensor.status.state)
                await asyncio.sleep(0.01)
            assert states == {LinkState.NEEDS_RIDER}, "the screen must not flicker between two words"
            assert sensor.status.frames_ok == 0


async def test_a_frozen_bike_is_silent_and_goes_on_when_it_wakes(virtual_bike, tmp_path):
    bike = virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await next_with(sensor, "resistance_pct", 0)
        bike.send_signal(signal.SIGSTOP)
        await until(lambda: sensor.status.state is LinkState.SILENT, seconds=4)
        bike.send_signal(signal.SIGCONT)
        awake_s = time.monotonic()
        assert (await next_with(sensor, "cadence_rpm", awake_s)).at_s - awake_s < 1.0
        assert (await next_with(sensor, "resistance_pct", awake_s)).resistance_pct == pytest.approx(40, abs=0.3)


async def test_a_bike_killed_again_and_again_is_back_within_three_seconds_each_time(virtual_bike, tmp_path):
    bike = virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await next_with(sensor, "resistance_pct", 0)
        for again in range(1, 4):
            bike.kill()
            bike.wait()
            bike = virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
            back_s = time.monotonic()
            assert (await next_with(sensor, "cadence_rpm", back_s)).at_s - back_s < 3.0
            resistance = await next_with(sensor, "resistance_pct", back_s)
            assert resistance.at_s - back_s < 3.0, "the table of a bike that was here before is known"
            assert resistance.resistance_pct == pytest.approx(40, abs=0.3)
            assert sensor.status.reconnects == again


async def test_another_bike_behind_the_same_link_is_never_read_with_the_old_table(virtual_bike, tmp_path):
    """The two say the same id; entries of their tables tell them apart."""
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 62)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await next_with(sensor, "resistance_pct", 0)
        virtual_bike("--link", tmp_path / "other", "--cadence", 60, "--resistance", 62, "--calibration", "b")
        (tmp_path / "other").replace(tmp_path / "bike")
        swapped_s = time.monotonic()
        async with asyncio.timeout(10):
            async for sample in sensor:
                if sample.resistance_pct is not None:
                    assert sample.resistance_pct == pytest.approx(62, abs=0.3)
                    if sample.at_s - swapped_s > 4:
                        break


async def test_a_fault_of_the_driver_itself_is_told_and_survived(virtual_bike, tmp_path, monkeypatch, caplog):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    async with open_sensor(url(tmp_path / "bike")) as sensor:
        await next_with(sensor, "cadence_rpm", 0)
        with monkeypatch.context() as broken:
            broken.setattr(PelotonPoll, "hear", lambda *_: {}["gone"])
            await until(lambda: sensor.status.state is LinkState.LOST)
            assert "a fault in the driver" in str(sensor.status.error)
        assert await next_with(sensor, "cadence_rpm", time.monotonic(), seconds=3)
    assert "reading the bike at" in caplog.text
