"""A bike that is being ridden, heard by others: they hear what the rider's program hears, and cannot disturb it."""

import asyncio
import os
import socket
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from drivers import LinkState
from drivers.attached import AttachedSensor, attach_or_open
from drivers.recording import Header, Moment, Recorder, read_recording
from drivers.shared import SharedSensor
from drivers.tap import BEHIND_MAX, LISTENERS_MAX, TapServer
from drivers.tap_folder import own_folders, socket_paths

URL = "serial:///dev/nowhere"
QUESTION, ANSWER = bytes.fromhex("f54136f6"), bytes.fromhex("f14103323930d0f6")  # 92 rpm


@pytest.fixture
def folder(tmp_path_factory) -> Path:
    folder = Path(os.path.relpath(tmp_path_factory.mktemp("t")))  # a socket's path must be short
    return folder if len(str(folder)) < 60 else pytest.skip("the folder for tests is too deep for a socket")


@asynccontextmanager
async def offering(folder, url=URL):
    server = TapServer(url, lambda: "Bike", folder=folder, clock=lambda: 100.0)
    await server.start()
    assert server.offered
    try:
        yield server
    finally:
        await server.close()


async def arrive(folder, url=URL):
    """A bare listener, once it is known: what the server sends is a recording."""
    (path,) = socket_paths(url, folder)
    reader, writer = await asyncio.open_unix_connection(path)
    assert Header.parse(await reader.readline()).name == "Bike"
    return reader, writer


async def test_a_listener_hears_what_passes_in_both_directions_from_its_arrival_on(folder):
    async with asyncio.timeout(10), offering(folder) as server:
        server.show(99.0, False, None, QUESTION)
        reader, writer = await arrive(folder)
        server.show(100.5, False, None, QUESTION)
        server.show(100.6, True, None, ANSWER)
        heard = [Moment.parse(await reader.readline()) for _ in range(2)]
        assert heard == [Moment(0.5, False, None, QUESTION), Moment(0.6, True, None, ANSWER)]
        writer.close()


async def test_several_listeners_hear_the_same_and_one_too_many_is_sent_away(folder):
    async with asyncio.timeout(10), offering(folder) as server:
        listeners = [await arrive(folder) for _ in range(LISTENERS_MAX)]
        (path,) = socket_paths(URL, folder)
        reader, writer = await asyncio.open_unix_connection(path)
        assert await reader.read() == b""
        server.show(101.0, True, None, ANSWER)
        for reader, _ in listeners:
            assert Moment.parse(await reader.readline()).data == ANSWER
        for _, one in [*listeners, (None, writer)]:
            one.close()


async def test_a_listener_that_does_not_read_is_hung_up_on_and_the_others_hear_on(folder):
    async with asyncio.timeout(30), offering(folder) as server:
        (path,) = socket_paths(URL, folder)
        sleeper = socket.socket(socket.AF_UNIX)
        sleeper.connect(str(path))
        reader, writer = await arrive(folder)
        shown = 20 * BEHIND_MAX // 256
        heard = asyncio.create_task(reader.readexactly(shown * len(Moment(0.0, True, None, bytes(256)).line())))
        for _ in range(shown):
            server.show(100.0, True, None, bytes(256))
            await asyncio.sleep(0)
        await heard
        sleeper.settimeout(5)
        while sleeper.recv(65_536):
            pass
        sleeper.close()
        writer.close()


async def test_what_a_listener_sends_is_thrown_away(folder):
    async with asyncio.timeout(10), offering(folder) as server:
        reader, writer = await arrive(folder)
        writer.write(QUESTION * 1000)
        await writer.drain()
        server.show(101.0, True, None, ANSWER)
        assert Moment.parse(await reader.readline()).data == ANSWER
        writer.close()


async def test_a_socket_that_a_crash_left_behind_is_replaced(folder):
    (path,) = socket_paths(URL, folder)
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(path))
    left.close()
    assert path.exists()
    async with asyncio.timeout(10), offering(folder):
        _, writer = await arrive(folder)
        writer.close()
    assert not path.exists()


async def test_who_comes_second_leaves_the_first_ones_socket_alone(folder):
    async with asyncio.timeout(10), offering(folder):
        second = TapServer(URL, lambda: "Second", folder=folder)
        await second.start()
        assert not second.offered
        await second.close()
        _, writer = await arrive(folder)
        writer.close()


