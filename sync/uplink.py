"""The uplink: sends what lies after the acknowledged position, and moves the position when the cloud says so.

No "sent" flags and no queue: what is to be sent is what the cache holds beyond each ride's position. The links are
tried in order, MQTT before HTTP; while a lesser one works, the better one is tried again beside it.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

from sync.backoff import Backoff
from sync.cache import Cache
from sync.http_link import HttpLink
from sync.links import Link, LinkDown, LinkError, LinkRefused, OnStandings
from sync.mqtt_link import MqttLink
from sync.positions import Waiting
from sync.records import Answer, Enrolment
from sync.sending import Sender
from sync.withdrawals import withdraw

log = logging.getLogger(__name__)
R = TypeVar("R")

REFUSED_WAIT_S = 60.0
IDLE_S = 20.0
WITHDRAW_EVERY_S, WITHDRAW_AGAIN_S = 5.0, 60.0
GREET_S = 8.0  # the cloud shows for 30 s who waits in a lobby
LAST_STATUS = "sync.status"


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


class EnrolmentChanged(Exception):
    """The tablet has been enrolled anew: the open links speak for somebody else."""


def links_of(base_url: str, enrolment: Enrolment, on_standings: OnStandings) -> list[Link]:
    """The ways to a cloud, the better first."""
    return [MqttLink(enrolment, on_standings), HttpLink(base_url, enrolment)]


class Uplink:
    """Run :meth:`run` as a task for as long as the console lives; :meth:`poke` it when a Point was kept. ``in_lobby``
    tells which ride waits for a live class to begin: the cloud hears of it again and again."""

    def __init__(
        self,
        cache: Cache,
        *,
        on_standings: OnStandings = lambda standings: None,
        on_fives: Callable[[str, tuple[str, ...]], None] = lambda ride_id, names: None,
        in_lobby: Callable[[], str | None] = lambda: None,
        make_links: Callable[[str, Enrolment, OnStandings], list[Link]] = links_of,
        backoff: Backoff | None = None,
        better_again: Callable[[], Backoff] = lambda: Backoff(first_s=2.0, most_s=60.0, least_s=1.0),
        wall: Callable[[], float] = time.time,
    ) -> None:
        self.status = UplinkStatus()
        self._cache = cache
        self._on_standings = on_standings
        self._on_fives = on_fives
        self._in_lobby = in_lobby
        self._make_links = make_links
        self._backoff = backoff or Backoff()
        self._better_again = better_again
        self._wall = wall
        self._enrolled: tuple[str, Enrolment] | None = None
        self._told: tuple[object, ...] = ()
        self._poked = asyncio.Event()
        self._hurried = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._disk = ThreadPoolExecutor(max_workers=1, thread_name_prefix="uplink-disk")

    def poke(self) -> None:
        """There is something new to send, or a new enrolment. May be called from any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: what is new is sent after the next start
                self._loop.call_soon_threadsafe(self._poked.set)

    def hurry(self) -> None:
        """Somebody asks for it: try now, however long the wait was to be."""
        self._hurried = True
        self.poke()

    async def run(self) -> None:
        """Send until cancelled, whatever the network does."""
        self._loop = asyncio.get_running_loop()
        forgiven = False
        try:
            while True:
                try:
                    if not forgiven:
                        await self._on_disk(self._cache.forgive)
                        forgiven = True
                    await self._follow_enrolment()
                except (LinkDown, LinkRefused) as error:
                    await self._rest(error)
                except Exception as error:  # whatever it is, it must not end the sending for the rest of the day
                    log.exception("the uplink stumbled")
                    await self._rest(LinkDown(f"Rides cannot be sent now ({error or type(error).__name__})."))
        finally:
            self._disk.shutdown(wait=True, cancel_futures=True)

    async def push(self) -> str:
        """Send everything once; returns the name of the link that took it. Raises LinkDown, LinkRefused.

        HTTP before MQTT: a second MQTT connection in this tablet's name would throw out a console that is running.
        """
        enrolled = await self._on_disk(self._cache.enrolment)
        if enrolled is None:
            raise LinkRefused("This tablet is not enrolled with a cloud.")
        await self._on_disk(self._cache.forgive)
        failures: list[LinkError] = []
        for link in reversed(self._make_links(*enrolled, self._on_standings)):
            try:
                await link.open()
                sender = self._sender(link)
                await sender.ask()
                while await sender.step(everything=True):
                    pass
                await self._withdraw(*enrolled)
                return link.name
            except (LinkDown, LinkRefused) as error:
                failures.append(error)
            finally:
                await link.close()
        raise _gravest(failures)

    async def _follow_enrolment(self) -> None:
        """Work in the name of the present enrolment, until there is another one or no link works."""
        self._poked.clear()
        self._enrolled = await self._on_disk(self._cache.enrolment)
        self._count(await self._on_disk(self._cache.waiting))
        if self._enrolled is None:
            self.status.state = UplinkState.NOT_ENROLLED
            await self._tell()
            await self._wait(IDLE_S)
            return
        links = self._make_links(*self._enrolled, self._on_standings)
        try:
            await self._use(links)
        except EnrolmentChanged:
            return
        finally:
            for link in links:
                await link.close()

    async def _use(self, links: list[Link]) -> None:
        """Work over the first link that does, and change to a better one when it works again; raises the gravest
        failure when none does."""
        again = self._better_again()
        failures: list[LinkError] = []
        place, opened = 0, False
        while place < len(links):
            try:
                if not opened:
                    await links[place].open()
                better = await self._work(links[place], links[:place], again)
                await links[place].close()
                place, opened = better, True
            except (LinkDown, LinkRefused) as error:
                log.info("%s: %s", links[place].name, error)
                if self.status.state is UplinkState.ONLINE:
                    failures.clear()  # those are from before it worked
                    self.status.state = UplinkState.CONNECTING
                failures.append(error)
                await links[place].close()
                place, opened = place + 1, False
        raise _gravest(failures)

    async def _work(self, link: Link, better: list[Link], again: Backoff) -> int:
        """Send over an open link; returns the place of a better one that is open and answers."""
        sender = self._sender(link)
        await sender.ask()
        await self._online(link)
        watch = asyncio.create_task(link.watch())
        probe = asyncio.create_task(self._probe(better, again))
        withdrawing = asyncio.create_task(self._keep_withdrawing())
        for task in (watch, probe):
            task.add_done_callback(lambda _: self._poked.set())
        try:
            while not probe.done():
                if watch.done():
                    await watch
                self._poked.clear()
                if await self._on_disk(self._cache.enrolment) != self._enrolled:
                    raise EnrolmentChanged
                waits = self._in_lobby()
                if waits is not None:
                    await sender.greet(waits)
                if not await sender.step():
                    await self._wait(IDLE_S if waits is None else GREET_S)
            return await probe
        finally:
            for task in (watch, probe, withdrawing):
                task.cancel()
            await asyncio.gather(watch, probe, withdrawing, return_exceptions=True)

    async def _keep_withdrawing(self) -> None:
        """Beside the sending, which must not wait for it."""
        assert self._enrolled is not None
        while True:
            done = False
            with suppress(sqlite3.Error):
                done = await self._withdraw(*self._enrolled)
            await asyncio.sleep(WITHDRAW_EVERY_S if done else WITHDRAW_AGAIN_S)

    async def _withdraw(self, base_url: str, enrolment: Enrolment) -> bool:
        """Let the cloud forget what the riders did not want to keep; whether it has forgotten all of it."""
        for ride_id in await self._on_disk(self._cache.withdrawn):
            if not await withdraw(base_url, enrolment, ride_id):
                return False
            await self._on_disk(self._cache.withdrawal_told, ride_id)
        return True

    async def _probe(self, better: list[Link], again: Backoff) -> int:
        """Wait for a better link to open and to answer; its place."""
        if not better:
            await asyncio.get_running_loop().create_future()  # there is none: wait for ever
        while True:
            await asyncio.sleep(again.next_s())
            for place, link in enumerate(better):
                try:
                    await link.open()
                    await self._sender(link).ask(rides=1)  # a broker that connects does not mean a cloud that answers
                    return place
                except LinkError:
                    await link.close()

    def _sender(self, link: Link) -> Sender:
        return Sender(self._cache, link, self._on_disk, heard=self._heard, counted=self._count, wall=self._wall)

    def _heard(self, answer: Answer) -> None:
        self.status.last_acknowledged_at = self._wall()
        if answer.standings is not None:
            self._on_standings(answer.standings)
        if answer.fives:
            self._on_fives(answer.ride_id, answer.fives)

    async def _online(self, link: Link) -> None:
        self._backoff.reset()
        status = self.status
        status.state, status.link, status.error, status.remedy = UplinkState.ONLINE, link.name, None, None
        status.next_try_at = None
        await self._tell()

    async def _rest(self, error: LinkDown | LinkRefused) -> None:
        """Wait as long as the failure asks for. A new second is no reason to try sooner; a new enrolment is one, and so
        is :meth:`hurry`."""
        refused = isinstance(error, LinkRefused)
        status = self.status
        with suppress(sqlite3.Error):
            self._count(await self._on_disk(self._cache.waiting))
        status.state, status.link = UplinkState.REFUSED if refused else UplinkState.OFFLINE, None
        status.error, status.remedy = str(error), error.remedy
        wait_s = REFUSED_WAIT_S if refused else self._backoff.next_s()
        status.next_try_at = self._wall() + wait_s
        until = time.monotonic() + wait_s
        with suppress(sqlite3.Error):
            await self._tell()
        self._hurried = False
        while not self._hurried and (left_s := until - time.monotonic()) > 0:
            with suppress(sqlite3.Error):
                self._poked.clear()
                self._count(await self._on_disk(self._cache.waiting))
                if await self._on_disk(self._cache.enrolment) != self._enrolled:
                    return
            await self._wait(left_s)

    def _count(self, waiting: list[Waiting]) -> None:
        self.status.waiting_rides = len(waiting)
        self.status.waiting_points = sum(max(ride.points - ride.acknowledged, 0) for ride in waiting)

    async def _tell(self) -> None:
        """Leave word of how it stands in the cache, for ``python -m sync status``."""
        status = self.status
        told = (status.state, status.link, status.error)
        if told != self._told:
            word = {"state": status.state.value, "link": status.link, "error": status.error, "remedy": status.remedy}
            await self._on_disk(self._cache.set_setting, LAST_STATUS, word | {"at": self._wall()})
            self._told = told

    async def _wait(self, at_most_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._poked.wait()

    async def _on_disk(self, action: Callable[..., R], *arguments: object) -> R:
        return await asyncio.get_running_loop().run_in_executor(self._disk, action, *arguments)


def _gravest(failures: list[LinkError]) -> LinkError:
    """A refused token before a link that is down: only the first can be mended by the rider."""
    return next((failure for failure in failures if isinstance(failure, LinkRefused)), failures[-1])
