"""Which live classes there are and how they stand, by the cloud's clock and by what their origins tell."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx

from sync.cloud.schedule import LOBBY_S, OVERTIME_S, Planned, Schedule, Seen, state_of
from sync.records import FitnessClass, LiveTimes

log = logging.getLogger(__name__)

ASK_EVERY_S, ASK_WITHIN_S = 1.0, 2.0
EARLY_S = 60.0  # origins are asked from so long before the lobby opens
FRESH_S = 5.0
MOST_OFF_S = 0.1
LOOK_EVERY_S = 0.2
KEEP_S = 24 * 3600.0  # a class that is over stays in the schedule this long


@dataclass(slots=True)
class Heard:
    """What one origin has told last, and when; what it ever told."""

    at: float = float("-inf")
    state: str = ""
    playlist: str = "master.m3u8"
    feed_port: int | None = None
    shown: bool = False


@dataclass(slots=True)
class LiveWatch:
    """Over a schedule. Run :meth:`run` as a task. ``in_store`` does work in the thread that the schedule lives in."""

    schedule: Schedule
    in_store: Callable[..., Awaitable[Any]]
    clock: Callable[[], float] = time.time
    _heard: dict[tuple[str, str], Heard] = field(default_factory=dict)
    _classes: dict[str, FitnessClass] = field(default_factory=dict)
    _warned: set[str] = field(default_factory=set)
    _looked_at: float = float("-inf")

    async def run(self) -> None:
        """Ask the origins of whatever is near, until cancelled."""
        async with httpx.AsyncClient(timeout=ASK_WITHIN_S) as http:
            while True:
                near = [one for one in await self.in_store(self.schedule.all) if self._is_near(one, self.clock())]
                asked = [self._ask(http, one.id, origin) for one in near for origin in one.origins]
                await asyncio.gather(asyncio.sleep(ASK_EVERY_S), *asked)

    def times(self, planned: Planned) -> LiveTimes:
        """How a class stands now. A cancelled one is ``ended``."""
        now = self.clock()
        heard = [self._of(planned.id, origin) for origin in planned.origins]
        fresh = [one for one in heard if now - one.at <= FRESH_S]
        seen = Seen(
            shown=any(one.shown for one in heard),
            showing=any(one.state == "live" for one in fresh),
            over=bool(fresh) and all(one.state == "ended" for one in fresh),
        )
        state = state_of(planned, seen, now)
        hls = tuple(f"{origin}/{one.playlist}" for origin, one in zip(planned.origins, heard, strict=True))
        feeds = (_feed(origin, one.feed_port) for origin, one in zip(planned.origins, heard, strict=True))
        srt = tuple(feed for feed in feeds if feed)
        return LiveTimes(planned.starts_at, planned.ends_at, "ended" if state == "cancelled" else state, hls, srt)

    def classes(self) -> dict[str, FitnessClass]:
        """The live classes of the catalogue by id: to come, on, and lately over."""
        now = self.clock()
        if now - self._looked_at >= LOOK_EVERY_S:
            planned = [one for one in self.schedule.all() if not one.cancelled and now < one.ends_at + KEEP_S]
            self._classes, self._looked_at = {one.id: self._as_class(one) for one in planned}, now
        return self._classes

    def _as_class(self, planned: Planned) -> FitnessClass:
        times = self.times(planned)
        revision = hashlib.sha256(f"{planned.sequence} {times}".encode()).hexdigest()[:16]
        return replace(planned.fitness_class, live=times, revision=revision)

    def _is_near(self, planned: Planned, now: float) -> bool:
        over = planned.cancelled or planned.ended_at is not None
        return not over and planned.starts_at - LOBBY_S - EARLY_S <= now <= planned.ends_at + OVERTIME_S

    def _of(self, class_id: str, origin: str) -> Heard:
        return self._heard.setdefault((class_id, origin), Heard())

    async def _ask(self, http: httpx.AsyncClient, class_id: str, origin: str) -> None:
        try:
            asked_at = self.clock()
            told = (await http.get(f"{origin}/live.json")).json()
            if told["class_id"] != class_id:
                return
            self._compare_clocks(origin, float(told["now"]), asked_at, self.clock())
            heard, port = self._of(class_id, origin), told["feed"]["port"]
            heard.state, heard.feed_port = str(told["state"]), port if isinstance(port, int) else None
            heard.shown |= heard.state == "live"
            heard.at = self.clock()
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return  # it is down: what it told grows old

    def _compare_clocks(self, origin: str, theirs: float, asked_at: float, answered_at: float) -> None:
        """Everybody's class clock hangs on the origins' clocks: one that is off is worth a word, once."""
        off_s = max(asked_at - theirs, theirs - answered_at, 0.0)
        if off_s > MOST_OFF_S and origin not in self._warned:
            self._warned.add(origin)
            log.warning("the clock of %s is %.1f s off this one's: keep both right, by NTP", origin, off_s)


def _feed(origin: str, port: int | None) -> str | None:
    host = urlsplit(origin).hostname or ""
    return f"srt://{f'[{host}]' if ':' in host else host}:{port}" if port else None
