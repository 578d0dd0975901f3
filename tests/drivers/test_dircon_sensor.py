"""Sensors over Wi-Fi: the product against the virtual bike's own process, on loopback."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import quote

import pytest

from drivers import LinkState, Sample, open_sensor
from drivers.errors import OutOfRange, WrongDevice
from drivers.lookout import in_the_network
from drivers.mdns import Announced, Network, announced

WITHIN_S = 20.0
LOOPBACK = ["127.0.0.1"]


class Trainer:
    """A virtual bike on TCP, started and killed like a real one."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "virtualbike", "dircon", "--no-mdns", "--port", str(self.port)]
        command += ["--cadence", "80", "--resistance", "40"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline().rsplit(":", 1)[1])

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def trainer() -> Iterator[Trainer]:
    trainer = Trainer()
    yield trainer
    trainer.kill()


async def samples(sensor: object, count: int) -> list[Sample]:
    heard: list[Sample] = []
    async with asyncio.timeout(WITHIN_S):
        async for sample in sensor:  # type: ignore[attr-defined]
            heard.append(sample)
            if len(heard) == count:
                break
    return heard


async def test_a_trainer_in_the_network_is_heard(trainer: Trainer) -> None:
    async with open_sensor(f"dircon://127.0.0.1:{trainer.port}?name=KICKR") as sensor:
        heard = await samples(sensor, 5)
        cadences = [sample.cadence_rpm for sample in heard if sample.cadence_rpm is not None]
        assert cadences and cadences == pytest.approx([80] * len(cadences), abs=1)
        assert sensor.status.state is LinkState.RECEIVING and sensor.status.frames_bad == 0


async def test_a_trainer_that_dies_is_back_within_three_seconds_of_its_return(trainer: Trainer) -> None:
    async with open_sensor(f"dircon://127.0.0.1:{trainer.port}") as sensor:
        await samples(sensor, 2)
        trainer.kill()
        async with asyncio.timeout(WITHIN_S):
            while not isinstance(sensor.status.error, OutOfRange):  # noqa: ASYNC110 - a status is looked at
                await asyncio.sleep(0.05)
        assert "same Wi-Fi" in sensor.status.error.remedy
        await asyncio.to_thread(trainer.start)
        began = asyncio.get_running_loop().time()
        await samples(sensor, 1)
        assert asyncio.get_running_loop().time() - began < 3


@pytest.fixture
async def stranger() -> AsyncIterator[int]:
    """Something else that listens: it answers everything with garbage."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 300)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_what_is_no_sensor_is_said_to_be_none(stranger: int) -> None:
    async with open_sensor(f"dircon://127.0.0.1:{stranger}") as sensor, asyncio.timeout(WITHIN_S):
        while sensor.status.error is None:  # noqa: ASYNC110 - a status is looked at
            await asyncio.sleep(0.05)
        assert isinstance(sensor.status.error, WrongDevice)
        assert sensor.status.state is LinkState.NEEDS_RIDER


async def test_a_trainer_that_announces_itself_is_found_and_forgotten() -> None:
    network, name = Network(LOOPBACK), f"KICKR {os.getpid()}"  # others may announce theirs meanwhile

    def heard() -> list[Announced]:
        return [device for device in network.devices.values() if device.name == name]

    async with network.listening(), asyncio.timeout(WITHIN_S):
        async with announced(name, 36866, [0x1826, 0x1818], interfaces=LOOPBACK):
            while not heard():  # noqa: ASYNC110 - what is heard is looked at
                await asyncio.sleep(0.05)
            found = in_the_network(heard()[0])
            assert (found.name, found.kind) == (name, "bike")
            assert found.url == f"dircon://127.0.0.1:36866?name={quote(name)}"
        while heard():  # noqa: ASYNC110 - what is heard is looked at
            await asyncio.sleep(0.05)


@pytest.mark.parametrize("steps", range(8))
@pytest.mark.parametrize(
    "entered",
    [lambda: announced("KICKR", 36866, [0x1826], interfaces=LOOPBACK), lambda: Network(LOOPBACK).listening()],
    ids=["announcing", "listening"],
)
async def test_who_is_stopped_while_beginning_leaves_no_socket_behind(
    entered: Callable[[], AbstractAsyncContextManager[None]], steps: int
) -> None:
    async def stay() -> None:
        async with entered():
            await asyncio.Event().wait()

    before = open_files()
    staying = asyncio.create_task(stay())
    for _ in range(steps):
        await asyncio.sleep(0)
    staying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await staying
    await asyncio.sleep(0)  # transports close their sockets at the next turn
    assert not open_files() - before


def open_files() -> set[str]:
    """This process's, by number."""
    return {file.name for file in Path("/proc/self/fd").iterdir()}


class Cable:
    """A way to a trainer; ``cut`` leaves its connections open and dead, as a power cut does."""

    def __init__(self, port: int) -> None:
        self._port, self._writers, self._carrying = port, set[asyncio.StreamWriter](), set[asyncio.Task[None]]()

    async def __aenter__(self) -> Cable:
        self._server = await asyncio.start_server(self._join, "127.0.0.1", 0)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self.cut()
        await asyncio.wait(self._carrying)
        for writer in self._writers:
            writer.close()
        self._server.close()
        await self._server.wait_closed()

    def cut(self) -> None:
        for carrying in self._carrying:
            carrying.cancel()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers |= {writer, far_writer}
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            self._carrying.add(asyncio.create_task(self._carry(source, sink)))

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(4096):
            sink.write(data)


async def test_a_trainer_whose_power_was_cut_is_missed_though_its_connection_stays_open(trainer: Trainer) -> None:
    async with Cable(trainer.port) as cable, open_sensor(f"dircon://127.0.0.1:{cable.port}") as sensor:
        await samples(sensor, 3)
        cable.cut()
        async with asyncio.timeout(WITHIN_S):
            while not sensor.status.reconnects:  # noqa: ASYNC110 - a status is looked at
                await asyncio.sleep(0.05)
        await samples(sensor, 3)
        assert sensor.status.state is LinkState.RECEIVING
