"""What to ask a Peloton v1 bike, and when: the boot questions, then cadence, power, resistance in turn.

No I/O, no clock:

    poll = PelotonPoll(KnownBike(), now_s)
    if now_s >= poll.next_at_s: send(poll.ask(now_s))
    poll.hear(frame, now_s)          -> the fields of a Sample, or {}
    poll.hear_damage(now_s)          bytes came that were no frame

The calibration table is read in one go at the beginning, as the tablet does. Where the line is damaged, the rest is
asked for between the riding questions, so that the numbers flow meanwhile.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from drivers import peloton
from drivers.calibration import TableReading
from drivers.peloton import Frame, Kind
from drivers.resistance import ResistanceTable
from drivers.spikes import Belief

POLL_EVERY_S = 0.1  # one question; each value comes every 0.3 s
BOOT_GAP_S = 0.05  # the tablet takes 0.2 s; bikes are known to answer questions this dense
BOOT_ANSWER_S = 0.1  # bikes answer within 3 ms, plus 8 ms on the line
BOOT_TRIES = 4
TABLE_MISSES = 10
TABLE_RETRY_S = 5.0
SCALED_PROBES = 2
SCALED_MISSES = 5
# Nobody knows whether every bike has an id of its own: these entries must also be those of the table that is known.
_SPOT_CHECKS = tuple((peloton.CALIBRATION, index) for index in (3, 15, 27))
_BOOT = ((peloton.BOOT, 0x00), (peloton.READ, peloton.BIKE_ID))


@dataclass(slots=True)
class KnownBike:
    """What is remembered of a bike from one connection to the next."""

    bike_id: bytes | None = None
    table: ResistanceTable | None = None
    raw_resistance: float | None = None  # counts, as last heard


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
        self._ride_at_s = now_s  # when the next riding question is due
        self._reading: TableReading | None = None
        self._table_at_s = now_s  # not before, when the table is missing
        self._in_one_go = True
        self._between = False  # the next question is for the table, between two riding questions
        self._turn = 0
        self._scaled = False
        self._scaled_probes = SCALED_PROBES
        self._scaled_misses = 0
        self._belief = Belief()

    def ask(self, now_s: float) -> bytes:
        """The question to send now."""
        self._give_up_question(now_s)
        self._asked_at_s = now_s
        if self._steps:
            self._tries += 1
            self.next_at_s = now_s + BOOT_ANSWER_S
            return self._question(*self._steps[0])
        if self._reading is not None and (self._between or self._in_one_go):
            self.next_at_s = self._ride_at_s if self._between else now_s + BOOT_ANSWER_S
            self._between = False
            return self._question(peloton.CALIBRATION, self._reading.index)
        # Kept on the grid, so that the pace does not drift; a late caller does not make up for lost turns.
        self._ride_at_s = self.next_at_s = max(self._ride_at_s + POLL_EVERY_S, now_s + POLL_EVERY_S / 2)
        return self._question(peloton.READ, self._next_code())

    def hear(self, frame: Frame, now_s: float) -> dict[str, float]:
        """Take in a reply; return the fields of the Sample that it makes, ``{}`` for none."""
        self._answered = True
        self._hear_answer(frame, now_s)
        self._want_table(now_s)
        if frame.value is None:
            return {}
        if frame.kind is Kind.CADENCE:
            return self._belief.judge("cadence_rpm", frame.value, now_s)
        if frame.kind is Kind.POWER:
            return self._belief.judge("power_w", frame.value, now_s)
        percent = self._percent(frame.kind, frame.value)
        return {} if percent is None else self._belief.judge("resistance_pct", percent, now_s)

    def hear_damage(self, now_s: float) -> None:
        """Bytes came that were no frame: from now on, be slower to believe."""
        self._belief.damaged_at_s = now_s
        if self._reading is not None:
            self._in_one_go = False
            self._reading.doubt()

    def _percent(self, kind: Kind, value: float) -> float | None:
        if kind is Kind.RESISTANCE:
            self._scaled, self._scaled_misses = True, 0
            return value
        if kind is Kind.RESISTANCE_RAW:
            self._known.raw_resistance = value
        table = self._known.table
        return table.percent(value) if kind is Kind.RESISTANCE_RAW and table and not self._scaled else None

    def _question(self, kind: int, code: int) -> bytes:
        self._waiting_for = kind, code
        return peloton.request(kind, code)

    def _next_code(self) -> int:
        """In turn: cadence, power, resistance; a bike is asked twice whether it knows resistance in percent."""
        self._turn += 1
        slot = self._turn % 3
        if slot:
            return peloton.CADENCE if slot == 1 else peloton.POWER
        if self._scaled:
            self._scaled_misses += 1
            self._scaled = self._scaled_misses <= SCALED_MISSES
        elif self._scaled_probes and self._turn % 9 == 0:
            self._scaled_probes -= 1
            return peloton.RESISTANCE
        return peloton.RESISTANCE if self._scaled else peloton.RAW_RESISTANCE

    def _hear_answer(self, frame: Frame, now_s: float) -> None:
        """Whether the reply is to the open question; a late one to an earlier question is none."""
        if self._waiting_for is None:
            return
        kind, code = self._waiting_for
        if frame.code != (code if kind == peloton.READ else kind):
            return
        self._waiting_for = None
        if self._steps:
            self._end_step()
            if frame.code == peloton.BIKE_ID:
                self._meet(frame.payload)
            elif kind == peloton.CALIBRATION and self._known.table and frame.value != self._known.table.counts[code]:
                self._forget_table()
        elif frame.kind is Kind.CALIBRATION and frame.value is not None and self._reading is not None:
            self._hear_entry(self._reading, frame.value, now_s)
        elif self._reading is not None and now_s >= self._table_at_s:
            # Bikes answer in order, so no reply about the table can still be on its way.
            self._between = True
        else:
            return
        self.next_at_s = min(self.next_at_s, max(now_s, self._asked_at_s + BOOT_GAP_S))

    def _meet(self, bike_id: bytes) -> None:
        """A bike that was here before keeps its table; another one must be asked for its own."""
        if bike_id != self._known.bike_id:
            self._known.bike_id, self._known.table = bike_id, None
        elif self._known.table is not None:
            self._steps.extend(_SPOT_CHECKS)

    def _forget_table(self) -> None:
        self._known.table = None
        self._steps.clear()

    def _end_step(self) -> None:
        self._steps.popleft()
        self._tries = 0

    def _give_up_question(self, now_s: float) -> None:
        """What stayed unanswered: a boot question is left after some tries, an entry of the table comes again."""
        if self._waiting_for is None:
            return
        kind, code = self._waiting_for
        if self._steps:
            if self._tries >= (BOOT_TRIES if self._answered else 1):
                self._end_step()
                if (kind, code) != _BOOT[0]:
                    self._forget_table()  # it may be another bike
                    self._in_one_go = self._reading is None and self._in_one_go
        elif kind == peloton.CALIBRATION and self._reading is not None:
            self._miss_entry(self._reading, now_s)

    def _miss_entry(self, reading: TableReading, now_s: float) -> None:
        """The answer may only be late: another question in between keeps it from passing for the next entry."""
        reading.miss()
        if self._in_one_go and reading.misses == 1:
            self._steps.append((peloton.READ, peloton.BIKE_ID))
        else:
            self._in_one_go = False
        if reading.misses % TABLE_MISSES == 0:
            self._table_at_s = now_s + TABLE_RETRY_S

    def _want_table(self, now_s: float) -> None:
        if self._reading is None and self._known.table is None and not self._steps and now_s >= self._table_at_s:
            self._reading = TableReading()
            self.next_at_s = max(now_s, self._asked_at_s + BOOT_GAP_S)

    def _hear_entry(self, reading: TableReading, counts: float, now_s: float) -> None:
        reading.hear(counts)
        try:
            self._known.table = reading.table()
        except ValueError:
            self._table_at_s, self._in_one_go = now_s + TABLE_RETRY_S, False
        else:
            if self._known.table is None:
                return
        self._reading = None
