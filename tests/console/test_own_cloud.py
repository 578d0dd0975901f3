"""The launcher's cloud and its tablet: they find each other again, whatever became of ports and folders."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from console.own_cloud import PORTS, OwnCloud
from console.processes import Processes
from sync.cache import Cache
from sync.enrol import enrol
from sync.place import FILE
from sync.records import Enrolment


@pytest.fixture
def processes() -> Iterator[Processes]:
    processes = Processes()
    yield processes
    processes.end()


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A cloud that has a class already, so that none is built."""
    cloud, tablet = tmp_path / "cloud", tmp_path / "tablet"
    (cloud / "classes" / "ready").mkdir(parents=True)
    (cloud / "classes" / "ready" / "class.json").write_text("{}")
    return cloud, tablet


@pytest.fixture(autouse=True)
def no_building(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OwnCloud, "_build", lambda self, behind=False: None)


def enrolment(tablet: Path) -> tuple[str, Enrolment] | None:
    with closing(Cache.open(tablet / FILE)) as cache:
        return cache.enrolment()


async def start(folders: tuple[Path, Path], processes: Processes) -> list[str]:
    """As the launcher and its console do."""
    cloud, tablet = folders
    own = OwnCloud(cloud, tablet, processes)
    own.start()
    said = own.introduce()
    if said:
        assert (said[0], said[2]) == ("--cloud", "--code")
        with closing(Cache.open(tablet / FILE)) as cache:
            assert cache.enrolment() is None, "the console would not enrol"
            cache.save_enrolment(said[1], await enrol(said[1], said[3], "tablet"))
    return said


def is_known(tablet: Path) -> bool:
    kept = enrolment(tablet)
    assert kept is not None
    return httpx.get(f"{kept[0]}/v1/rides", headers={"Authorization": f"Bearer {kept[1].token}"}).status_code == 200


async def test_a_port_that_somebody_took_moves_the_cloud_and_the_tablet_follows(folders, processes):
    cloud, tablet = folders
    assert await start(folders, processes) and is_known(tablet)
    before = enrolment(tablet)
    processes.end()
    kept = json.loads((cloud / PORTS).read_text())
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", kept["mqtt"]))
        squatter.listen()
        assert await start(folders, processes) == [] and is_known(tablet)
    after = enrolment(tablet)
    assert after[1].mqtt_port not in (before[1].mqtt_port, 0) and after[1].token == before[1].token
    processes.end()
    assert await start(folders, processes) == [], "at its new ports from now on"


async def test_ports_that_cannot_be_read_are_chosen_anew(folders, processes):
    cloud, tablet = folders
    await start(folders, processes)
    processes.end()
    (cloud / PORTS).write_text("{half")
    assert await start(folders, processes) == [] and is_known(tablet)


async def test_a_cloud_that_was_thrown_away_enrols_its_tablet_anew(folders, processes):
    cloud, tablet = folders
    await start(folders, processes)
    processes.end()
    for name in (PORTS, "cloud.sqlite3"):
        (cloud / name).unlink()
    assert await start(folders, processes) and is_known(tablet)


async def test_a_tablet_that_belongs_to_another_cloud_is_left_alone(folders, processes):
    _cloud, tablet = folders
    elsewhere = Enrolment("tablet-1", "token", "cloud.example", 1883)
    with closing(Cache.open(tablet / FILE)) as cache:
        cache.save_enrolment("https://cloud.example", elsewhere)
    assert await start(folders, processes) == []
    assert enrolment(tablet) == ("https://cloud.example", elsewhere)
