"""The bike as a GATT server, without a wire: clients come, read, write, subscribe; notices go to them.

Radio and TCP carry the same bytes from here. Time is passed in; a client is any hashable thing the wire likes.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field

from virtualbike import fitness_machine as machine
from virtualbike import gatt_table as table
from virtualbike import measurements
from virtualbike.bike import Bike
from virtualbike.faults import Faults, Happening
from virtualbike.fitness_machine import FitnessMachine
from virtualbike.gatt_table import GattError
from virtualbike.readings import Readings
from virtualbike.rider import Rider
from virtualbike.riding import Riding

SMALLEST_MTU = 23
ATT_HEADER = 3  # opcode and handle, in front of every notification
NAME = "Breakaway"


@dataclass(frozen=True, slots=True)
class Notice:
    """A value that a client is told without asking."""

    client: Hashable
    characteristic: int
    data: bytes

    @property
    def indication(self) -> bool:
        """Whether the client has to confirm it."""
        return table.INDICATE in table.PROPERTIES[self.characteristic]


@dataclass(slots=True)
class _Client:
    mtu: int = SMALLEST_MTU
    subscribed: set[int] = field(default_factory=set)
    unconfirmed: bool = False


class GattBike:
    """A ridden bike behind GATT. ``faults`` are what goes wrong with its sensors, and on the wire that carries it."""

    def __init__(
        self,
        rider: Rider,
        bike: Bike,
        *,
        name: str = NAME,
        faults: Faults | None = None,
    ) -> None:
        self.name = name
        self.riding = Riding(rider, bike, faults)
        self.faults = self.riding.faults
        self.machine = FitnessMachine(self.riding.trainer)
        self._clients: dict[Hashable, _Client] = {}
        self._values = self._readable()

    def advance(self, now_s: float) -> Readings:
        """Ride on until ``now_s`` (seconds on any clock that does not go back); what the sensors show then."""
        return self.riding.advance(now_s)

    def connect(self, client: Hashable) -> None:
        """A client has come."""
        self._clients[client] = _Client()

    def disconnect(self, client: Hashable) -> None:
        """A client has gone, and its subscriptions and control with it."""
        self._clients.pop(client, None)
        self.machine.leave(client)

    def set_mtu(self, client: Hashable, mtu: int) -> None:
        """The client's packets may be this long."""
        if client in self._clients:
            self._clients[client].mtu = max(mtu, SMALLEST_MTU)

    def subscribe(self, client: Hashable, characteristic: int, on: bool) -> None:
        """The client wants, or no longer wants, to be told."""
        if not self._may(characteristic) & {table.NOTIFY, table.INDICATE}:
            raise GattError(GattError.WRITE_NOT_PERMITTED)
        subscribed = self._clients[client].subscribed
        (subscribed.add if on else subscribed.discard)(characteristic)

    def read(self, characteristic: int) -> bytes:
        """A characteristic's value. Raises :class:`GattError`."""
        if table.READ not in self._may(characteristic):
            raise GattError(GattError.READ_NOT_PERMITTED)
        return self._values[characteristic]()

    def write(self, client: Hashable, characteristic: int, data: bytes) -> list[Notice]:
        """Write, and get what has to be told, in order. Raises :class:`GattError`."""
        if table.WRITE not in self._may(characteristic):
            raise GattError(GattError.WRITE_NOT_PERMITTED)
        asking = self._clients[client]
        if characteristic not in asking.subscribed:
            raise GattError(GattError.NOT_SUBSCRIBED)
        if asking.unconfirmed:
            raise GattError(GattError.BUSY)
        if not data:
            raise GattError(GattError.INVALID_LENGTH)
        before = self.machine.training_status()
        answer = self.machine.write(client, data)
        asking.unconfirmed = True
        notices = [Notice(client, characteristic, answer.indication)]
        if answer.status is not None:
            notices += self._tell(table.MACHINE_STATUS, answer.status, but=client)
        if self.machine.training_status() != before:
            notices += self._tell(table.TRAINING_STATUS, self.machine.training_status())
        return notices

    def confirmed(self, client: Hashable) -> None:
        """The client has confirmed the indication of its last request."""
        if client in self._clients:
            self._clients[client].unconfirmed = False

    def measure(self) -> list[Notice]:
        """What the subscribers are told now; once a second is usual."""
        riding, now = self.riding, self.riding.readings
        notices = [
            Notice(client, table.INDOOR_BIKE_DATA, record)
            for client, known in self._clients.items()
            if table.INDOOR_BIKE_DATA in known.subscribed
            for record in measurements.indoor_bike_data(now, known.mtu - ATT_HEADER)
        ]
        power = measurements.cycling_power(now, riding.wheel, riding.crank)
        notices += self._tell(table.POWER_MEASUREMENT, power)
        notices += self._tell(table.CSC_MEASUREMENT, measurements.speed_cadence(riding.wheel, riding.crank))
        beats = measurements.heart_rate(now.heart_rate_bpm, riding.heart.new_intervals())
        return [*notices, *self._tell(table.HEART_RATE_MEASUREMENT, beats)]

    def react(self, happening: Happening) -> list[Notice]:
        """What the clients are told because something has happened at the bike."""
        if happening is Happening.BATTERY_CHANGED:
            return list(self._tell(table.BATTERY_LEVEL, self.read(table.BATTERY_LEVEL)))
        status = self.machine.take_back() if happening is Happening.CONTROL_LOST else None
        return [] if status is None else list(self._tell(table.MACHINE_STATUS, status))

    def _tell(self, characteristic: int, data: bytes, but: Hashable = None) -> Iterable[Notice]:
        for client, known in self._clients.items():
            if characteristic in known.subscribed and client != but:
                yield Notice(client, characteristic, data)

    def _may(self, characteristic: int) -> frozenset[str]:
        if characteristic not in table.PROPERTIES:
            raise GattError(GattError.NO_CHARACTERISTIC)
        return table.PROPERTIES[characteristic]

    def _readable(self) -> dict[int, Callable[[], bytes]]:
        fixed = {
            table.MACHINE_FEATURE: struct.pack("<II", machine.FEATURES, machine.TARGETS),
            table.RESISTANCE_RANGE: struct.pack("<hhH", 0, machine.MAX_RESISTANCE, machine.RESISTANCE_STEP),
            table.POWER_RANGE: struct.pack("<hhH", 0, machine.MAX_POWER_W, machine.POWER_STEP_W),
            table.POWER_FEATURE: struct.pack("<I", 1 << 2 | 1 << 3),  # wheel and crank revolutions
            table.CSC_FEATURE: struct.pack("<H", 0b11),  # the same
            table.SENSOR_LOCATION: b"\x00",  # other
            table.BODY_LOCATION: b"\x01",  # chest
            table.MANUFACTURER: b"Breakaway",
            table.MODEL: b"Virtual bike",
            table.SERIAL_NUMBER: b"0001",
            table.HARDWARE: b"1",
            table.FIRMWARE: b"1.0",
        }
        values: dict[int, Callable[[], bytes]] = {
            table.TRAINING_STATUS: self.machine.training_status,
            table.BATTERY_LEVEL: lambda: bytes([self.faults.battery_pct()]),
        }
        return values | {number: lambda value=value: value for number, value in fixed.items()}
