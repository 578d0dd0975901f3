"""What the notifications of one peripheral mean: each decoded, and of two that say the same the better believed."""

from __future__ import annotations

import math

from drivers import profiles
from drivers.battery import BatteryDecoder
from drivers.profiles import Decoder
from drivers.sample import MEASURED, Sample
from drivers.sensor import LinkState, SensorStatus
from drivers.spikes import LoneZeros

DEFER_S = 3.0  # how long a characteristic that knows better is deferred to after its last word
_RANKS = {characteristic: rank for rank, characteristic in enumerate(profiles.DECODERS)}


class GattHearing:
    """Notifications in, Samples out; keeps ``status`` true. No I/O, no clock.

    ``decoders`` by characteristic, as :func:`drivers.profiles.decoders` makes them. ``frames`` counts what was decoded,
    ``newest`` has the last of each value.
    """

    def __init__(self, status: SensorStatus, decoders: dict[str, Decoder]) -> None:
        self.decoders = decoders
        self.frames = 0
        self.newest: dict[str, float] = {}
        self._status = status
        self._zeros = LoneZeros()
        self._said: dict[str, tuple[int, float]] = {}  # by field: who says it, as a rank, and when

    def hear(self, characteristic: str, data: bytes, at_s: float, stamp_s: float | None = None) -> Sample | None:
        """A notification, or what was read, came at ``at_s``; its Sample is stamped so, or with ``stamp_s``."""
        status, decoder = self._status, self.decoders[characteristic]
        stamp_s = at_s if stamp_s is None else stamp_s
        ok, bad = decoder.frames_ok, decoder.frames_bad
        fields = decoder.feed(data, at_s)
        status.bytes_seen += len(data)
        status.frames_bad += decoder.frames_bad - bad
        if decoder.frames_ok > ok:
            self._count(decoder, decoder.frames_ok - ok, stamp_s)
        rank = _RANKS.get(characteristic, len(_RANKS))
        fields = {name: value for name, value in fields.items() if self._knows_best(name, rank, at_s)}
        fields = self._zeros.judge(fields, self.newest)
        if not fields:
            return None
        self.newest.update(fields)
        estimates: frozenset[str] = getattr(decoder, "estimates", MEASURED)
        return Sample(stamp_s, status.url, **fields, estimated=estimates and estimates & fields.keys())

    def _count(self, decoder: Decoder, frames: int, at_s: float) -> None:
        status = self._status
        status.frames_ok += frames
        if isinstance(decoder, BatteryDecoder):  # says that it lives, but not how the ride goes
            status.battery_pct = decoder.percent
            return
        self.frames += frames
        status.last_frame_at_s = at_s
        status.state, status.error = LinkState.RECEIVING, None

    def _knows_best(self, name: str, rank: int, at_s: float) -> bool:
        """Whether no better characteristic of this sensor has said the same of late."""
        best, said_s = self._said.get(name, (rank, -math.inf))
        if rank > best and at_s - said_s < DEFER_S:
            return False
        self._said[name] = rank, at_s
        return True
