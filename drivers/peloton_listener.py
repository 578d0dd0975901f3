"""Somebody else's conversation with a Peloton v1 bike, overheard: questions and replies in, readings out. No I/O."""

from __future__ import annotations

from drivers import peloton
from drivers.calibration import TableReading
from drivers.peloton import Decoder, Frame, Kind
from drivers.peloton_poll import SCALED_MISSES
from drivers.resistance import ENTRIES, ResistanceTable
from drivers.spikes import Belief

_QUESTION = 4  # bytes
_FIELDS = {Kind.CADENCE: "cadence_rpm", Kind.POWER: "power_w", Kind.RESISTANCE: "resistance_pct"}


class PelotonListener:
    """Learns the resistance table from the questions about it and their answers, and judges readings as
    :class:`drivers.peloton_poll.PelotonPoll` does. Where no question was ever heard, entries are taken as they come.
    """

    def __init__(self) -> None:
        self.table: ResistanceTable | None = None
        self.frames_ok = 0
        self._decoder = Decoder()
        self._belief = Belief()
        self._reading = TableReading()
        self._questions = bytearray()  # the end of what was asked; a question may come in two parts
        self._entry: int | None = None  # of the table, that was asked for last and is not answered
        self._heard_asking = False
        self._scaled = 0  # how many raw readings more mean that the bike's own percent is over

    @property
    def frames_bad(self) -> int:
        """How much came that was no frame."""
        return self._decoder.bad_frames

    def hear_question(self, data: bytes) -> None:
        """Bytes were sent to the bike."""
        self._heard_asking = True
        self._questions = (self._questions + data)[-_QUESTION:]
        kind, code, check, _ = self._questions if len(self._questions) == _QUESTION else bytes(_QUESTION)
        asks = kind == peloton.CALIBRATION and code < ENTRIES and check == (kind + code) & 0xFF
        self._entry = code if asks else None

    def hear(self, data: bytes, at_s: float) -> list[dict[str, float]]:
        """Bytes came from the bike at ``at_s``: the fields of a Sample for each reply that makes one."""
        bad = self._decoder.bad_frames
        frames = self._decoder.feed(data)
        self.frames_ok += len(frames)
        if self._decoder.bad_frames > bad:
            self._belief.damaged_at_s = at_s
            self._reading.doubt()
        return [fields for frame in frames if (fields := self._judge(frame, at_s))]

    def _judge(self, frame: Frame, at_s: float) -> dict[str, float]:
        if frame.value is None:
            return {}
        if frame.kind is Kind.CALIBRATION:
            self._learn(frame.value)
            return {}
        if frame.kind is Kind.RESISTANCE_RAW:
            self._scaled = max(0, self._scaled - 1)
            if self.table is None or self._scaled:
                return {}
            return self._belief.judge("resistance_pct", self.table.percent(frame.value), at_s)
        if frame.kind is Kind.RESISTANCE:
            self._scaled = SCALED_MISSES
        return self._belief.judge(_FIELDS[frame.kind], frame.value, at_s)

    def _learn(self, counts: float) -> None:
        """An entry of the table was said; another one than is known means another bike."""
        if self._entry is not None:
            self._reading.index = self._entry
        elif self._heard_asking:
            return
        index, self._entry = self._reading.index, None
        if self.table is not None and counts == self.table.counts[index]:
            return
        if self.table is not None:
            self.table, self._reading = None, TableReading()
            self._reading.index = index
        self._reading.hear(counts)
        try:
            self.table = self._reading.table()
        except ValueError:
            self._reading = TableReading()
        if self.table is not None:
            self._reading = TableReading()
