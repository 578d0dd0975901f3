"""The command ``virtual-bike`` as a process, on every wire: first line, faults, recordings, a clean end."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import tty
from contextlib import asynccontextmanager, contextmanager

import pytest
from bleak import BleakClient, BleakScanner
from bumble.controller import Controller
from bumble.transport.tcp_server import open_tcp_server_transport_with_socket

from virtualbike import gatt_table as table
from virtualbike.bleak_backend import local_radio
from virtualbike.gatt_table import uuid
from virtualbike.recording import load

SOON_S = 20.0  # two busy cores start a process slowly


def command(*arguments):
    return [sys.executable, "-m", "virtualbike", *map(str, arguments)]


@asynccontextmanager
async def running(*arguments):
    """The process and its first line."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command(*arguments), stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe
    )
    try:
        async with asyncio.timeout(SOON_S):
            yield process, (await process.stdout.readline()).decode().strip()
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ended(process):
    """Its exit status and what it complained of, after SIGTERM."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(SOON_S):
        complaint = (await process.stderr.read()).decode()
        return await process.wait(), complaint


def refused(*arguments):
    """What the process says when it cannot run."""
    told = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (told.returncode, told.stdout) == (1, ""), told.stderr
    return told.stderr


@asynccontextmanager
async def controller_on_tcp(radio):
    """A controller on the link that a process reaches at the name this gives."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        transport = await open_tcp_server_transport_with_socket(listening)
        controller = Controller("dongle", host_source=transport.source, host_sink=transport.sink, link=radio.link)
        yield f"tcp-client:127.0.0.1:{listening.getsockname()[1]}"
        radio.link.controllers.discard(controller)
        await transport.close()


async def test_on_the_air_over_a_tcp_link_to_a_controller():
    async with local_radio() as radio, controller_on_tcp(radio) as name:
        options = ["ble", "--transport", name, "--name", "Bike 7", "--interval", "0.1", "--cadence", "80"]
        async with running(*options) as (process, line):
            assert line == "Bike 7 C1:BA:CE:00:00:01"
            device = await BleakScanner.find_device_by_name("Bike 7", SOON_S, backend=radio.scanner_backend)
            heard = asyncio.Queue()
            async with BleakClient(device, backend=radio.client_backend) as client:
                await client.start_notify(uuid(table.INDOOR_BIKE_DATA), lambda _, data: heard.put_nowait(bytes(data)))
                assert (await heard.get())[4] == 160
            assert await ended(process) == (0, "")


async def test_a_keiser_on_the_air():
    async with (
        local_radio() as radio,
        controller_on_tcp(radio) as name,
        running("keiser", "--transport", name, "--id", 7, "--cadence", 80) as (process, line),
    ):
        assert line == "C1:BA:CE:00:00:01"
        async with BleakScanner(backend=radio.scanner_backend) as scanner:
            _, heard = await anext(scanner.advertisement_data())
        assert heard.manufacturer_data[0x0102][3] == 7
        assert await ended(process) == (0, "")


@pytest.mark.parametrize("name", ["hci-socket:99", "tcp-client:127.0.0.1:1", "nonsense"])
def test_a_transport_that_cannot_be_opened_is_one_clear_line(name):
    told = refused("ble", "--transport", name)
    assert told.startswith(f"virtual-bike: cannot open the Bluetooth transport {name}: ") and told.count("\n") == 1


async def test_over_tcp_with_a_script_of_faults_and_a_recording(tmp_path):
    faults, record = tmp_path / "faults.toml", tmp_path / "ride.jsonl"
    faults.write_text('[[fault]]\nat = 0\nfault = "low-battery"\n')
    options = ["dircon", "--no-mdns", "--faults", faults, "--record", record, "--interval", "0.05"]
    async with running(*options) as (process, line):
        host, port = line.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        subject = bytes.fromhex(uuid(table.INDOOR_BIKE_DATA).replace("-", ""))
        writer.write(bytes.fromhex("010501000011") + subject + b"\x01")
        assert (await reader.readexactly(22))[3] == 0
        told = (await reader.readexactly(6 + 16 + 21))[22:]
        writer.write(bytes.fromhex("010302000010") + bytes.fromhex(uuid(table.BATTERY_LEVEL).replace("-", "")))
        while (await reader.readexactly(6))[1] != 3:
            await reader.readexactly(16 + 21)
        assert (await reader.readexactly(17))[16] == 4
        writer.close()
        assert await ended(process) == (0, "")
    first = next(moment for moment in load(record) if moment.channel == uuid(table.INDOOR_BIKE_DATA))
    assert (first.sender, first.data) == ("bike", told)
    async with running("dircon", "--no-mdns", "--replay", record) as (process, line):
        host, port = line.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(bytes.fromhex("010501000011") + subject + b"\x01")
        await reader.readexactly(22)
        assert (await reader.readexactly(6 + 16 + 21))[22:] == told
        writer.close()
        assert await process.wait() == 0  # the recording is over


