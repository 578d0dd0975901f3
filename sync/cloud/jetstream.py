"""The cloud's own connection to the broker: the durable stream of what tablets send, and what goes back."""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import suppress
from dataclasses import dataclass

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from sync import topics
from sync.cloud.broker_config import CLOUD_USER, Addresses

log = logging.getLogger(__name__)

STREAM, CONSUMER = "BATCHES", "ingest"
SUBJECTS = [topic("*").replace("/", ".") for topic in (topics.batches, topics.quality)]
KEEP_S = 7 * 86400.0
KEEP_BYTES = 1 << 30
ACK_WAIT_S = 10.0
MAX_ACK_PENDING = 4000
NEXT = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{CONSUMER}"
PULL, PULL_S = 512, 30.0

# Messages leave the stream once acknowledged. When it overflows the oldest go: they are not acknowledged, so their
# tablets still have them.
STREAM_CONFIG = StreamConfig(
    name=STREAM,
    subjects=SUBJECTS,
    retention=RetentionPolicy.WORK_QUEUE,
    storage=StorageType.FILE,
    discard=DiscardPolicy.OLD,
    max_age=KEEP_S,
    max_bytes=KEEP_BYTES,
)
CONSUMER_CONFIG = ConsumerConfig(
    durable_name=CONSUMER, ack_policy=AckPolicy.EXPLICIT, ack_wait=ACK_WAIT_S, max_ack_pending=MAX_ACK_PENDING
)


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the stream holds for us: messages not yet fetched, and fetched but not yet acknowledged."""

    waiting: int
    unacknowledged: int


class BatchStream:
    """Connect with :meth:`connect`; the connection mends itself when the broker comes back.

    One pull request is open at a time and messages are handed out as they come; it is asked anew when it is used
    up, has expired, or may have been lost with the connection.
    """

    def __init__(self) -> None:
        self._client = Client()
        self._js = self._client.jetstream(timeout=5)
        self._inbox = self._client.new_inbox()
        self._arrived: asyncio.Queue[Msg] = asyncio.Queue()
        self._owed = 0
        self._open_until = 0.0

    @classmethod
    async def connect(cls, addresses: Addresses, password: str) -> BatchStream:
        """Connect to the broker and make sure of the stream and its consumer. Raises ``nats.errors.Error``."""
        stream = cls()
        await stream._client.connect(
            f"nats://{addresses.nats_host}:{addresses.nats_port}",
            user=CLOUD_USER,
            password=password,
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # any number of seconds
            error_cb=_log_error,
            reconnected_cb=stream._forget_request,
        )
        await stream._prepare()
        return stream

    async def _prepare(self) -> None:
        try:
            await self._js.update_stream(STREAM_CONFIG)
        except NotFoundError:
            await self._js.add_stream(STREAM_CONFIG)
        with suppress(NotFoundError):  # what a killed predecessor had fetched comes at once, not after ACK_WAIT_S
            await self._js.delete_consumer(STREAM, CONSUMER)
        await self._js.add_consumer(STREAM, CONSUMER_CONFIG)
        await self._client.subscribe(self._inbox, cb=self._take)

    async def _take(self, message: Msg) -> None:
        if message.headers and "Status" in message.headers:
            self._owed = 0  # the request expired, or the server says why it cannot be served
            return
        self._owed -= 1
        self._arrived.put_nowait(message)

    async def _forget_request(self) -> None:
        self._owed = 0

    async def fetch(self, most: int, wait_s: float) -> list[Msg]:
        """The messages that have arrived, waiting up to ``wait_s`` for the first. Raises ``nats.errors.Error``."""
        now = asyncio.get_running_loop().time()
        if self._owed <= 0 or now > self._open_until:
            self._owed, self._open_until = PULL, now + PULL_S
            request = {"batch": PULL, "expires": int(PULL_S * 1e9)}
            await self._client.publish(NEXT, json.dumps(request).encode(), self._inbox)
        try:
            messages = [await asyncio.wait_for(self._arrived.get(), wait_s)]
        except TimeoutError:
            return []
        while len(messages) < most and not self._arrived.empty():
            messages.append(self._arrived.get_nowait())
        return messages

    @property
    def connected(self) -> bool:
        return bool(self._client.is_connected)

    async def publish(self, topic: str, payload: bytes) -> None:
        """Send to a tablet; lost when it is not connected (it will ask). ``flush`` afterwards."""
        await self._client.publish(topic.replace("/", "."), payload)

    async def flush(self) -> None:
        """Hand everything published so far to the broker."""
        with suppress(NatsError):
            await self._client.flush(2)

    async def backlog(self) -> Backlog:
        """Raises ``nats.errors.Error``."""
        info = await self._js.consumer_info(STREAM, CONSUMER, timeout=2)
        return Backlog(info.num_pending or 0, info.num_ack_pending or 0)

    async def close(self) -> None:
        with suppress(NatsError, OSError):
            await self._client.close()


async def _log_error(error: Exception) -> None:
    log.debug("connection to the broker: %s", error)
