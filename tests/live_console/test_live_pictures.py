"""A live class on consoles: real origins, real SRT and HLS, real libVLC; a camera that films the clock."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.live.camera import Camera
from tests.live.origins import LONG, Origin, schedule
from tests.live_console.live_console import LiveConsole
from tests.live_console.udp_gate import UdpGate

AGREED_S = 0.2
STAND_S = 2.0


@dataclass
class OnAir:
    """Two origins of a class, and gates before their feeds."""

    origins: tuple[Origin, Origin]
    gates: tuple[UdpGate, UdpGate]
    starts_at: float

    @property
    def hls(self) -> tuple[str, ...]:
        return tuple(f"{origin.url}/master.m3u8" for origin in self.origins)

    @property
    def srt(self) -> tuple[str, ...]:
        return tuple(gate.url for gate in self.gates)


@pytest.fixture(scope="module")
def on_air(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OnAir]:
    data = tmp_path_factory.mktemp("live")
    schedule(data, "hour", plan=LONG)
    a, b = (Origin(data, "hour", name).start() for name in ("a", "b"))
    camera = Camera(a.encoder_url, b.encoder_url)
    for origin in (a, b):
        origin.await_state("live")
    gates = tuple(UdpGate(int(origin.facts["feed"].rpartition(":")[2])) for origin in (a, b))
    yield OnAir((a, b), gates, time.time() - 60.0)  # type: ignore[arg-type]
    camera.close()
    for gate in gates:
        gate.close()
    for origin in (a, b):
        if origin.process is not None:
            origin.stop()


@pytest.fixture
def ride(on_air: OnAir) -> Iterator[Callable[..., LiveConsole]]:
    """``ride(srt=…, hls=…)`` joins the class."""
    consoles: list[LiveConsole] = []

    def join(srt: tuple[str, ...] | None = None, hls: tuple[str, ...] | None = None) -> LiveConsole:
        ways = on_air.hls if hls is None else hls, on_air.srt if srt is None else srt
        consoles.append(LiveConsole(*ways, on_air.starts_at))
        return consoles[-1]

    yield join
    for gate in on_air.gates:
        gate.shut = False
    for console in consoles:
        console.close()


def test_three_consoles_agree_whatever_their_way(on_air: OnAir, ride: Callable[..., LiveConsole]) -> None:
    blocked = UdpGate(on_air.gates[0].target, shut=True)
    consoles = [ride(srt=on_air.srt[:1]), ride(srt=on_air.srt[1:]), ride(srt=(blocked.url,))]
    seen = [console.see(path, 90) for console, path in zip(consoles, ("srt", "srt", "hls"), strict=True)]
    ahead = [console.clock_ahead_s(pictures) for console, pictures in zip(consoles, seen, strict=True)]
    assert max(ahead) - min(ahead) < AGREED_S, ahead
    late = [pictures[0].at_s - pictures[0].taken_s for pictures in seen]
    assert max(late[:2]) < late[2], "SRT is the quicker way"
    blocked.close()


def test_a_dead_feed_gives_way_to_hls_and_is_taken_again(on_air: OnAir, ride: Callable[..., LiveConsole]) -> None:
    console = ride(srt=on_air.srt[:1])
    console.see("srt")
    on_air.gates[0].shut, shut_at_s = True, time.time()
    console.see("hls")
    assert console.longest_stand_s(shut_at_s) < STAND_S
    on_air.gates[0].shut = False
    pictures = console.see("srt", 60)
    assert abs(console.clock_ahead_s(pictures[:30])) < AGREED_S, "it is as right as before"
    clock = [one.class_s for one in console.seen]
    assert clock == sorted(clock), "the class clock never runs backwards"


def test_where_srt_is_blocked_hls_comes_within_two_seconds(on_air: OnAir, ride: Callable[..., LiveConsole]) -> None:
    for gate in on_air.gates:
        gate.shut = True
    console = ride()
    pictures = console.see("hls")
    assert pictures[-1].at_s - console.opened_s - console.lag_s < STAND_S
    for gate in on_air.gates:
        gate.shut = False
    console.see("srt")


def test_a_killed_origin_costs_less_than_two_seconds(on_air: OnAir, ride: Callable[..., LiveConsole]) -> None:
    console = ride()
    console.see("srt", 60)
    on_air.origins[0].stop(signal.SIGKILL)
    killed_at_s = time.time()
    console.wait(lambda: console.seen[-1].path == "hls")
    pictures = console.see("srt", 60)
    assert console.longest_stand_s(killed_at_s) < STAND_S
    assert abs(console.clock_ahead_s(pictures[:30])) < AGREED_S