@pytest.mark.parametrize("name", ["", " ", "x" * 64, "a\tb"])
def test_a_name_that_no_network_can_bear_is_wrong_usage(name):
    told = subprocess.run(command("dircon", "--name", name), capture_output=True, text=True, timeout=60)
    assert told.returncode == 2 and "1 to 63 bytes" in told.stderr and "Traceback" not in told.stderr


def test_a_recording_is_not_written_over(tmp_path):
    (tmp_path / "ride.jsonl").write_text("precious")
    assert "choose another file" in refused("dircon", "--record", tmp_path / "ride.jsonl")
    assert "choose another file" in refused("serial", "--record", tmp_path / "ride.jsonl")


def test_a_script_of_faults_with_a_mistake_is_told(tmp_path):
    (tmp_path / "faults.toml").write_text('[[fault]]\nat = 1\nfault = "rain"\n')
    assert "fault 1: 'fault' is one of noise" in refused("serial", "--faults", tmp_path / "faults.toml")


@contextmanager
def serial_bike(*options, stdin=subprocess.DEVNULL):
    """The process of a serial bike and the path of its port."""
    pipe = subprocess.PIPE
    with subprocess.Popen(command("serial", *options), stdin=stdin, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def ask(path, request, *, length):
    """Ask the bike at ``path``; its reply, or what came of it within half a second."""
    fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        os.write(fd, bytes.fromhex(request))
        reply = b""
        while len(reply) < length and select.select([fd], [], [], 0.5)[0]:
            reply += os.read(fd, 100)
        return reply
    finally:
        os.close(fd)


def test_a_serial_ride_is_recorded_and_replayed(tmp_path):
    record = tmp_path / "ride.jsonl"
    with serial_bike("--cadence", 92, "--resistance", 40, "--record", record) as (process, port):
        said = ask(port, "f54136f6", length=8) + ask(port, "f74f", length=1)
        process.terminate()
        assert process.wait(SOON_S) == 0
    assert said == bytes.fromhex("f141033239 30d0f6")
    assert [(moment.sender, moment.data) for moment in load(record)][:2] == [
        ("us", bytes.fromhex("f54136f6")),
        ("bike", said),
    ]
    with serial_bike("--replay", record) as (process, port):
        assert ask(port, "00", length=8) == said
        assert process.wait(SOON_S) == 0


@pytest.mark.parametrize(
    ("fault", "seen"),
    [
        ("silence", lambda reply: reply == b""),
        ("lost-header", lambda reply: reply[:2] == b"\x41\x03"),
        ("flipped", lambda reply: len(reply) == 8 and reply != bytes.fromhex("f1410332 39 30d0f6")),
    ],
)
def test_damage_is_seen_on_the_serial_line(tmp_path, fault, seen):
    (tmp_path / "faults.toml").write_text(f'[[fault]]\nat = 0\nfault = "{fault}"\n')
    with serial_bike("--cadence", 92, "--resistance", 40, "--faults", tmp_path / "faults.toml") as (_, port):
        assert seen(ask(port, "f54136f6", length=8))


def test_an_unplugged_serial_bike_hangs_up_and_comes_back_at_its_link(tmp_path):
    (tmp_path / "faults.toml").write_text('[[fault]]\nat = 1\nfault = "unplugged"\nseconds = 1\n')
    link = tmp_path / "bike"
    with serial_bike("--link", link, "--faults", tmp_path / "faults.toml") as (process, port):
        fd = os.open(port, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(fd)
        hung_up = select.poll()
        hung_up.register(fd, 0)
        assert hung_up.poll(SOON_S * 1000)[0][1] & select.POLLHUP
        os.close(fd)
        again = process.stdout.readline().strip()
        assert str(link.readlink()) == again
        assert ask(link, "fe00fef6", length=8).endswith(b"\xf6")


def test_keys_on_a_terminal_switch_faults():
    keyboard, terminal = os.openpty()
    run = (
        "import os, sys, fcntl, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0);"
        "from virtualbike.__main__ main; sys.exit(main(['serial']))"
    ).replace("__main__ main", "__main__ import main")
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", run], stdin=terminal, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            port = process.stdout.readline().strip()
            assert process.stderr.readline().startswith("keys: n noise")
            assert len(ask(port, "f54136f6", length=8)) == 8
            os.write(keyboard, b"s")
            assert process.stderr.readline() == "silence: on\n"
            assert ask(port, "f54136f6", length=8) == b""
            os.write(keyboard, b".")
            assert process.stderr.readline() == "all well\n"
            assert len(ask(port, "f54136f6", length=8)) == 8
            process.terminate()
            assert process.wait(SOON_S) == 0
        finally:
            process.kill()
            os.close(keyboard)
            os.close(terminal)
