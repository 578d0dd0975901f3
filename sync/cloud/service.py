"""The parts of the cloud joined: one thread owns the store and the leaderboards, the event loop owns the rest."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from sync import topics
from sync.cloud.accounts import Accounts
from sync.cloud.boards import Boards
from sync.cloud.broker import Broker
from sync.cloud.broker_config import Addresses
from sync.cloud.catalogue import Catalogue
from sync.cloud.data_directory import MIRROR
from sync.cloud.edge.edges import Edge, Edges
from sync.cloud.edge.signing import secret_of
from sync.cloud.errors import BrokerError, StoreFailed
from sync.cloud.finder import Finder
from sync.cloud.fives import Fives
from sync.cloud.ingest import Delivery, Ingest, Kind, Outcome
from sync.cloud.jetstream import BatchStream
from sync.cloud.json_form import dumps
from sync.cloud.live_watch import LiveWatch
from sync.cloud.pushes import Pusher
from sync.cloud.records_mirror import RecordsMirror
from sync.cloud.schedule import Schedule
from sync.cloud.storage.address import Stores, shelf_of
from sync.cloud.storage.files import FileStorage
from sync.cloud.store import Store
from sync.records import Enrolment, RideHeader, Standings
from sync.search.word_table import WordTable

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

ROUND = 256  # messages a transaction
WAIT_S = 1.0
RETRY_S = 2.0
LOGINS_EVERY_S = 1.0


class Cloud:
    """Everything behind the routes. ``await start()``, and ``await stop()`` whatever happened."""

    def __init__(
        self,
        data: Path,
        addresses: Addresses,
        store: Store,
        stores: Stores | None = None,
        edges: Sequence[Edge] = (),
        words: WordTable | None = None,
    ) -> None:
        self.store = store
        self.accounts = Accounts(store)
        self.stores = stores or shelf_of(data)
        records = self.stores.records
        here = records if isinstance(records, FileStorage) else FileStorage(data / MIRROR)
        self.mirror = None if here is records else RecordsMirror(records, here.root)
        self.schedule = Schedule(data, time.monotonic)
        self.live = LiveWatch(self.schedule, self.run)
        self.catalogue = Catalogue(here.root, time.monotonic, self.live.classes)
        self.finder = Finder(self.catalogue, store.ratings, self.run, words)
        self.edges = Edges(edges, secret_of(data) if edges else "")
        self.boards = Boards(store, self.catalogue.seconds)
        self.ingest = Ingest(store, self.boards, time.time)
        self.broker = Broker(data / "nats", addresses, self.accounts.logins())
        self.fives = Fives()
        self.pusher = Pusher(self._cut, self._send)
        self.started_at = time.time()
        self.lag_s = 0.0
        self.failure: str | None = None  # why the last round of ingest failed
        self._thread = ThreadPoolExecutor(1, "store")
        self._telling = asyncio.Lock()
        self._complained: set[str] = set()  # tablets whose rubbish has been logged once
        self._tasks: list[asyncio.Task[None]] = []
        self.stream: BatchStream | None = None

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do ``work`` in the thread that owns the store."""
        call = lambda: work(*args, **kwargs)  # noqa: E731
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)

    async def start(self) -> None:
        """Returns when tablets can be served. Raises :class:`BrokerError`, :class:`StorageError`."""
        if self.mirror:
            await asyncio.to_thread(self.mirror.first_look)
        else:
            await asyncio.to_thread(next, self.stores.records.list(), None)  # the catalogue would find nothing there
        await self.broker.start()
        try:
            self.stream = await BatchStream.connect(self.broker.addresses, self.broker.password)
        except (NatsError, OSError) as error:
            raise BrokerError(f"the broker does not serve its stream: {error!r}") from error
        works = [self._read_stream(self.stream), self.pusher.run(), self._watch_logins(), self.edges.watch()]
        for work in [*works, self.finder.run(), self.live.run(), *([self.mirror.run()] if self.mirror else [])]:
            self._tasks.append(asyncio.create_task(work))

    async def stop(self) -> None:
        """End everything; the message being stored is stored."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.stream:
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stream.close(), 0.5)
        await self.broker.stop()
        self._thread.shutdown(wait=True)
        self.store.close()

    async def enrol(self, code: str, name: str, mqtt_host: str) -> Enrolment:
        """Raises :class:`CodeRefused`; :class:`BrokerError` when the tablet could not log in."""
        if self.broker.pid is None:
            raise BrokerError("the broker is restarting: try again in some seconds")
        tablet, token = await self.run(self.accounts.enrol, code, name, time.time())
        try:
            await self._tell_logins()
            await self.broker.check_login(tablet.id, token)
        except BrokerError:
            await self.run(self.accounts.revoke, tablet.id, time.time())
            raise
        return Enrolment(tablet.id, token, mqtt_host, self.broker.addresses.mqtt_port)

    async def accept(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """Store, answer, and let the others of the class know. Raises :class:`StoreFailed`."""
        outcomes = [self._with_fives(outcome) for outcome in await self.run(self.ingest.accept, deliveries)]
        self.pusher.moved(
            (outcome.class_id, outcome.answer.ride_id)
            for outcome in outcomes
            if outcome.class_id is not None and outcome.answer is not None
        )
        return outcomes

    async def give_five(self, giver: RideHeader, handle: str) -> bool:
        """A high five to the ride that is called ``handle`` in the giver's class; whether it is here to take it."""
        now = time.time()
        receiver = await self.run(self.boards.called, giver.class_id, handle, now) if giver.class_id else None
        if receiver is None or receiver.id == giver.id:
            return False
        self.fives.give(giver, receiver, now)
        return True

    def _with_fives(self, outcome: Outcome) -> Outcome:
        answer = outcome.answer
        fives = self.fives.take(answer.ride_id) if answer is not None and outcome.fault is None else ()
        return replace(outcome, answer=replace(answer, fives=fives)) if answer is not None and fives else outcome

    async def _read_stream(self, stream: BatchStream) -> None:
        while True:
            try:
                messages = await stream.fetch(ROUND, WAIT_S)
            except NatsError as error:
                log.warning("the stream of batches: %s", error)
                await asyncio.sleep(RETRY_S)
                continue
            if messages:
                await self._round(stream, messages)

    async def _round(self, stream: BatchStream, messages: Sequence[Msg]) -> None:
        """Store a round of messages, acknowledge, answer. A message that cannot be stored now comes again; one that
        breaks the program is put aside for good."""
        deliveries = [_delivery(message) for message in messages]
        try:
            outcomes = await self.accept(deliveries)
        except StoreFailed as error:
            self.failure = f"the store: {error}"
            log.error("a round was not stored and comes again: %s", error)
            for message in messages:
                await message.nak(RETRY_S)
            return
        except Exception:
            log.exception("a message breaks ingest")
            if len(messages) > 1:
                for message in messages:
                    await self._round(stream, [message])
            else:
                await messages[0].term()
            return
        self.failure = None
        self.lag_s = max(time.time() - messages[0].metadata.timestamp.timestamp(), 0.0)
        for message, delivery, outcome in zip(messages, deliveries, outcomes, strict=True):
            await (message.ack() if outcome.fault is None else message.term())
            if outcome.answer is not None:
                await stream.publish(topics.answers(delivery.tablet_id), dumps(outcome.answer))
            else:
                level = logging.DEBUG if delivery.tablet_id in self._complained else logging.WARNING
                self._complained.add(delivery.tablet_id)
                log.log(level, "tablet %s sent nothing readable: %s", delivery.tablet_id, outcome.reason)

    async def _cut(self, class_id: str, movers: frozenset[str]) -> list[tuple[str, Standings]]:
        return await self.run(self.boards.moved, class_id, movers, time.time())

    async def _send(self, messages: Sequence[tuple[str, bytes]]) -> None:
        if self.stream is not None and self.stream.connected:
            for topic, payload in messages:
                await self.stream.publish(topic, payload)

    async def _watch_logins(self) -> None:
        """Another program (``tablets revoke``) may change who may log in."""
        while True:
            await asyncio.sleep(LOGINS_EVERY_S)
            with suppress(BrokerError):
                await self._tell_logins()

    async def _tell_logins(self) -> None:
        """One at a time, from asking the store to the broker's word: else an older list could come last."""
        async with self._telling:
            logins = await self.run(self.accounts.logins)
            if logins != self.broker.logins:
                await self.broker.reload(logins)


def _delivery(message: Msg) -> Delivery:
    """What came on ``tablets.<id>.<kind>``."""
    _, tablet_id, kind = message.subject.split(".")
    return Delivery(tablet_id, message.data, Kind(kind))
