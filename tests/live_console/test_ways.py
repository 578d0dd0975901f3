"""Which way a live class takes, decided over players that stand in for libVLC: they say what they are told to."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from console.frames import Frames
from console.live.live_player import LivePlayer
from console.live.media_wall import SrtDelay
from console.player_events import PlayerState
from sync.records import Quality

TURN_S = 0.05
OPENING, PLAYING, BROKEN = PlayerState.OPENING, PlayerState.PLAYING, PlayerState.BROKEN


@dataclass
class Stand:
    """A player that is in the state it was put in; ``silence_s`` is since its last picture."""

    way: str
    heard: bool
    state: PlayerState = OPENING
    silence_s: float = 0.0
    position_s: float = 10.0
    caption: str = ""
    frames_shown: int = 7
    frames_dropped: int = 1
    volume: int = 100
    captions: bool = True
    closed: bool = False
    frames: Frames = field(default_factory=Frames)

    def __post_init__(self) -> None:
        self.mute = not self.heard
        self.came = Quality(path="hls", bytes_by_pathway={"a": 100}) if self.way == "hls" else Quality()

    def set_volume(self, volume: int) -> None:
        self.volume = volume

    def set_captions(self, on: bool) -> None:
        self.captions = on

    def close(self, wait_s: float = 0.0) -> None:
        self.closed = True

    def media_wall_s(self, position_s: float) -> float:
        return 500.0 + position_s


class Console:
    """A live player over stands; ``after`` lets time pass."""

    def __init__(self, feeds: int = 1) -> None:
        self.now_s = 1000.0
        self.hls: list[Stand] = []
        self.srt: list[Stand] = []
        self.feeds: list[int] = []
        delay = SrtDelay(lambda now_s: now_s)
        self.player = LivePlayer(self._open_hls, self._open_srt, feeds, delay, lambda: self.now_s)

    def after(self, seconds: float) -> LivePlayer:
        for _turn in range(round(seconds / TURN_S)):
            self.now_s += TURN_S
            self.player.look()
        return self.player

    def shows_srt(self) -> LivePlayer:
        self.srt[-1].state = PLAYING
        return self.after(0.1)

    def _open_hls(self, heard: bool) -> tuple[Stand, Stand]:
        self.hls.append(Stand("hls", heard))
        return self.hls[-1], self.hls[-1]

    def _open_srt(self, feed: int, heard: bool) -> Stand:
        self.feeds.append(feed)
        self.srt.append(Stand("srt", heard))
        return self.srt[-1]


def test_a_feed_that_comes_is_all_there_is() -> None:
    console = Console()
    player = console.shows_srt()
    assert console.after(60).path == "srt" and player.state is PLAYING
    assert not console.hls and console.srt[0].heard and player.wall_s == pytest.approx(console.now_s, abs=1)


def test_a_blocked_feed_gives_way_to_hls_within_two_seconds() -> None:
    console = Console()
    console.after(1.0)
    assert not console.hls[0].heard, "nobody hears both"
    console.hls[0].state = PLAYING
    player = console.after(0.1)
    assert player.path == "hls" and player.state is PLAYING and player.wall_s == 510.0
    assert not console.hls[0].mute and console.srt[0].mute


def test_a_feed_that_comes_after_hls_is_taken_when_it_has_been_sound() -> None:
    console = Console()
    console.after(1.0)
    console.hls[0].state = PLAYING
    console.after(0.5)
    console.srt[0].state = PLAYING
    assert console.after(2.0).path == "hls", "it is not trusted yet"
    assert console.after(1.5).path == "srt"
    assert console.hls[0].closed and not console.srt[0].mute and len(console.srt) == 1


def test_a_slow_feed_that_comes_before_hls_is_kept() -> None:
    console = Console()
    console.after(1.0)
    assert console.shows_srt().path == "srt" and console.hls[0].closed


def test_when_the_feed_dies_the_last_picture_stands_until_hls_has_one() -> None:
    console = Console()
    player = console.shows_srt()
    frames = player.frames
    console.srt[0].silence_s = 0.6
    assert console.after(0.1).state is PlayerState.STALLED and player.wall_s is None and player.frames is frames
    console.hls[0].state = PLAYING
    assert console.after(0.1).path == "hls" and player.state is PLAYING and player.frames is console.hls[0].frames
    assert console.srt[0].closed


def test_after_a_gap_the_feed_is_opened_anew_for_nobody_knows_how_late_it_is() -> None:
    console = Console()
    player = console.shows_srt()
    console.srt[0].silence_s = 0.6
    console.after(0.1)
    console.srt[0].silence_s = 0.0
    assert console.after(0.1).wall_s is None
    console.hls[0].state = PLAYING
    console.after(4.2)
    assert player.path == "hls" and len(console.srt) == 2
    console.srt[1].state = PLAYING
    assert console.after(3.3).path == "srt" and player.wall_s is not None


def test_the_other_origins_feed_is_tried_at_once() -> None:
    console = Console(feeds=2)
    console.shows_srt()
    console.srt[0].state = BROKEN
    console.after(0.1)
    console.hls[0].state = PLAYING
    console.after(0.2)
    assert console.feeds == [0, 1]
    console.srt[1].state = PLAYING
    assert console.after(3.3).path == "srt"


def test_a_feed_that_fails_again_and_again_is_tried_less_and_less() -> None:
    console = Console()
    console.after(1.0)
    console.hls[0].state = PLAYING
    asked: list[float] = []
    for _turn in range(4000):
        before = len(console.srt)
        console.after(TURN_S)
        if len(console.srt) > before:
            asked.append(console.now_s)
            console.srt[-1].state = BROKEN
    pauses = [later - sooner for sooner, later in pairwise(asked)]
    assert pauses[0] < 10 < 25 < pauses[-1] and pauses == sorted(pauses)


def test_a_network_that_tears_the_feed_every_ten_seconds_is_left_to_hls_for_longer_and_longer() -> None:
    console = Console()
    on_hls = 0
    for _turn in range(6000):
        console.after(TURN_S)
        for stand in [*console.hls, console.srt[-1]]:
            stand.state = PLAYING
        console.srt[-1].silence_s = 0.7 if _turn % 200 > 186 else 0.0
        on_hls += console.player.path == "hls" and _turn > 3000
    assert on_hls > 2000, "a picture that jumps back and forth is worse than a late one"


def test_while_hls_shows_nothing_the_feed_is_wanted_at_once() -> None:
    console = Console()
    console.after(1.0)
    console.hls[0].state = PLAYING
    console.srt[0].state = BROKEN
    console.after(0.1)
    for _try in range(3):
        console.after(70)
        console.srt[-1].state = BROKEN
    console.after(0.1)
    console.hls[0].state = BROKEN
    tried = len(console.srt)
    console.after(2.2)
    assert len(console.srt) > tried
    assert console.shows_srt().path == "srt", "any picture is better than none"


def test_without_a_feed_it_is_hls() -> None:
    console = Console(feeds=0)
    console.hls[0].state = PLAYING
    assert console.after(100).path == "hls" and not console.srt


def test_a_feed_that_is_found_later_is_taken_then() -> None:
    console = Console(feeds=0)
    console.hls[0].state = PLAYING
    console.after(10)
    console.player.know_feeds(1)
    console.after(0.1)
    console.srt[0].state = PLAYING
    assert console.after(3.3).path == "srt"


def test_before_the_encoder_sends_every_failure_is_forgiven() -> None:
    console = Console()
    console.after(1.0)
    for _second in range(120):
        console.srt[-1].state = console.hls[0].state = BROKEN
        console.after(1.0)
    console.hls[0].state = PLAYING
    tried = len(console.srt)
    console.after(4.0)
    assert len(console.srt) > tried, "nobody waits a minute for the quick way"


def test_sound_follows_the_way() -> None:
    console = Console()
    player = console.shows_srt()
    player.set_volume(40)
    player.mute = True
    console.srt[0].state = BROKEN
    console.after(0.1)
    console.hls[0].state = PLAYING
    console.after(0.1)
    assert console.hls[0].mute and console.hls[0].volume == 40
    player.mute = False
    assert not console.hls[0].mute


def test_what_was_seen_on_both_ways_is_counted() -> None:
    console = Console()
    player = console.shows_srt()
    console.srt[0].state = BROKEN
    console.after(0.1)
    console.hls[0].state = PLAYING
    console.after(0.2)
    assert player.frames_shown == 14 and player.came.path == "srt, hls" and player.came.bytes_by_pathway == {"a": 100}
    player.close()
    assert player.state is PlayerState.IDLE and console.hls[0].closed
