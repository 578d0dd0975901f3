"""Playback by the real libVLC, over HTTP as a console gets it, without a display."""

from __future__ import annotations

import functools
import http.server
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import vlc


class Files(http.server.SimpleHTTPRequestHandler):
    """The class's files with their media types; remembers what was asked for."""

    protocol_version = "HTTP/1.1"
    extensions_map = {  # noqa: RUF012
        ".m3u8": "application/vnd.apple.mpegurl",
        ".m4s": "video/iso.segment",
        ".mp4": "video/mp4",
        ".vtt": "text/vtt",
    }
    asked: list[str] = []  # noqa: RUF012

    def log_message(self, *_: object) -> None:
        self.asked.append(self.path)


@pytest.fixture
def address(short_class: Path) -> Iterator[str]:
    """Where the class is served."""
    Files.asked.clear()
    handler = functools.partial(Files, directory=str(short_class))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/master.m3u8"
        server.shutdown()


class Viewing:
    """A libVLC player on nothing, and what it reported."""

    def __init__(self, address: str, *options: str) -> None:
        self.instance = vlc.Instance("--vout=dummy", "--aout=dummy", "--quiet", *options)
        self.player = self.instance.media_player_new(address)
        self.ended, self.failed = threading.Event(), threading.Event()
        events = self.player.event_manager()
        events.event_attach(vlc.EventType.MediaPlayerEndReached, lambda _: self.ended.set())
        events.event_attach(vlc.EventType.MediaPlayerEncounteredError, lambda _: self.failed.set())
        self.player.play()

    def until(self, met: Callable[[], bool], within_s: float = 20.0) -> None:
        """Wait for a state that no event announces."""
        deadline = time.monotonic() + within_s
        while not met():
            assert time.monotonic() < deadline, f"at {self.player.get_time()} ms, {self.player.get_state()}"
            time.sleep(0.02)

    def shown(self) -> int:
        """Pictures shown so far."""
        stats = vlc.MediaStats()
        self.player.get_media().get_stats(stats)
        return int(stats.displayed_pictures)

    def close(self) -> None:
        self.player.stop()
        self.player.release()
        self.instance.release()


@pytest.fixture
def view(address: str) -> Iterator[Callable[..., Viewing]]:
    """Opens the class in a player."""
    open_: list[Viewing] = []

    def start(*options: str) -> Viewing:
        open_.append(Viewing(address, *options))
        return open_[-1]

    yield start
    for viewing in open_:
        viewing.close()


def test_it_plays_from_start_to_end_in_its_own_time(view):
    viewing = view("--adaptive-logic=highest")
    viewing.until(lambda: viewing.player.get_time() > 0)
    began = time.monotonic() - viewing.player.get_time() / 1000
    assert viewing.player.get_length() == pytest.approx(20_000, abs=100)
    assert viewing.ended.wait(40) and not viewing.failed.is_set()
    assert time.monotonic() - began == pytest.approx(20, abs=1.5)
    assert viewing.player.get_position() == pytest.approx(1, abs=0.08)
    assert viewing.shown() > 500


def test_it_seeks_to_the_second_and_goes_on_from_there(view):
    viewing = view("--adaptive-logic=highest")
    viewing.until(lambda: viewing.player.get_time() > 500)
    for target_ms in (13_000, 3_000, 9_500):
        viewing.player.set_time(target_ms)
        viewing.until(lambda target_ms=target_ms: 0 <= viewing.player.get_time() - target_ms < 1000, within_s=3)
        before = viewing.shown()
        viewing.until(lambda target_ms=target_ms: viewing.player.get_time() > target_ms + 1500)
        assert viewing.player.get_time() < target_ms + 4000 and viewing.shown() > before + 20


def test_it_changes_rungs_while_playing(view):
    """libVLC by itself begins with the lowest rung, the poster, and climbs when the network lets it; the picture goes
    on, behind another rung's parameters."""
    viewing = view()
    viewing.until(lambda: {rung(path) for path in Files.asked if "/0001-" in path} == {"v540"})
    assert any(rung(path) == "still" and "/0000-" in path for path in Files.asked)
    viewing.until(lambda: viewing.player.get_time() > 5000)
    before = viewing.shown()
    viewing.until(lambda: viewing.player.get_time() > 7500)
    assert viewing.shown() > before + 30 and not viewing.failed.is_set()


def rung(path: str) -> str:
    """The rung a file belongs to."""
    return path.split("/")[1]


def test_it_offers_the_captions_as_a_track(view):
    viewing = view("--adaptive-logic=highest")
    viewing.until(lambda: len(viewing.player.video_get_spu_description()) > 1)
    track, _name = viewing.player.video_get_spu_description()[-1]
    assert viewing.player.video_set_spu(track) == 0
    viewing.until(lambda: any(path.endswith(".vtt") for path in Files.asked))
    at_ms = viewing.player.get_time()
    viewing.until(lambda: viewing.player.get_time() > at_ms + 1500)
    assert viewing.player.video_get_spu() == track
