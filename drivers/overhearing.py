"""Recorded or overheard bytes through the same codecs as live ones: Moments in, Samples out. No I/O, no clock."""

from __future__ import annotations

from drivers import ftms, gatt, profiles
from drivers.errors import BadFrame
from drivers.ftms import IndoorBikeDecoder
from drivers.gatt_hearing import GattHearing
from drivers.keiser import COMPANY, KeiserDecoder
from drivers.peloton_listener import PelotonListener
from drivers.recording import Header, Moment
from drivers.sample import MEASURED, Sample
from drivers.sensor import LinkState, SensorStatus

CHANNELS_MAX = 64  # a stranger's file must not fill the memory


class Overhearing:
    """What passed between a sensor and somebody else, understood; keeps ``status`` true.

    ``header`` says which sensor it is: its URL's scheme tells a Keiser's advertisements from a serial line, its name
    a peripheral with quirks. Samples have ``status.url`` as their source.
    """

    def __init__(self, header: Header, status: SensorStatus) -> None:
        self._status = status
        self._name = header.name
        self._gatt = GattHearing(status, {})
        self._strange: set[str] = set()
        self._levels: ftms.Range | None = None
        self._wire: KeiserDecoder | PelotonListener
        self._wire = KeiserDecoder() if header.url.lower().startswith("keiser:") else PelotonListener()

    def take(self, moment: Moment, stamp_s: float) -> list[Sample]:
        """The Samples that these bytes make, each stamped with ``stamp_s``."""
        if moment.channel is None:
            return self._take_wire(moment, stamp_s)
        if not moment.from_sensor:
            return []
        if moment.channel == gatt.RESISTANCE_RANGE:
            self._learn_levels(moment.data)
        elif self._understands(moment.channel):
            sample = self._gatt.hear(moment.channel, moment.data, moment.t_s, stamp_s)
            return [sample] if sample is not None else []
        return []

    def _take_wire(self, moment: Moment, stamp_s: float) -> list[Sample]:
        if moment.from_sensor:
            return self._hear_wire(moment, stamp_s)
        if isinstance(self._wire, PelotonListener):
            self._wire.hear_question(moment.data)
        return []

    def _hear_wire(self, moment: Moment, stamp_s: float) -> list[Sample]:
        wire, status = self._wire, self._status
        ok, bad = wire.frames_ok, wire.frames_bad
        if isinstance(wire, PelotonListener):
            said = wire.hear(moment.data, moment.t_s)
        else:
            said = [fields] if (fields := wire.feed(moment.data.removeprefix(COMPANY), moment.t_s)) else []
        status.bytes_seen += len(moment.data)
        status.frames_ok += wire.frames_ok - ok
        status.frames_bad += wire.frames_bad - bad
        if wire.frames_ok > ok:
            status.last_frame_at_s = stamp_s
            status.state, status.error = LinkState.RECEIVING, None
        return [Sample(stamp_s, status.url, **fields, estimated=MEASURED) for fields in said]

    def _understands(self, channel: str) -> bool:
        """Whether there is a decoder for the channel; made when it is first heard."""
        decoders = self._gatt.decoders
        if channel in decoders:
            return True
        if channel in self._strange or len(self._strange) >= CHANNELS_MAX:
            return False
        # An Echelon's two channels share one decoder.
        together = gatt.ECHELON_NOTIFY if channel in gatt.ECHELON_NOTIFY else (channel,)
        made = profiles.decoders({"": together}, self._name)
        if not made:
            self._strange.add(channel)
            return False
        decoders.update(made)
        self._set_levels()
        return True

    def _learn_levels(self, data: bytes) -> None:
        try:
            self._levels = ftms.parse_resistance_range(data)
        except BadFrame:
            self._status.frames_bad += 1
        self._set_levels()

    def _set_levels(self) -> None:
        decoder = self._gatt.decoders.get(gatt.INDOOR_BIKE_DATA)
        if isinstance(decoder, IndoorBikeDecoder) and self._levels is not None:
            decoder.levels = self._levels
