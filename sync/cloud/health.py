"""How the cloud is, measured when asked."""

from __future__ import annotations

from dataclasses import dataclass

from nats.errors import Error as NatsError

from sync.cloud.errors import StoreFailed
from sync.cloud.service import Cloud


@dataclass(frozen=True, slots=True)
class BrokerHealth:
    ok: bool
    error: str | None = None


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """What is held for good: ``rides`` and their ``points``, and the ``tablets`` that may log in."""

    ok: bool
    rides: int | None = None
    points: int | None = None
    tablets: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class IngestHealth:
    """``waiting``: messages in the stream that are not yet stored. ``lag_s``: how long the last one waited."""

    ok: bool
    waiting: int | None
    lag_s: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SinceStart:
    """What this process has seen since it started, at the Unix time ``started_at``; ``points`` that were new."""

    started_at: float
    batches: int
    points: int
    refused: int
    broker_restarts: int


@dataclass(frozen=True, slots=True)
class Health:
    """``status`` is ``ok`` or ``broken``. Under ``since_start`` counting begins anew with every start."""

    status: str
    broker: BrokerHealth
    store: StoreHealth
    ingest: IngestHealth
    since_start: SinceStart


async def measure(cloud: Cloud) -> Health:
    """Asks the broker, the stream and the store themselves."""
    waiting, error = await _waiting(cloud)
    broker = BrokerHealth(error is None, error)
    store = await _store(cloud)
    ingest = IngestHealth(error is None and cloud.failure is None, waiting, round(cloud.lag_s, 3), cloud.failure)
    status = "ok" if broker.ok and store.ok and ingest.ok else "broken"
    counts = cloud.ingest.counts
    seen = SinceStart(cloud.started_at, counts.batches, counts.points, counts.refused, cloud.broker.restarts)
    return Health(status, broker, store, ingest, seen)


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
        rides, points = await cloud.run(cloud.store.count)
        return StoreHealth(True, rides, points, len(await cloud.run(cloud.accounts.logins)))
    except StoreFailed as error:
        return StoreHealth(False, error=str(error))
