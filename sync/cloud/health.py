"""How the cloud is, measured when asked."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from nats.errors import Error as NatsError

from sync.cloud.service import Cloud


@dataclass(frozen=True, slots=True)
class BrokerHealth:
    ok: bool
    restarts: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    ok: bool
    rides: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class IngestHealth:
    """``waiting``: messages in the stream that are not yet stored. ``lag_s``: how long the last one waited.
    ``batches``, ``points`` and ``refused`` count since the start."""

    ok: bool
    waiting: int | None
    lag_s: float
    batches: int
    points: int
    refused: int
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """``status`` is ``ok`` or ``broken``."""

    status: str
    broker: BrokerHealth
    store: StoreHealth
    ingest: IngestHealth


async def measure(cloud: Cloud) -> Health:
    """Asks the broker, the stream and the store themselves."""
    waiting, error = await _waiting(cloud)
    broker = BrokerHealth(error is None, cloud.broker.restarts, error)
    store = await _store(cloud)
    counts = cloud.ingest.counts
    ingest = IngestHealth(
        error is None and cloud.failure is None,
        waiting,
        round(cloud.lag_s, 3),
        counts.batches,
        counts.points,
        counts.refused,
        cloud.failure,
    )
    status = "ok" if broker.ok and store.ok and ingest.ok else "broken"
    return Health(status, broker, store, ingest)


async def _waiting(cloud: Cloud) -> tuple[int | None, str | None]:
    if cloud.broker.pid is None or cloud.stream is None or not cloud.stream.connected:
        return None, "the broker is not running; it is being started again"
    try:
        backlog = await cloud.stream.backlog()
    except (NatsError, OSError, TimeoutError) as error:
        return None, f"the broker's stream does not answer: {error!r}"
    return backlog.waiting + backlog.unacknowledged, None


async def _store(cloud: Cloud) -> StoreHealth:
    try:
        return StoreHealth(True, await cloud.run(cloud.store.count_rides))
    except sqlite3.Error as error:
        return StoreHealth(False, None, str(error))
