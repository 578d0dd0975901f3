"""Batches in, Answers out: the one way into the store, for the broker's stream and for HTTP alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from sync import wire
from sync.cloud.boards import Boards
from sync.cloud.bounds import check
from sync.cloud.store import Held, NotYours, Store
from sync.records import Answer, Batch, RecordError, Standings


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch as it arrived (see :mod:`sync.wire`), and the tablet that is known to have sent it."""

    tablet_id: str
    data: bytes


class Fault(Enum):
    """Why a batch was refused; sending the same again is useless."""

    UNREADABLE = "not a batch at all"
    IMPOSSIBLE = "a batch with values no ride can have"
    NOT_YOURS = "a ride of another tablet"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a Delivery. ``answer`` is ``None`` only when the batch is unreadable."""

    answer: Answer | None
    fault: Fault | None = None
    reason: str = ""
    class_id: str | None = None


@dataclass
class Counts:
    """What ingest has seen since the start."""

    batches: int = 0
    points: int = 0
    refused: int = 0


class Ingest:
    """Use from one thread at a time."""

    def __init__(self, store: Store, boards: Boards, clock: Callable[[], float]) -> None:
        self.counts = Counts()
        self._store = store
        self._boards = boards
        self._clock = clock

    def accept(self, deliveries: Sequence[Delivery]) -> list[Outcome]:
        """Store what is new in all of them, in one transaction, and answer each with the position it led to.

        When this returns, the answers are true on disk. Raises ``sqlite3.Error``: then nothing was stored."""
        now = self._clock()
        with self._store.transaction():
            results = [self._put(delivery, now) for delivery in deliveries]
        for result in results:
            if isinstance(result, Held):
                self._boards.add(result, now)
                self.counts.points += len(result.stored)
        self.counts.batches += len(results)
        self.counts.refused += sum(isinstance(result, Outcome) for result in results)
        seen: dict[str, Standings | None] = {}
        return [result if isinstance(result, Outcome) else self._answer(result, now, seen) for result in results]

    def _put(self, delivery: Delivery, now: float) -> Held | Outcome:
        try:
            batch = wire.decode(delivery.data)
        except RecordError as error:
            return Outcome(None, Fault.UNREADABLE, str(error))
        try:
            check(batch, now)
            return self._store.put(delivery.tablet_id, batch, now)
        except RecordError as error:
            return self._refuse(batch, delivery.tablet_id, Fault.IMPOSSIBLE, str(error))
        except NotYours:
            return self._refuse(batch, delivery.tablet_id, Fault.NOT_YOURS, "the ride belongs to another tablet")

    def _refuse(self, batch: Batch, tablet_id: str, fault: Fault, reason: str) -> Outcome:
        held = self._store.held(batch.ride.id, tablet_id)
        return Outcome(Answer(batch.ride.id, held.position if held else 0, error=reason), fault, reason)

    def _answer(self, held: Held, now: float, seen: dict[str, Standings | None]) -> Outcome:
        ride = held.ride
        if ride.id not in seen:
            seen[ride.id] = self._boards.standings(held, now)
        answer = Answer(ride.id, held.position, ride.finished_at is not None, None, seen[ride.id])
        return Outcome(answer, class_id=ride.class_id)
