"""The virtual trainer: its services, their values, and what it says as a ride goes on. No I/O, no clock of its own.

Values never freeze. One that is stale or not there is said as 0 for 3 s and then no more; when neither cadence nor
power is left to say, the notifications end. So they do when the ride ends.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Protocol

from console.ride import STALE_S, Now, Reading, RideState
from console.trainer import measurements
from console.trainer.control_point import Brake, ControlPoint
from console.trainer.measurements import Crank
from drivers import gatt

NAME = "Breakaway"
ZERO_S = 3.0
IDLE, MANUAL = b"\x00\x01", b"\x00\x0d"  # Training Status 0x2AD3

SERVICES: Mapping[str, Mapping[str, frozenset[str]]] = {
    gatt.FITNESS_MACHINE: {
        gatt.FITNESS_MACHINE_FEATURE: frozenset({"read"}),
        gatt.INDOOR_BIKE_DATA: frozenset({"notify"}),
        gatt.TRAINING_STATUS: frozenset({"read", "notify"}),
        gatt.RESISTANCE_RANGE: frozenset({"read"}),
        gatt.POWER_RANGE: frozenset({"read"}),
        gatt.FITNESS_MACHINE_CONTROL_POINT: frozenset({"write", "indicate"}),
        gatt.FITNESS_MACHINE_STATUS: frozenset({"notify"}),
    },
    gatt.CYCLING_POWER: {
        gatt.CYCLING_POWER_MEASUREMENT: frozenset({"notify"}),
        gatt.CYCLING_POWER_FEATURE: frozenset({"read"}),
        gatt.SENSOR_LOCATION: frozenset({"read"}),
    },
    gatt.HEART_RATE: {gatt.HEART_RATE_MEASUREMENT: frozenset({"notify"})},
}
SERVICE_NUMBERS = tuple(int(service[4:8], 16) for service in SERVICES)
# Flags: available; types: indoor bike (FTMS v1.0, 3.1.1).
SERVICE_DATA = bytes([0x01, 0x20, 0x00])


class Ear(Protocol):
    """A wire that hears what the trainer says, and carries it to who subscribed; ``but`` is a client who knows."""

    def hear(self, characteristic: str, data: bytes, but: Hashable | None = None) -> None: ...


@dataclass(slots=True)
class _Fading:
    """One value: as read while it is fresh, 0 for a while after, then ``None``."""

    zero_until_s: float = float("-inf")

    def value(self, reading: Reading | None, at_s: float) -> float | None:
        if reading is not None and reading.value is not None and not reading.stale:
            self.zero_until_s = float("inf")
            return reading.value
        if self.zero_until_s == float("inf"):
            self.zero_until_s = at_s + ZERO_S
        return 0.0 if at_s <= self.zero_until_s else None


class Peripheral:
    """The trainer. ``brake``: see :class:`ControlPoint`."""

    def __init__(self, brake: Callable[[], Brake | None] = lambda: None) -> None:
        self.control_point = ControlPoint(brake)
        self._ears: list[Ear] = []
        self._metrics = {name: _Fading() for name in ("cadence_rpm", "resistance_pct", "power_w", "heart_rate_bpm")}
        self._crank: Crank | None = None
        self._distance_m = self._elapsed_s = 0.0
        self._training = IDLE

    def join(self, ear: Ear) -> None:
        """Have a wire hear what is said from now on."""
        self._ears.append(ear)

    def leave(self, ear: Ear) -> None:
        """A wire hears no more."""
        self._ears.remove(ear)

    def read(self, characteristic: str) -> bytes:
        """The value of a characteristic that can be read. Raises :class:`KeyError` for any other."""
        return _READ[characteristic](self)

    def write(self, client: Hashable, data: bytes) -> bytes:
        """A client writes to the control point; returns the indication for it. The other clients are told."""
        answer = self.control_point.ask(client, data)
        if answer.status is not None:
            self._say(gatt.FITNESS_MACHINE_STATUS, answer.status, client)
        return answer.indication

    def step(self, now: Now | None, at_s: float) -> None:
        """Say how the ride stands at ``at_s`` (monotonic); ``None`` when no ride is on."""
        if now is not None and now.state is RideState.FINISHED:
            now = None
        values = {name: fading.value(getattr(now, name, None), at_s) for name, fading in self._metrics.items()}
        if now is not None:
            self._distance_m, self._elapsed_s = now.totals.distance_m, now.elapsed_s
        cadence_rpm, power_w = values["cadence_rpm"], values["power_w"]
        if cadence_rpm is not None or power_w is not None:
            speed_kmh = now.speed_kmh if now is not None and power_w else None
            bike = measurements.indoor_bike_data(speed_kmh or 0.0, self._distance_m, self._elapsed_s, **values)
            self._say(gatt.INDOOR_BIKE_DATA, bike)
        crank = self._turned(cadence_rpm, at_s)
        if power_w is not None:
            self._say(gatt.CYCLING_POWER_MEASUREMENT, measurements.cycling_power(power_w, crank))
        if (beats := values["heart_rate_bpm"]) is not None:
            self._say(gatt.HEART_RATE_MEASUREMENT, measurements.heart_rate(beats))
        self._train(now)

    def _turned(self, cadence_rpm: float | None, at_s: float) -> Crank | None:
        if self._crank is None:
            self._crank = Crank(at_s, turned_s=at_s)
        self._crank.turn(cadence_rpm or 0.0, at_s, STALE_S)
        return None if cadence_rpm is None else self._crank

    def _train(self, now: Now | None) -> None:
        training = MANUAL if now is not None and now.state is RideState.RIDING else IDLE
        if training != self._training:
            self._training = training
            self._say(gatt.TRAINING_STATUS, training)

    def _say(self, characteristic: str, data: bytes, but: Hashable | None = None) -> None:
        for ear in list(self._ears):
            ear.hear(characteristic, data, but)

    def _power_range(self) -> bytes:
        limits = self.control_point.power_limits
        return measurements.power_range(limits.minimum, limits.maximum)


_READ: Mapping[str, Callable[[Peripheral], bytes]] = {
    gatt.FITNESS_MACHINE_FEATURE: lambda it: measurements.machine_feature(it.control_point.targets),
    gatt.TRAINING_STATUS: lambda it: it._training,
    gatt.RESISTANCE_RANGE: lambda _it: measurements.resistance_range(),
    gatt.POWER_RANGE: Peripheral._power_range,
    gatt.CYCLING_POWER_FEATURE: lambda _it: measurements.POWER_FEATURES.to_bytes(4, "little"),
    gatt.SENSOR_LOCATION: lambda _it: bytes([measurements.OTHER_LOCATION]),
}
