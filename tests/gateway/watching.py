"""Watches a film through the gateway and the console's player on real libVLC, as the screen would."""

from __future__ import annotations

import itertools
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from console.gateway import Gateway, GatewaySettings, View
from console.player import Player
from console.player_events import Broken, Ended
from tests.films import number

E = TypeVar("E")


class Watcher:
    """Takes every picture and notes its number, and when it was seen; hears every event."""

    def __init__(self, settings: GatewaySettings | None = None) -> None:
        self.gateway = Gateway(settings=settings)
        self.events: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.broken: list[Broken] = []
        self.seen: list[tuple[int, float]] = []
        self.heights: set[int] = set()
        self.player = Player(self.events.put, options=("--aout=dummy",))
        self.view: View | None = None
        self._going = True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def open(self, urls: Sequence[str], start_s: float = 0.0, live: bool = False) -> View:
        """Begin to play."""
        self.view = self.gateway.view(urls, panel_height=1080, live=live)
        self.player.open(self.view, start_s=start_s)
        return self.view

    def _watch(self) -> None:
        while self._going:
            frame = self.player.frames.take()
            if frame is not None:
                self.seen.append((number(frame), time.monotonic()))
                self.heights.add(frame.height)
            time.sleep(0.002)

    def wait(self, true: Callable[[], object], within_s: float = 30.0) -> None:
        """Wait until something is so."""
        deadline = time.monotonic() + within_s
        while not true():
            assert time.monotonic() < deadline, f"still not so after {within_s} s, at picture {self.seen[-1:]}"
            time.sleep(0.005)

    def see(self, picture: int, within_s: float = 30.0) -> None:
        """Wait for a picture with this number or a later one."""
        self.wait(lambda: self.seen and self.seen[-1][0] >= picture, within_s)

    def hear(self, kind: type[E], within_s: float = 30.0) -> E:
        """The next event of this kind."""
        deadline = time.monotonic() + within_s
        while True:
            event = self.events.get(timeout=max(deadline - time.monotonic(), 0.01))
            if isinstance(event, kind):
                return event

    def troubles(self) -> list[Broken | Ended]:
        """What was heard of that a rider should not see."""
        heard = []
        while not self.events.empty():
            heard.append(self.events.get())
        return [event for event in heard if isinstance(event, Broken | Ended)]

    def longest_stand_s(self) -> float:
        """How long a picture stood at most, once pictures moved."""
        times = [at_s for _, at_s in self.seen[3:]]
        return max((after - before for before, after in itertools.pairwise(times)), default=0.0)

    def close(self) -> None:
        """End everything."""
        self._going = False
        self._thread.join()
        self.player.close(wait_s=20)
        self.gateway.close()