async def test_where_no_socket_can_be_made_the_ride_goes_on_without(tmp_path, folder):
    for url, place in ((URL, tmp_path / "missing"), ("replay:///x", folder), (URL, tmp_path / ("deep" * 30))):
        server = TapServer(url, lambda: "Bike", folder=place)
        await server.start()
        server.show(1.0, True, None, ANSWER)
        assert not server.offered
        await server.close()


def test_one_port_has_one_socket_however_it_is_written(tmp_path):
    (tmp_path / "port").touch()
    (tmp_path / "bike").symlink_to(tmp_path / "port")
    same = {
        socket_paths(f"serial://{tmp_path}/{name}", tmp_path)[0] for name in ("port", "bike", "bike?protocol=peloton")
    }
    assert len(same) == 1
    assert socket_paths("ble://aa:bb:cc:dd:ee:ff?name=A", tmp_path) == socket_paths("ble://AA:BB:CC:DD:EE:FF", tmp_path)
    assert socket_paths("dircon://host:1", tmp_path) != socket_paths("dircon://host:2", tmp_path)


def test_the_folder_is_this_users_alone(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    first, *_ = own_folders()
    assert first == tmp_path / "breakaway" and first.stat().st_mode & 0o777 == 0o700
    first.chmod(0o755)  # others may look in: it may be somebody else's
    assert first not in own_folders()


async def read_until(sensor, true, seconds=15.0):
    samples = []
    async with asyncio.timeout(seconds):
        async for sample in sensor:
            samples.append(sample)
            if true(samples):
                return samples
    return samples


def all_three(samples):
    said = {name for s in samples for name in ("cadence_rpm", "power_w", "resistance_pct") if getattr(s, name)}
    return len(said) == 3


async def test_a_technician_hears_a_bike_that_is_being_ridden_with_its_resistance(virtual_bike, tmp_path, folder):
    virtual_bike("--link", tmp_path / "bike", "--cadence", 80, "--resistance", 40)
    url = f"serial://{tmp_path}/bike"
    async with SharedSensor(url, folder=folder) as ridden:
        await read_until(ridden, all_three)
        before = ridden.status.frames_bad, ridden.status.reconnects
        with Recorder(tmp_path / "heard.jsonl", url, datetime.now(UTC)) as recorder:
            async with await attach_or_open(url, folder=folder, tap=recorder.note) as attached:
                assert isinstance(attached, AttachedSensor)
                heard = await read_until(attached, all_three)
                assert attached.status.state is LinkState.RECEIVING and attached.status.frames_bad == 0
                assert "Peloton" in attached.status.name
        assert {s.cadence_rpm for s in heard} - {None} == {80.0}
        assert next(s.resistance_pct for s in heard if s.resistance_pct) == pytest.approx(40, abs=0.4)
        assert (ridden.status.frames_bad, ridden.status.reconnects) == before
        _, moments = read_recording(tmp_path / "heard.jsonl")
        assert {moment.from_sensor for moment in moments} == {True, False}


async def test_a_fitness_machine_is_heard_with_its_range_and_battery(virtual_bike_on, folder):
    url = f"dircon://{virtual_bike_on('dircon', '--no-mdns', '--interval', 0.2, '--resistance', 40)}"
    async with SharedSensor(url, folder=folder) as ridden:
        await read_until(ridden, all_three)
        assert ridden.control is not None
        async with await attach_or_open(url, folder=folder) as attached:
            heard = await read_until(attached, all_three)
            assert attached.status.battery_pct == 100
    assert next(s.resistance_pct for s in heard if s.resistance_pct) == pytest.approx(40, abs=1)


async def test_who_listens_is_told_when_the_holder_ends_and_hears_the_next_one(virtual_bike, tmp_path, folder):
    virtual_bike("--link", tmp_path / "bike")
    url = f"serial://{tmp_path}/bike"
    async with asyncio.timeout(40):
        async with SharedSensor(url, folder=folder) as first:
            await read_until(first, len)
            attached = await attach_or_open(url, folder=folder)
            await attached.__aenter__()
            await read_until(attached, len)
        while attached.status.state is not LinkState.LOST:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert "ended" in str(attached.status.error) and attached.status.error.remedy
        async with SharedSensor(url, folder=folder):
            while attached.status.state is not LinkState.RECEIVING:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await attached.__aexit__()


async def test_a_socket_that_speaks_no_recording_is_no_bike(folder):
    (path,) = socket_paths(URL, folder)

    async def babble(reader, writer):
        writer.write(b"\x00" * 200_000)
        writer.close()

    server = await asyncio.start_unix_server(babble, path)
    async with asyncio.timeout(10), AttachedSensor(URL, path) as sensor:
        while sensor.status.state is not LinkState.LOST:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    server.close()
