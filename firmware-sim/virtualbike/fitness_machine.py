"""The Fitness Machine Control Point, by the specification (FTMS 1.0, 4.16): requests in, result codes out, no I/O.

Whoever wants to change anything asks for control first, and has it until it leaves, resets, or the machine takes it
back. The others hear what was changed through the Fitness Machine Status.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from virtualbike.trainer import Road, Trainer

REQUEST_CONTROL, RESET, RESISTANCE, POWER, START, STOP, ROAD, WHEEL = 0x00, 0x01, 0x04, 0x05, 0x07, 0x08, 0x11, 0x12
ANSWER = 0x80
OK, NOT_SUPPORTED, INVALID_PARAMETER, FAILED, NOT_PERMITTED = 1, 2, 3, 4, 5
# Fitness Machine Status
WAS_RESET, STOPPED, STARTED, NEW_RESISTANCE, NEW_POWER, NEW_ROAD, NEW_WHEEL = 0x01, 0x02, 0x04, 0x07, 0x08, 0x12, 0x13
CONTROL_LOST = b"\xff"

MAX_RESISTANCE, RESISTANCE_STEP = 1000, 10  # in 0.1 %
MAX_POWER_W, POWER_STEP_W = 800, 1
IDLE, MANUAL = 0x01, 0x0D  # Training Status
FEATURES = sum(1 << bit for bit in (1, 2, 7, 9, 10, 12, 14))  # cadence .. power, as in Indoor Bike Data
TARGETS = sum(1 << bit for bit in (2, 3, 13, 14))  # resistance, power, road, wheel


class Refused(Exception):
    """A request that is answered with another result than success."""

    def __init__(self, result: int) -> None:
        super().__init__(result)
        self.result = result


@dataclass(frozen=True, slots=True)
class Answer:
    """The indication to whoever asked, and the status that the other clients are notified of."""

    indication: bytes
    status: bytes | None = None


class FitnessMachine:
    """Who is in control, what they set, and whether a workout is on."""

    def __init__(self, trainer: Trainer) -> None:
        self.controller: Hashable | None = None
        self.running = False
        self._trainer = trainer
        self._paused = False
        self._requests: dict[int, Callable[[bytes], bytes]] = {
            RESET: self._reset,
            RESISTANCE: self._resistance,
            POWER: self._power,
            START: self._start,
            STOP: self._stop,
            ROAD: self._road,
            WHEEL: self._wheel,
        }

    def write(self, client: Hashable, request: bytes) -> Answer:
        """Act on one request, at least one byte long."""
        try:
            return Answer(self._answer(request, OK), self._act(client, request[0], request[1:]))
        except Refused as refused:
            return Answer(self._answer(request, refused.result))

    def leave(self, client: Hashable) -> None:
        """The client has gone: if it was in control, nobody is, and the knob is the rider's."""
        if self.controller == client:
            self._release()

    def take_back(self) -> bytes | None:
        """The rider takes control at the bike. Returns the status to send, if anybody had it."""
        if self.controller is None:
            return None
        self._release()
        return CONTROL_LOST

    def training_status(self) -> bytes:
        """Training Status: no string, and idle or manual mode."""
        return bytes([0, MANUAL if self.running else IDLE])

    def _answer(self, request: bytes, result: int) -> bytes:
        return bytes([ANSWER, request[0], result])

    def _act(self, client: Hashable, code: int, parameter: bytes) -> bytes | None:
        if code == REQUEST_CONTROL:
            self._take_control(client, parameter)
            return None
        if code not in self._requests:
            raise Refused(NOT_SUPPORTED)
        if self.controller != client:
            raise Refused(NOT_PERMITTED)
        return self._requests[code](parameter)

    def _take_control(self, client: Hashable, parameter: bytes) -> None:
        _read("", parameter)
        if self.controller not in (None, client):
            raise Refused(NOT_PERMITTED)
        self.controller = client

    def _reset(self, parameter: bytes) -> bytes:
        _read("", parameter)
        self._release()
        self.running = self._paused = False
        return bytes([WAS_RESET])

    def _release(self) -> None:
        self.controller = None
        self._trainer.let_go()

    def _resistance(self, parameter: bytes) -> bytes:
        # The specification says one byte, in 0.1, which ends at 25.5; bikes and apps that need more write two.
        level = _read("<B" if len(parameter) == 1 else "<h", parameter)[0]
        if not 0 <= level <= MAX_RESISTANCE:
            raise Refused(INVALID_PARAMETER)
        self._trainer.hold_resistance(level / 10)
        return struct.pack("<Bh", NEW_RESISTANCE, level)

    def _power(self, parameter: bytes) -> bytes:
        watts = _read("<h", parameter)[0]
        if not 0 <= watts <= MAX_POWER_W:
            raise Refused(INVALID_PARAMETER)
        self._trainer.hold_power(watts)
        return bytes([NEW_POWER]) + parameter

    def _start(self, parameter: bytes) -> bytes:
        _read("", parameter)
        if self.running:
            raise Refused(FAILED)
        self.running, self._paused = True, False
        return bytes([STARTED])

    def _stop(self, parameter: bytes) -> bytes:
        how = _read("<B", parameter)[0]
        if how not in (1, 2):
            raise Refused(INVALID_PARAMETER)
        pause = how == 2
        if not self.running and (pause or not self._paused):
            raise Refused(FAILED)
        self.running, self._paused = False, pause
        return bytes([STOPPED, how])

    def _road(self, parameter: bytes) -> bytes:
        wind, grade, rolling, drag = _read("<hhBB", parameter)
        self._trainer.ride_on(Road(wind / 1000, grade / 100, rolling / 10_000, drag / 100))
        return bytes([NEW_ROAD]) + parameter

    def _wheel(self, parameter: bytes) -> bytes:
        tenths_mm = _read("<H", parameter)[0]
        if tenths_mm == 0:
            raise Refused(INVALID_PARAMETER)
        self._trainer.wheel_m = tenths_mm / 10_000
        return bytes([NEW_WHEEL]) + parameter


def _read(form: str, parameter: bytes) -> tuple[int, ...]:
    if len(parameter) != struct.calcsize(form):
        raise Refused(INVALID_PARAMETER)
    return struct.unpack(form, parameter)
