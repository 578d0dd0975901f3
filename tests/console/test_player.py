"""The player on the real libVLC: what the rider sees, hears of and waits for, also when things go wrong."""

from __future__ import annotations

import os
import queue
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest

from console.player import Player, PlayerState
from console.player_events import Broken, CaptionsMissing, Ended, FirstFrame, Opened, Resumed, Stalled
from tests.films import RATE, FilmServer, number

E = TypeVar("E")


class Viewer:
    """Watches a player as the screen would: takes every picture, notes its number, the position told, and when."""

    def __init__(self, *options: str) -> None:
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.seen: list[tuple[int, float, float]] = []
        self.player = Player(self.events.put, options=("--aout=dummy", *options))
        self._going = True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while self._going:
            frame = self.player.frames.take()
            if frame is not None:
                self.seen.append((number(frame), self.player.position_s, time.monotonic()))
            time.sleep(0.002)

    def hear(self, kind: type[E], within_s: float = 20.0) -> E:
        """The next event of this kind; others before it are skipped, a break is not."""
        deadline = time.monotonic() + within_s
        while True:
            event = self.events.get(timeout=max(deadline - time.monotonic(), 0.01))
            if isinstance(event, kind):
                return event
            assert not isinstance(event, Broken | Ended), event

    def see(self, count: int, within_s: float = 20.0) -> list[tuple[int, float, float]]:
        """The next ``count`` pictures."""
        first = len(self.seen)
        self.wait(lambda: len(self.seen) >= first + count, within_s)
        return self.seen[first : first + count]

    def wait(self, true: Callable[[], object], within_s: float = 20.0) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline, f"still not so after {within_s} s"
            time.sleep(0.005)

    def close(self) -> None:
        """End the player and the watching."""
        self._going = False
        self._thread.join()
        self.player.close(wait_s=20)


@pytest.fixture
def viewer() -> Iterator[Viewer]:
    watching = Viewer()
    yield watching
    watching.close()


def lateness(seen: list[tuple[int, float, float]]) -> float:
    """How far the position is from the pictures' own places, usually, in seconds."""
    return statistics.median(position - count / RATE for count, position, _ in seen)


@pytest.mark.parametrize("film", ["plain", "fmp4"])
def test_the_position_is_that_of_the_picture_seen(viewer: Viewer, film_server: FilmServer, film: str) -> None:
    viewer.player.open(f"{film_server.url}/{film}/master.m3u8")
    assert viewer.hear(Opened).duration_s == pytest.approx(8.0, abs=0.1)
    assert viewer.hear(FirstFrame).position_s == 0.0
    seen = viewer.see(60)
    assert abs(lateness(seen[5:])) < 0.05  # 2 ms, and a picture more if libVLC was late with the first ones
    positions = [position for _, position, _ in seen]
    assert positions == sorted(positions)
    assert viewer.player.frames_shown >= 60


@pytest.mark.parametrize("film", ["plain", "fmp4"])
def test_a_class_can_begin_in_the_middle(viewer: Viewer, film_server: FilmServer, film: str) -> None:
    viewer.player.open(f"{film_server.url}/{film}/master.m3u8", start_s=5.3)
    assert viewer.player.position_s == 5.3
    assert viewer.hear(FirstFrame).position_s == pytest.approx(5.3, abs=0.15)
    assert abs(lateness(viewer.see(40)[5:])) < 0.15


@pytest.mark.parametrize("film", ["plain", "fmp4"])
def test_seeking_shows_the_picture_of_the_new_position(viewer: Viewer, film_server: FilmServer, film: str) -> None:
    viewer.player.open(f"{film_server.url}/{film}/master.m3u8")
    viewer.see(20)
    for target in (6.1, 2.0):
        viewer.player.seek(target)
        viewer.wait(lambda target=target: target <= viewer.player.position_s < target + 1)
        seen = viewer.see(20)[5:]
        assert seen[0][0] / RATE == pytest.approx(target + 0.3, abs=0.4)
        assert abs(lateness(seen)) < 0.15


