"""Batches and reports in, Answers out: the one way into the store, for the broker's stream and for HTTP alike."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum

from sync import wire
from sync.cloud.boards import Boards
from sync.cloud.bounds import check, check_quality, check_report
from sync.cloud.store import Held, NotYours, Store, Withdrawn
from sync.records import Answer, Batch, QualityReport, RecordError, Standings, from_json

NOT_YOURS = "the ride belongs to another tablet"


class Kind(Enum):
    """What a tablet sends, by the last word of its topic."""

    BATCH = "batches"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch (see :mod:`sync.wire`) or a QualityReport (JSON) as it arrived, and the tablet that is known to have
    sent it."""

    tablet_id: str
    data: bytes
    kind: Kind = Kind.BATCH


class Fault(Enum):
    """Why a batch or a report was refused; sending the same again is useless."""

    UNREADABLE = "not a batch at all"
    IMPOSSIBLE = "a batch with values no ride can have"
    NOT_YOURS = "a ride of another tablet"
    WITHDRAWN = "a ride that was taken back"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a Delivery. ``answer`` is ``None`` only when it is unreadable."""

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

        When this returns, the answers are true on disk. Raises :class:`StoreFailed`: then nothing was stored."""
        now = self._clock()
        with self._store.transaction():
            results = [
                self._put(delivery, now) if delivery.kind is Kind.BATCH else self._put_quality(delivery)
                for delivery in deliveries
            ]
        for result in results:
            if isinstance(result, Held):
                self._boards.add(result, now)
                self.counts.points += len(result.stored)
        self.counts.batches += sum(delivery.kind is Kind.BATCH for delivery in deliveries)
        self.counts.refused += sum(isinstance(result, Outcome) and result.fault is not None for result in results)
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
            return self._refuse(batch, delivery.tablet_id, Fault.NOT_YOURS, NOT_YOURS)
        except Withdrawn:
            return self._refuse(batch, delivery.tablet_id, Fault.WITHDRAWN, "the ride was taken back")

    def withdraw(self, ride_id: str, tablet_id: str) -> bool:
        """Forget a ride of this tablet, and what it did on its class's leaderboards; whether it was known. Raises
        :class:`NotYours`, :class:`StoreFailed`."""
        with self._store.transaction():
            held = self._store.withdraw(ride_id, tablet_id)
        if held is not None and held.ride.class_id is not None:
            self._boards.drop(held.ride.class_id)
        return held is not None

    def _put_quality(self, delivery: Delivery) -> Outcome:
        """Of a ride that is not held, the answer says so: the tablet then sends that first."""
        try:
            report = from_json(QualityReport, json.loads(delivery.data))
            check_report(report)
        except (RecordError, ValueError) as error:
            return Outcome(None, Fault.UNREADABLE, str(error))
        held = self._store.held(report.ride_id)
        if held is None:
            return Outcome(Answer(report.ride_id, 0))
        if held.tablet_id != delivery.tablet_id:
            answer = Answer(report.ride_id, 0, error=NOT_YOURS)
            return Outcome(answer, Fault.NOT_YOURS, NOT_YOURS)
        answer = Answer(held.ride.id, held.position, held.ride.finished_at is not None, quality=True)
        try:
            check_quality(report.quality)
        except RecordError as error:
            return Outcome(replace(answer, quality=False, error=str(error)), Fault.IMPOSSIBLE, str(error))
        self._store.put_quality(held.no, report.quality)
        return Outcome(answer)

    def _refuse(self, batch: Batch, tablet_id: str, fault: Fault, reason: str) -> Outcome:
        held = self._store.held(batch.ride.id, tablet_id)
        return Outcome(Answer(batch.ride.id, held.position if held else 0, error=reason), fault, reason)

    def _answer(self, held: Held, now: float, seen: dict[str, Standings | None]) -> Outcome:
        ride = held.ride
        if ride.id not in seen:
            seen[ride.id] = self._boards.standings(held, now)
        finished = ride.finished_at is not None
        answer = Answer(ride.id, held.position, finished, None, seen[ride.id], quality=held.quality)
        return Outcome(answer, class_id=ride.class_id)
