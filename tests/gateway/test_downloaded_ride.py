"""A class that was downloaded, ridden through the gateway and the real libVLC with no network at all."""

from __future__ import annotations

import queue
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from console.gateway import Gateway
from console.gateway.download_fetch import opener
from console.gateway.download_list import DownloadList
from console.gateway.downloading import Offer
from console.gateway.downloads import Downloads, State
from console.gateway.kept import Kept
from console.gateway.loading import Screen
from console.player import Player
from console.player_events import Broken, Ended, FirstFrame
from tests.gateway.conftest import LENGTH_S, SEGMENT_S

DEADLINE_S = 30.0


class Tablet:
    """A gateway with a store and downloads beside it."""

    def __init__(self, data: Path, url: str) -> None:
        self.url = url
        self.kept = Kept(data / "pieces", 50_000_000, 0)
        self.gateway = Gateway(self.kept)
        self.news = threading.Event()
        self.downloads = Downloads(
            DownloadList(data / "downloads"),
            self.kept,
            lambda class_id: Offer("1", (url,)),
            opener(lambda: self.gateway.client),
            lambda: Screen(270),
            spare=lambda: self.gateway.spare,
            changed=lambda class_id: self.news.set(),
            again_s=(0.1,),
        )
        self.gateway.beside(self.downloads.run)
        self.gateway.start()

    def view(self, revision: str = "1") -> Any:
        return self.gateway.view([self.url], panel_height=1080, class_id="climb", revision=revision)

    def wait(self, state: State) -> None:
        deadline = time.monotonic() + DEADLINE_S
        while (one := self.downloads.get("climb")) is None or one.state is not state:
            assert time.monotonic() < deadline, one
            self.news.wait(1.0)
            self.news.clear()


@pytest.fixture
def switch_on(tmp_path: Path) -> Any:
    """Switches the tablet on, as after a restart; the one that was on is switched off."""
    on: list[Tablet] = []

    def start(url: str) -> Tablet:
        if on:
            on.pop().gateway.close()
        on.append(Tablet(tmp_path, url))
        return on[0]

    yield start
    for tablet in on:
        tablet.gateway.close()


def fetched(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())


@pytest.fixture
def downloaded(switch_on: Any, origins: Callable[..., Any], laddered: Path) -> Any:
    """A tablet with the class on it, and the server it came from."""
    origin = origins(laddered)
    tablet = switch_on(f"{origin.url}/master.m3u8")
    tablet.downloads.want("climb")
    tablet.wait(State.READY)
    return tablet, origin


def test_it_plays_to_its_end_with_no_server_anywhere(downloaded: Any, switch_on: Any) -> None:
    tablet, origin = downloaded
    origin.kill()
    tablet = switch_on(tablet.url)
    view = tablet.view()
    assert view.outline().length_s == pytest.approx(LENGTH_S, abs=0.5)
    assert view.outline().sizes == ((480, 270),), "the rung that was downloaded"
    heard: queue.Queue[Any] = queue.Queue()
    player = Player(heard.put, post=lambda call: call())
    player.open(view, start_s=LENGTH_S - 3.0, captions_url=view.captions_url)
    events = []
    while not events or not isinstance(events[-1], Ended):
        events.append(heard.get(timeout=DEADLINE_S))
        assert not isinstance(events[-1], Broken), events
    assert any(isinstance(event, FirstFrame) for event in events)
    assert player.came.path == "tablet" and player.came.bytes_by_pathway == {}
    assert list(player.came.rungs) == ["270"]
    player.close(wait_s=5)


def test_every_piece_and_the_captions_come_from_the_tablet(downloaded: Any, switch_on: Any) -> None:
    tablet, origin = downloaded
    asked = len(origin.asked)
    view = switch_on(tablet.url).view()
    folder = view.url.rpartition("/")[0]
    lines = fetched(view.url).decode().splitlines()
    pieces = [line for line in lines if line and not line.startswith("#")]
    assert len(pieces) == LENGTH_S // SEGMENT_S
    assert all(len(fetched(f"{folder}/{piece}")) > 1000 for piece in pieces)
    assert b"Welcome" in fetched(view.captions_url)
    assert len(origin.asked) == asked, "nobody was asked for anything, though there is a network"


def test_a_damaged_piece_is_fetched_while_it_is_ridden_and_kept_again(downloaded: Any, switch_on: Any) -> None:
    tablet, origin = downloaded
    path = "v270/3.m4s"
    whole = tablet.kept.get(("climb", "1", path))
    [file] = [file for file in tablet.kept._files.folder.rglob("*") if file.is_file() and file.read_bytes() == whole]
    file.write_bytes(whole[:-9])
    tablet = switch_on(tablet.url)
    folder = tablet.view().url.rpartition("/")[0]
    origin.asked.clear()
    assert fetched(f"{folder}/seg/3.m4s") == whole
    assert [asked for asked in origin.asked if asked.endswith(".m4s")] == [f"/{path}"]
    tablet.wait(State.READY)
    assert tablet.kept.get(("climb", "1", path)) == whole


def test_a_new_revision_is_another_class(downloaded: Any) -> None:
    tablet, origin = downloaded
    origin.asked.clear()
    assert len(tablet.view(revision="2").outline().sizes) == 3
    assert "/master.m3u8" in origin.asked
