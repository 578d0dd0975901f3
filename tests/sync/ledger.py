"""A cloud kept small: it holds seconds as the real one promises to, behind a wire that can fail in every way.

It refuses what a tablet must never send: nothing here is forgiving.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sync import wire
from sync.links import BatchRefused, LinkDown
from sync.records import Answer, Batch, Point


@dataclass
class Ledger:
    """``rides``: what is stored for good. A link to it is a :class:`Wire`."""

    rides: dict[str, list[Point]] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    refuses: set[str] = field(default_factory=set)
    batches: list[Batch] = field(default_factory=list)

    def put(self, batch: Batch) -> Answer:
        """Store what is new, as the contract between tablet and cloud says; the position it led to."""
        self.batches.append(batch)
        if batch.ride.id in self.refuses:
            raise BatchRefused("the ride belongs to another tablet")
        stored = self.rides.setdefault(batch.ride.id, [])
        if batch.points and batch.points[0].second <= len(stored):
            stored += [point for point in batch.points if point.second >= len(stored)]
        assert [point.second for point in stored] == list(range(len(stored)))
        if batch.ride.finished_at is not None:
            self.finished.add(batch.ride.id)
        return Answer(batch.ride.id, len(stored), batch.ride.id in self.finished)

    def forget(self, seconds: int) -> None:
        """Lose the newest seconds of every ride, as from a backup that is brought back."""
        for stored in self.rides.values():
            del stored[max(len(stored) - seconds, 0) :]
        self.finished.clear()


class Wire:
    """A link; ``faults`` says what becomes of each batch in turn, and when it ends all goes well.

    "batch" and "answer": it is lost on the way. "twice": it is delivered again. "stale": the answer is the one to
    the batch before. "forget": the cloud loses data after it has answered.
    """

    name = "wire"

    def __init__(self, ledger: Ledger, faults: Iterable[str] = ()) -> None:
        self.ledger = ledger
        self._faults = iter(faults)
        self._before: dict[str, Answer] = {}

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    async def watch(self) -> None: ...

    async def send(self, batch: Batch) -> Answer:
        batch = wire.decode(wire.encode(batch))
        fault = next(self._faults, "")
        if fault == "batch":
            raise LinkDown("lost")
        if fault == "twice":
            self.ledger.put(batch)
        answer = self.ledger.put(batch)
        before = self._before.get(batch.ride.id, replace(answer, acknowledged=0, finished=False))
        self._before[batch.ride.id] = answer
        if fault == "answer":
            raise LinkDown("lost")
        if fault == "forget":
            self.ledger.forget(7)
        return before if fault == "stale" else answer
