"""A console in a live class, without its screen: gateway, player and class clock as the app joins them, on real libVLC.

It takes each picture as the screen would, and notes when, what it shows, and where the class clock stands then.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from console.gateway import Gateway
from console.live.live_timing import LiveTiming
from console.live.live_viewing import LiveViewing
from console.player import PlayerState
from sync.cloud_clock import CloudClock
from sync.records import FitnessClass, LiveTimes
from tests.live.camera import read

TURN_S = 0.01
CLASS_S = 3600


@dataclass(frozen=True, slots=True)
class Picture:
    """``at_s`` and ``taken_s`` are Unix seconds; ``class_s`` is the class clock's when it was taken from libVLC."""

    at_s: float
    taken_s: float
    class_s: float
    path: str
    known: bool  # whether the console knows when it was on the air


class LiveConsole:
    """Rides a class that began at ``starts_at``, until closed."""

    def __init__(self, hls: tuple[str, ...], srt: tuple[str, ...], starts_at: float) -> None:
        times = LiveTimes(starts_at, starts_at + CLASS_S, "live", hls, srt)
        self.fitness_class = FitnessClass("hour", "", "", "", 1, "", "rings", 0, CLASS_S, (), "", live=times)
        self.starts_at = starts_at
        self.seen: list[Picture] = []
        self.lag_s = 0.0  # the longest that a turn came late
        self._going = True
        self.opened_s = time.time()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._ride()))
        self._thread.start()

    async def _ride(self) -> None:
        gateway, clock = Gateway(), CloudClock()
        gateway.start()
        player = LiveViewing(gateway, clock, lambda: 1080, lambda: None, lambda event: None).open(self.fitness_class)
        assert player is not None
        player.set_volume(0)
        self.timing = LiveTiming(self.starts_at, CLASS_S, player, clock.now)
        before_s = time.monotonic()
        while self._going:
            now_s = time.monotonic()
            self.lag_s, before_s = max(self.lag_s, now_s - before_s), now_s
            class_s = self.timing.move(now_s, True)
            frame = player.frames.take()
            if frame is not None and player.state in (PlayerState.PLAYING, PlayerState.STALLED):
                taken_s = read(np.frombuffer(frame.luma, np.uint8))
                self.seen.append(Picture(time.time(), taken_s, class_s, player.path, player.wall_s is not None))
            await asyncio.sleep(TURN_S)
        player.close(wait_s=10)
        gateway.close()

    def wait(self, true: Callable[[], object], within_s: float = 40.0) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline, f"not so after {within_s} s; the last picture is {self.seen[-1:]}"
            time.sleep(0.01)

    def see(self, path: str, pictures: int = 30, within_s: float = 40.0) -> list[Picture]:
        """Wait for so many pictures in a row on a way; returns them."""

        def last() -> list[Picture]:
            return list(itertools.takewhile(lambda one: one.path == path, reversed(self.seen)))

        self.wait(lambda: len(last()) >= pictures, within_s)
        return last()[:pictures]

    def clock_ahead_s(self, pictures: list[Picture]) -> float:
        """How far the class clock is before the pictures' own time, in the middle."""
        return statistics.median(one.class_s - (one.taken_s - self.starts_at) for one in pictures)

    def longest_stand_s(self, since_s: float = 0.0) -> float:
        """How long a picture stood at most, since a moment, beyond what this machine kept a turn waiting."""
        times = [one.at_s for one in self.seen if one.at_s >= since_s - 1.0]
        stands = (after - before for before, after in itertools.pairwise(times) if after >= since_s)
        return max(stands, default=0.0) - self.lag_s

    def close(self) -> None:
        """Leave."""
        self._going = False
        self._thread.join()
