"""A live class from camera to screen: how late libVLC shows it, and how well a console knows what it sees.

An encoder codes the wall clock into its pictures, as black and white squares, and sends them to a live origin over
RTMP; libVLC plays the origin's SRT feed, opened several times anew, and its HLS. Each picture that libVLC shows tells
when it was taken: that is the latency. What a console takes for its media wall time (see sync/cloud/live/status.py) is
compared with the truth: its PROGRAM-DATE-TIME, found by looking into a segment.

Run: python -m tests.bench.live_latency [--joins 5] [--seconds 8]
"""

from __future__ import annotations

import argparse
import ctypes
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import vlc

from tests.live import media
from tests.live.camera import HEIGHT, WIDTH, Camera, read
from tests.live.origins import LONG, Origin, schedule

SRT_LATENCY_S, SHOWING_S, CACHING_MS = 0.125, 0.03, 150
FIRST_S = 1.0  # pictures of the first second after opening are left out: libVLC is still filling up
Pointer = ctypes.c_void_p
Lock = ctypes.CFUNCTYPE(Pointer, Pointer, ctypes.POINTER(Pointer))
Display = ctypes.CFUNCTYPE(None, Pointer, Pointer)


@dataclass
class Console:
    """libVLC, playing ``url`` for some seconds; ``shown`` are (when a picture was shown, when it was taken)."""

    url: str
    caching_ms: int = CACHING_MS
    live_delay_ms: int = 15_000  # libVLC's own
    shown: list[tuple[float, float]] = field(default_factory=list)

    def play(self, seconds: float) -> None:
        engine = vlc.Instance("--quiet", "--aout=dummy")
        player, opened = engine.media_player_new(), engine.media_new(self.url)
        opened.add_option(f":network-caching={self.caching_ms}")
        opened.add_option(f":adaptive-livedelay={self.live_delay_ms}")
        plane = WIDTH * HEIGHT
        memory = (ctypes.c_ubyte * (2 * plane + 4096))()
        luma, start = np.frombuffer(memory, np.uint8)[:plane], ctypes.addressof(memory)

        def lock(_: Pointer, planes: ctypes._Pointer) -> None:
            planes[0], planes[1], planes[2] = start, start + plane, start + plane + plane // 2

        callbacks = Lock(lock), Display(lambda *_: self.shown.append((time.time(), read(luma))))
        vlc.dll.libvlc_video_set_callbacks.argtypes = [Pointer] * 5
        lock_at, display_at = (ctypes.cast(callback, Pointer) for callback in callbacks)
        vlc.dll.libvlc_video_set_callbacks(player._as_parameter_, lock_at, None, display_at, None)
        player.video_set_format("I420", WIDTH, HEIGHT, WIDTH)
        player.set_media(opened)
        player.play()
        time.sleep(seconds)
        player.stop()
        player.release()
        engine.release()

    def steady(self) -> list[tuple[float, float]]:
        """Without the first second, and pictures that do not show a time."""
        known = [(at, taken) for at, taken in self.shown if abs(at - taken) < 60]
        return [(at, taken) for at, taken in known if at - known[0][0] > FIRST_S]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--joins", type=int, default=5, help="how often the feed is opened (5)")
    parser.add_argument("--seconds", type=float, default=8.0, help="how long each is watched (8)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        schedule(Path(folder), "hour", plan=LONG)
        origin = Origin(Path(folder), "hour", "a").start()
        camera = Camera(origin.encoder_url)
        try:
            origin.await_state("live")
            measure(origin, arguments.joins, arguments.seconds)
        finally:
            camera.close()
            origin.stop()


def measure(origin: Origin, joins: int, seconds: float) -> None:
    """Play the class over both ways."""
    time.sleep(2.0)
    one = media.playlist(origin).segments[-1]
    taken = read(np.frombuffer(media.first_picture(media.segment(origin, one)), np.uint8))
    on_air_s = one.program_date_time.timestamp() - taken  # media wall time minus the camera's clock
    latencies, errors = [], []
    for _ in range(joins):
        console = Console(origin.facts["feed"])
        console.play(seconds)
        late_s = origin.status()["feed"]["delay_s"] + SRT_LATENCY_S + CACHING_MS / 1000 + SHOWING_S
        latencies += [at - taken for at, taken in console.steady()]
        errors += [abs((at - late_s) - (taken + on_air_s)) for at, taken in console.steady()]
    report("SRT, camera to screen", latencies)
    report("SRT, error of the media wall time", errors)
    for words, live_delay_ms in (("as it is", 15_000), ("told to hurry", 1000)):
        console = Console(f"{origin.url}/master.m3u8", 1000, live_delay_ms)
        console.play(seconds + 6)
        report(f"HLS by libVLC {words}, camera to screen", [at - taken for at, taken in console.steady()])


def report(what: str, values: list[float]) -> None:
    ordered = sorted(values)
    p95 = ordered[int(len(ordered) * 0.95)] if ordered else float("nan")
    middle = statistics.median(ordered) if ordered else float("nan")
    print(f"{what:<40} p50 {middle:6.3f} s   p95 {p95:6.3f} s   ({len(ordered)} pictures)", flush=True)


if __name__ == "__main__":
    main()
