"""Direct Connect beside incyclist-devices (npm), which knows no indications: each reads what the other writes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers import dircon
from drivers.dircon import DirconDecoder, Id, Message
from virtualbike import dircon_messages
from virtualbike import gatt_table as table
from virtualbike.bike import Bike
from virtualbike.gatt_bike import GattBike
from virtualbike.rider import SteadyRider

PACKAGE = Path(sys.prefix) / "npm" / "package"  # fetched by `make test`
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(NODE is None or not PACKAGE.exists(), reason="no npm on this machine")

uuids = st.uuids().map(str)
values = st.binary(max_size=40)
sequences = st.integers(0, 255)
brief = settings(max_examples=40, deadline=None)
properties = st.frozensets(st.sampled_from(["read", "write", "notify"]), min_size=1)


@pytest.fixture(scope="module")
def incyclist() -> Iterator[Any]:
    command = [str(NODE), str(Path(__file__).parent / "incyclist.js"), str(PACKAGE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(**question: Any) -> Any:
            assert process.stdin is not None and process.stdout is not None
            print(json.dumps(question), file=process.stdin, flush=True)
            return json.loads(process.stdout.readline())

        yield ask
        process.kill()


def plain(uuid: str) -> str:
    return uuid.replace("-", "")


@brief
@given(uuid=uuids, value=values, sequence=sequences, on=st.booleans())
def test_our_requests_are_read_by_it(incyclist: Any, uuid: str, value: bytes, sequence: int, on: bool) -> None:
    bare = {"characteristicUUID": plain(uuid)}
    for message, body in (
        (dircon.about(Id.READ, sequence, uuid), bare),
        (dircon.about(Id.WRITE, sequence, uuid, value), bare | {"characteristicData": value.hex()}),
        (dircon.enable(sequence, uuid, on), bare | {"enable": on}),
        (dircon.about(Id.CHARACTERISTICS, sequence, uuid), {"serviceUUID": plain(uuid)}),
    ):
        told = incyclist(what="request", hex=message.encode().hex())
        assert told["body"] == body
        assert (told["header"]["seqNum"], told["header"]["length"]) == (sequence, len(message.body))


@brief
@given(uuid=uuids, value=values, sequence=sequences)
def test_its_requests_are_read_by_us(incyclist: Any, uuid: str, value: bytes, sequence: int) -> None:
    written = {"characteristicUUID": plain(uuid), "characteristicData": value.hex()}
    data = bytes.fromhex(incyclist(what="request", id=4, sequence=sequence, body=written))
    assert DirconDecoder().feed(data) == [Message(Id.WRITE, sequence, UUID(uuid).bytes + value)]
    assert data == dircon.about(Id.WRITE, sequence, uuid, value).encode()


@brief
@given(service=uuids, offered=st.dictionaries(uuids, properties, max_size=8), value=values, sequence=sequences)
def test_replies_are_read_both_ways(incyclist: Any, service: str, offered: Any, value: bytes, sequence: int) -> None:
    listed = [{"characteristicUUID": plain(u), "properties": sorted(names)} for u, names in offered.items()]
    body = {"serviceUUID": plain(service), "characteristicDefinitions": listed}
    theirs = bytes.fromhex(incyclist(what="response", id=2, sequence=sequence, body=body))
    (message,) = DirconDecoder().feed(theirs)
    assert dircon.characteristics(message) == (service, offered)
    ours = dircon.characteristics_reply(sequence, service, offered)
    told = incyclist(what="response", hex=ours.encode().hex())["body"]
    assert told["serviceUUID"] == plain(service)
    assert [(d["characteristicUUID"], frozenset(d["properties"])) for d in told["characteristicDefinitions"]] == [
        (plain(uuid), names) for uuid, names in offered.items()
    ]
    notified = dircon.about(Id.NOTIFICATION, 0, service, value).encode()
    told = incyclist(what="response", hex=notified.hex())["body"]
    assert told == {"characteristicUUID": plain(service), "characteristicData": value.hex()}


def test_the_virtual_bikes_replies_are_read_by_it(incyclist: Any) -> None:
    bike = GattBike(SteadyRider(85, 35), Bike(cadence_rpm=85, resistance_pct=35))
    bike.connect("it")

    def ask(number: int, **body: Any) -> Any:
        request = bytes.fromhex(incyclist(what="request", id=number, sequence=7, body=body))
        code, reply, _ = dircon_messages.answer(bike, "it", request[1], request[6:])
        assert code == dircon_messages.SUCCESS
        return incyclist(what="response", hex=dircon_messages.message(number, 7, code, reply).hex())["body"]

    services = [one["serviceUUID"] for one in ask(1)["serviceDefinitions"]]
    assert services == [plain(table.uuid(service.number)) for service in table.SERVICES]
    machine = ask(2, serviceUUID=services[0])["characteristicDefinitions"]
    assert {one["characteristicUUID"]: one["properties"] for one in machine}[plain(table.uuid(0x2AD2))] == ["notify"]
    battery = plain(table.uuid(table.BATTERY_LEVEL))
    assert ask(3, characteristicUUID=battery)["characteristicData"] == "64"
    assert ask(5, characteristicUUID=battery, enable=True) == {"characteristicUUID": battery}
