"""What to ask a Peloton v1 bike, and when: the boot questions, then cadence, power, resistance in turn.

No I/O, no clock:

    poll = PelotonPoll()
    if now_s >= poll.next_at_s: send(poll.ask(now_s))
    poll.hear(frame, now_s)          -> the fields of a Sample, or {}
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers import peloton
from drivers.peloton import Frame, Kind
from drivers.resistance import ResistanceTable

POLL_EVERY_S = 0.1  # one question; each value comes every 0.3 s
BOOT_GAP_S = 0.05  # the tablet takes 0.2 s; bikes are known to answer questions this dense
BOOT_ANSWER_S = 0.1  # bikes answer within 3 ms, plus 8 ms on the line
BOOT_TRIES = 4
TABLE_RETRY_S = 5.0
SCALED_PROBES = 2
SCALED_MISSES = 5

_BOOT = ((peloton.BOOT, 0x00), (peloton.READ, peloton.BIKE_ID))
_TABLE = tuple((peloton.CALIBRATION, index) for index in range(peloton.CALIBRATION_ENTRIES))


@dataclass(slots=True)
class KnownBike:
    """What is remembered of a bike from one connection to the next."""

    bike_id: bytes | None = None
    table: ResistanceTable | None = None


class PelotonPoll:
    """The conversation with one bike. ``next_at_s`` is when to ask next, on the caller's clock."""

    def __init__(self, known: KnownBike, now_s: float) -> None:
        self.next_at_s = now_s
        self._known = known
        self._steps = deque(_BOOT)
        self._waiting_for: tuple[int, int] | None = None
        self._tries = 0
        self._asked_at_s = now_s
        self._answered = False  # the bike has said anything at all
        self._counts: list[float] = []
        self._table_at_s = now_s  # not before, when the table is missing
        self._turn = 0
        self._scaled = False
        self._scaled_probes = SCALED_PROBES
        self._scaled_misses = 0

    def ask(self, now_s: float) -> bytes:
        """The question to send now."""
        self._give_up_step(now_s)
        self._asked_at_s = now_s
        if self._steps:
            self._waiting_for = self._steps[0]
            self._tries += 1
            self.next_at_s = now_s + BOOT_ANSWER_S
            return peloton.request(*self._steps[0])
        # Kept on the grid, so that the pace does not drift; a late caller does not make up for lost turns.
        self.next_at_s = max(self.next_at_s + POLL_EVERY_S, now_s + POLL_EVERY_S / 2)
        return peloton.request(peloton.READ, self._next_code())

    def hear(self, frame: Frame, now_s: float) -> dict[str, float]:
        """Take in a reply; return the fields of the Sample that it makes, ``{}`` for none."""
        self._answered = True
        self._hear_step(frame, now_s)
        if self._known.table is None and not self._steps and now_s >= self._table_at_s:
            self._read_table(now_s)
        if frame.value is None:
            return {}
        if frame.kind is Kind.CADENCE:
            return {"cadence_rpm": float(frame.value)}
        if frame.kind is Kind.POWER:
            return {"power_w": float(frame.value)}
        return self._resistance(frame)

    def _resistance(self, frame: Frame) -> dict[str, float]:
        if frame.kind is Kind.RESISTANCE and frame.value is not None:
            self._scaled, self._scaled_misses = True, 0
            return {"resistance_pct": float(frame.value)}
        table = self._known.table
        if frame.kind is Kind.RESISTANCE_RAW and frame.value is not None and table is not None and not self._scaled:
            return {"resistance_pct": table.percent(frame.value)}
        return {}

    def _next_code(self) -> int:
        """In turn: cadence, power, resistance; a bike is asked twice whether it knows resistance in percent."""
        self._turn += 1
        slot = self._turn % 3
        if slot:
            return peloton.CADENCE if slot == 1 else peloton.POWER
        if self._scaled:
            self._scaled_misses += 1
            self._scaled = self._scaled_misses <= SCALED_MISSES
        elif self._scaled_probes and self._turn % 6 == 0:
            self._scaled_probes -= 1
            return peloton.RESISTANCE
        return peloton.RESISTANCE if self._scaled else peloton.RAW_RESISTANCE

    def _hear_step(self, frame: Frame, now_s: float) -> None:
        if self._waiting_for is None:
            return
        kind, code = self._waiting_for
        if frame.code != (code if kind == peloton.READ else kind):
            return
        if frame.code == peloton.BIKE_ID:
            self._meet(frame.payload)
        elif frame.kind is Kind.CALIBRATION and frame.value is not None:
            self._counts.append(frame.value)
        self._end_step()
        self.next_at_s = max(now_s, self._asked_at_s + BOOT_GAP_S)
        if len(self._counts) == peloton.CALIBRATION_ENTRIES:
            self._take_table(now_s)

    def _meet(self, bike_id: bytes) -> None:
        """A bike that was here before keeps its table; another one must be asked for its own."""
        if bike_id != self._known.bike_id:
            self._known.bike_id, self._known.table = bike_id, None

    def _end_step(self) -> None:
        self._steps.popleft()
        self._waiting_for, self._tries = None, 0

    def _give_up_step(self, now_s: float) -> None:
        """Leave a boot question that stays unanswered; without one entry the whole table is asked for later."""
        if self._waiting_for is None or self._tries < (BOOT_TRIES if self._answered else 1):
            return
        if self._waiting_for[0] == peloton.CALIBRATION:
            self._steps.clear()
            self._waiting_for, self._tries = None, 0
            self._table_at_s = now_s + TABLE_RETRY_S
            return
        if self._waiting_for[1] == peloton.BIKE_ID:
            self._known.table = None  # it may be another bike
        self._end_step()

    def _read_table(self, now_s: float) -> None:
        self._counts = []
        self._steps = deque(_TABLE)
        self._table_at_s = now_s + TABLE_RETRY_S
        self.next_at_s = max(now_s, self._asked_at_s + BOOT_GAP_S)

    def _take_table(self, now_s: float) -> None:
        try:
            self._known.table = ResistanceTable(self._counts)
        except ValueError:
            self._table_at_s = now_s + TABLE_RETRY_S
        self._counts = []