def test_pausing_holds_picture_and_position(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.open(f"{film_server.url}/plain/master.m3u8")
    viewer.see(30)
    viewer.player.pause()
    assert viewer.player.state is PlayerState.PAUSED
    time.sleep(0.2)
    shown, position = len(viewer.seen), viewer.player.position_s
    time.sleep(0.5)
    assert len(viewer.seen) == shown and viewer.player.position_s == position
    last = viewer.seen[-1][0]
    viewer.player.play()
    seen = viewer.see(30)
    assert viewer.player.state is PlayerState.PLAYING
    assert last < seen[0][0] <= last + 5
    assert abs(lateness(seen[5:])) < 0.05


def test_seeking_while_paused_shows_one_picture(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.open(f"{film_server.url}/plain/master.m3u8")
    viewer.see(10)
    viewer.player.pause()
    time.sleep(0.2)
    shown = len(viewer.seen)
    viewer.player.seek(6.0)
    viewer.wait(lambda: len(viewer.seen) > shown)
    time.sleep(0.4)
    assert len(viewer.seen) == shown + 1
    assert viewer.seen[-1][0] == pytest.approx(180, abs=12) and viewer.player.position_s == 6.0
    assert viewer.player.state is PlayerState.PAUSED


def test_a_class_opened_paused_shows_its_first_picture(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.open(f"{film_server.url}/plain/master.m3u8", paused=True)
    viewer.hear(FirstFrame)
    viewer.wait(lambda: viewer.player.state is PlayerState.PAUSED)
    time.sleep(0.4)
    assert viewer.player.position_s < 0.5
    viewer.player.play()
    viewer.see(10)


def test_the_end_is_told_and_a_seek_plays_again(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.open(f"{film_server.url}/plain/master.m3u8", start_s=6.0, duration_s=8.0)
    assert viewer.hear(Ended).position_s == viewer.player.position_s == pytest.approx(8.0, abs=0.1)
    assert viewer.player.state is PlayerState.ENDED and not viewer.player.frames.empty
    viewer.player.seek(1.0)
    assert viewer.see(10)[-1][0] < 120
    assert viewer.player.state is PlayerState.PLAYING


def test_a_missing_segment_is_a_break_and_mends_itself(viewer: Viewer, film_server: FilmServer) -> None:
    film_server.break_("part2.ts", 503)
    viewer.player.open(f"{film_server.url}/plain/master.m3u8", duration_s=8.0)
    broken = viewer.hear(Broken)
    assert broken.position_s == pytest.approx(4.0, abs=0.2)
    assert broken.reason.startswith("The class stopped at 0:0") and broken.reason.endswith("of 0:08.")
    assert broken.remedy and broken.retry_in_s
    assert viewer.player.state is PlayerState.BROKEN
    film_server.mend("part2.ts")
    assert viewer.hear(Resumed).position_s == pytest.approx(4.0, abs=0.2)
    assert viewer.see(1)[0][0] == pytest.approx(120, abs=10)
    viewer.hear(Ended)


def test_a_segment_that_stays_missing_is_passed_in_time(viewer: Viewer, film_server: FilmServer) -> None:
    film_server.break_("part1.ts")
    viewer.player.open(f"{film_server.url}/plain/master.m3u8")
    viewer.wait(lambda: viewer.seen and viewer.seen[-1][0] > 125 and viewer.player.state is PlayerState.PLAYING, 40)


def test_a_late_segment_stalls_the_picture_and_the_clock(viewer: Viewer, film_server: FilmServer) -> None:
    film_server.hold("part2.ts")
    viewer.player.open(f"{film_server.url}/plain/master.m3u8")
    stalled = viewer.hear(Stalled)
    assert viewer.player.state is PlayerState.STALLED
    assert stalled.position_s == pytest.approx(viewer.seen[-1][0] / RATE, abs=0.4)
    assert viewer.player.position_s == stalled.position_s
    film_server.mend("part2.ts")
    viewer.hear(Resumed)
    viewer.hear(Ended)
    assert abs(lateness(viewer.seen[-15:])) < 0.2
    positions = [position for _, position, _ in viewer.seen]
    assert positions == sorted(positions)


def test_a_missing_playlist_is_told_and_tried_again(viewer: Viewer, film_server: FilmServer) -> None:
    film_server.break_("master.m3u8")
    viewer.player.open(f"{film_server.url}/plain/master.m3u8")
    assert viewer.hear(Broken).reason == "This class is not on the server."
    film_server.mend("master.m3u8")
    viewer.hear(FirstFrame)
    assert viewer.player.state is PlayerState.PLAYING


def test_a_server_that_is_not_there_is_told_apart(viewer: Viewer) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        viewer.player.open(f"http://127.0.0.1:{nobody.getsockname()[1]}/class/master.m3u8")
        broken = viewer.hear(Broken)
    assert broken.reason == "The server cannot be reached." and "network" in broken.remedy


def test_something_else_than_a_class_is_refused(viewer: Viewer, film_server: FilmServer, films: Path) -> None:
    (films / "odd.m3u8").write_text("<html>Sign in to this network</html>")
    viewer.player.open(f"{film_server.url}/odd.m3u8")
    assert "something else" in viewer.hear(Broken).reason


def test_captions_are_said_in_time(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.open(f"{film_server.url}/plain/master.m3u8", captions_url=f"{film_server.url}/captions.vtt")
    viewer.wait(lambda: viewer.player.caption == "Welcome")
    viewer.player.seek(3.0)
    viewer.wait(lambda: viewer.player.caption == "Add a turn & hold")
    viewer.player.set_captions(False)
    assert viewer.player.caption == ""


def test_a_class_plays_without_its_captions(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.open(f"{film_server.url}/plain/master.m3u8", captions_url=f"{film_server.url}/none.vtt")
    viewer.see(10)
    viewer.hear(CaptionsMissing)
    assert viewer.player.caption == ""


def test_orders_never_wait_and_leave_nothing_behind(film_server: FilmServer) -> None:
    def held() -> tuple[int, int]:
        return sum(1 for _ in Path("/proc/self/task").iterdir()), sum(1 for _ in Path("/proc/self/fd").iterdir())

    viewer = Viewer()
    player, url = viewer.player, f"{film_server.url}/plain/master.m3u8"
    orders = [
        partial(player.open, url),
        partial(player.set_volume, 7),
        player.pause,
        player.play,
        partial(player.seek, 1.0),
    ]
    longest, after = 0.0, []
    for turn in range(20):
        for order in orders:
            began = time.thread_time()
            order()
            longest = max(longest, time.thread_time() - began)
        if turn % 3 == 0:
            viewer.see(2)
        began = time.monotonic()
        viewer.player.close()
        longest = max(longest, time.monotonic() - began)
        assert viewer.player.state is PlayerState.IDLE
        viewer.wait(lambda: not any(thread.name == "player" for thread in threading.enumerate()))
        after.append(held())
    viewer.close()
    assert longest < 0.05
    tasks, files = zip(*after, strict=True)
    # Threads and files come and go; what leaks raises the lowest count too.
    assert min(tasks[10:]) <= max(tasks[:10]) and min(files[10:]) <= max(files[:10])


def test_the_volume_is_kept_over_classes(viewer: Viewer, film_server: FilmServer) -> None:
    viewer.player.set_volume(140)
    assert viewer.player.volume == 100
    viewer.player.set_volume(30)
    viewer.player.mute = True
    viewer.player.open(f"{film_server.url}/plain/master.m3u8")
    viewer.see(5)
    assert viewer.player.volume == 30 and viewer.player.mute


def test_an_option_that_libvlc_does_not_know_is_named() -> None:
    viewer = Viewer("--no-such-option")
    viewer.player.open("anything.mp4")
    broken = viewer.hear(Broken)
    viewer.close()
    assert "--no-such-option" in broken.reason and broken.retry_in_s is None


def test_without_libvlc_the_player_says_what_to_install() -> None:
    program = (
        "import queue; from console.player import Player; heard = queue.SimpleQueue(); player = Player(heard.put);"
        "player.open('http://127.0.0.1:9/x.m3u8'); print(heard.get(timeout=20)); player.close(wait_s=10)"
    )
    environment = {**os.environ, "PYTHON_VLC_LIB_PATH": "/nowhere/libvlc.so"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=60)
    assert "apt install libvlc5 vlc-plugin-base" in done.stdout and "retry_in_s=None" in done.stdout, done.stderr


def test_a_program_may_end_in_the_middle_of_a_class(film_server: FilmServer) -> None:
    program = (
        "import sys, threading; from console.player import Player; seen = threading.Event();"
        "player = Player(lambda event: seen.set() if 'FirstFrame' in repr(event) else None, options=('--aout=dummy',));"
        "player.open(sys.argv[1]); print(seen.wait(20))"
    )
    command = [sys.executable, "-c", program, f"{film_server.url}/plain/master.m3u8"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")
