"""The uplink: sends what lies after the acknowledged position, and moves the position when the cloud says so.

No "sent" flags and no queue: what is to be sent is what the cache holds beyond each ride's position. Every batch
starts at the position; when the cloud holds less or more than we believe, its answer says so and is believed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from sync.backoff import Backoff
from sync.cache import Cache
from sync.http_link import HttpLink
from sync.links import BatchRefused, Link, LinkDown, LinkRefused, OnStandings
from sync.mqtt_link import MqttLink
from sync.positions import Waiting
from sync.records import Enrolment, Standings

R = TypeVar("R")

LIMIT = 600  # Points in a batch; about 2 kB
FREE_RIDE_POINTS = 5  # nobody waits for a free ride's seconds: they travel a few at a time
REFUSED_WAIT_S = 60.0
MQTT_AGAIN_S = 60.0  # how often MQTT is tried while HTTP works
IDLE_S = 20.0
VERIFIED_RIDES = 5


class UplinkState(Enum):
    """How the tablet stands with the cloud."""

    NOT_ENROLLED = "not enrolled"
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    REFUSED = "refused"


@dataclass(slots=True)
class UplinkStatus:
    """Live; anyone may read it. Times are Unix seconds."""

    state: UplinkState = UplinkState.CONNECTING
    link: str | None = None
    waiting_rides: int = 0
    waiting_points: int = 0
    last_acknowledged_at: float | None = None
    error: str | None = None
    remedy: str | None = None
    next_try_at: float | None = None


def links_of(base_url: str, enrolment: Enrolment, on_standings: OnStandings) -> list[Link]:
    """The ways to a cloud, the better first."""
    return [MqttLink(enrolment, on_standings), HttpLink(base_url, enrolment)]


class Uplink:
    """Run :meth:`run` as a task for as long as the console lives; :meth:`poke` it when a Point was kept."""

    def __init__(
        self,
        cache: Cache,
        *,
        on_standings: OnStandings = lambda standings: None,
        make_links: Callable[[str, Enrolment, OnStandings], list[Link]] = links_of,
        backoff: Backoff | None = None,
    ) -> None:
        self.status = UplinkStatus()
        self._cache = cache
        self._on_standings = on_standings
        self._make_links = make_links
        self._backoff = backoff or Backoff()
        self._poked = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="uplink-disk")

    def poke(self) -> None:
        """There is something new to send. May be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._poked.set)

    async def run(self) -> None:
        """Send until cancelled, whatever the network does."""
        self._loop = asyncio.get_running_loop()
        try:
            while True:
                await self._count(await self._on_disk(self._cache.waiting))
                enrolled = await self._on_disk(self._cache.enrolment)
                if enrolled is None:
                    self.status.state = UplinkState.NOT_ENROLLED
                    await self._wait(IDLE_S)
                else:
                    await self._try_links(self._make_links(*enrolled, self._pushed))
        finally:
            self._disk.shutdown(wait=False, cancel_futures=True)

    async def _try_links(self, links: list[Link]) -> None:
        """Work over the first link that opens, until it fails; then wait as long as the failure asks for."""
        error: LinkDown | LinkRefused | None = None
        for place, link in enumerate(links):
            try:
                await self._work(link, None if place == 0 else MQTT_AGAIN_S)
                return
            except LinkDown as down:
                error = down
            except LinkRefused as refused:
                error = refused
                break
            finally:
                await link.close()
        assert error is not None
        await self._rest(error)

    async def _work(self, link: Link, for_s: float | None) -> None:
        """Send over one link; returns after ``for_s`` seconds when a better link should be tried again."""
        await link.open()
        self._backoff.reset()
        status = self.status
        status.state, status.link, status.error, status.remedy = UplinkState.ONLINE, link.name, None, None
        status.next_try_at = None
        until = None if for_s is None else time.monotonic() + for_s
        await self._verify(link)
        while until is None or time.monotonic() < until:
            self._poked.clear()
            if not await self.send_waiting(link):
                await self._wait(IDLE_S if until is None else min(IDLE_S, max(until - time.monotonic(), 0.0)))

    async def push(self) -> str:
        """Send everything once, over the first link that opens; returns its name. Raises LinkDown, LinkRefused."""
        enrolled = await self._on_disk(self._cache.enrolment)
        if enrolled is None:
            raise LinkRefused("This tablet is not enrolled with a cloud.")
        *better, last = self._make_links(*enrolled, self._pushed)
        for link in better:
            try:
                return await self._push_over(link)
            except LinkDown:
                continue
        return await self._push_over(last)

    async def _push_over(self, link: Link) -> str:
        try:
            await link.open()
            await self._verify(link)
            while await self.send_waiting(link, everything=True):
                pass
            return link.name
        finally:
            await link.close()

    async def send_waiting(self, link: Link, everything: bool = False) -> bool:
        """Send one batch of every ride that has something worth sending; returns whether any had."""
        waiting = await self._on_disk(self._cache.waiting)
        await self._count(waiting)
        due = [ride for ride in waiting if everything or _due(ride)]
        for ride in due:
            await self._send(link, ride.header.id, ride.acknowledged)
        return bool(due)

    async def _send(self, link: Link, ride_id: str, after: int, limit: int = LIMIT) -> None:
        try:
            batch = await self._on_disk(self._cache.batch, ride_id, after, limit)
            answer = await link.send(batch)
        except KeyError:
            return  # discarded by the rider in the meantime
        except BatchRefused as refused:
            await self._on_disk(self._cache.refuse, ride_id, str(refused))
            return
        await self._on_disk(self._cache.acknowledge, answer)
        self.status.last_acknowledged_at = time.time()
        if answer.standings is not None:
            await self._on_disk(self._cache.put_standings, answer.standings)
            self._on_standings(answer.standings)

    async def _verify(self, link: Link) -> None:
        """Ask the cloud whether it still holds the newest rides it acknowledged; when it lost any, ask for all."""
        acknowledged = await self._on_disk(self._cache.acknowledged_rides)
        for number, (ride_id, position) in enumerate(acknowledged):
            if number >= VERIFIED_RIDES and not self.status.waiting_rides:
                return
            await self._send(link, ride_id, position, limit=0)
            await self._count(await self._on_disk(self._cache.waiting))

    async def _rest(self, error: LinkDown | LinkRefused) -> None:
        refused = isinstance(error, LinkRefused)
        status = self.status
        status.state, status.link = UplinkState.REFUSED if refused else UplinkState.OFFLINE, None
        status.error, status.remedy = str(error), error.remedy
        wait_s = REFUSED_WAIT_S if refused else self._backoff.next_s()
        status.next_try_at = time.time() + wait_s
        self._poked.clear()
        # A new second is no reason to try a dead link sooner, but a new enrolment is one to try a refused link.
        await (self._wait(wait_s) if refused else asyncio.sleep(wait_s))

    def _pushed(self, standings: Standings) -> None:
        self._on_standings(standings)

    async def _count(self, waiting: list[Waiting]) -> None:
        self.status.waiting_rides = len(waiting)
        self.status.waiting_points = sum(max(ride.points - ride.acknowledged, 0) for ride in waiting)

    async def _wait(self, at_most_s: float) -> None:
        try:
            async with asyncio.timeout(at_most_s):
                await self._poked.wait()
        except TimeoutError:
            pass

    async def _on_disk(self, action: Callable[..., R], *arguments: object) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._disk, action, *arguments)


def _due(ride: Waiting) -> bool:
    """Whether a ride's unsent seconds should travel now."""
    if ride.header.class_id is not None or ride.header.finished_at is not None:
        return True
    return ride.points - ride.acknowledged >= FREE_RIDE_POINTS
