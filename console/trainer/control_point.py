"""The Fitness Machine Control Point of our own trainer: what other programs may ask of the bike's brake. No I/O.

FTMS v1.0, 4.16. One client at a time has the control; it asks for it first, and loses it with its connection. How far
it reaches is the real bike's matter: goals go to its brake, which walks to them in safe steps. Nobody but the rider
starts or ends the ride, so those two are taken and change nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Protocol

from drivers.ftms import Event, Range, Target
from drivers.ftms_control import RESPONSE, Op, Result

_TARGETS = {"resistance_pct": Target.RESISTANCE, "power_w": Target.POWER}


class Brake(Protocol):
    """The brake of the real bike, as in :class:`drivers.control.Control`."""

    @property
    def metrics(self) -> frozenset[str]: ...
    def limits(self, metric: str) -> Range: ...
    def keep(self, metric: str, value: float) -> None: ...
    def let_go(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: ``indication`` for who asked, ``status`` for the others (``None``: nothing changed)."""

    indication: bytes
    status: bytes | None = None


class ControlPoint:
    """Answers requests. ``brake`` gives the brake while there is one and the rider lets others set it."""

    def __init__(self, brake: Callable[[], Brake | None]) -> None:
        self._brake = brake
        self._holder: Hashable | None = None
        self._used: Brake | None = None  # the one that keeps a goal of the holder

    @property
    def targets(self) -> Target:
        """What can be asked for now."""
        brake = self._brake()
        return Target(sum(_TARGETS[metric] for metric in brake.metrics if metric in _TARGETS) if brake else 0)

    @property
    def power_limits(self) -> Range:
        """The powers that can be asked for; none where power cannot."""
        brake = self._brake()
        return brake.limits("power_w") if brake and "power_w" in brake.metrics else Range(0, 0, 1)

    def ask(self, client: Hashable, request: bytes) -> Answer:
        """Answer one request of ``client``."""
        op = request[0] if request else 0xFF
        result, status = self._do(client, op, request[1:])
        return Answer(bytes([RESPONSE, op, result]), status)

    def gone(self, client: Hashable) -> None:
        """A client has gone, and with it the control it may have had."""
        if self._holder == client:
            self._release()

    def revoke(self) -> None:
        """The rider lets nobody control any more."""
        self._release()

    def _do(self, client: Hashable, op: int, given: bytes) -> tuple[Result, bytes | None]:
        brake = self._brake()
        if brake is None or op not in _REQUESTS:
            return Result.NOT_SUPPORTED, None
        if op == Op.REQUEST_CONTROL:
            return self._grant(client), None
        if self._holder != client:
            return Result.NOT_PERMITTED, None
        return _REQUESTS[Op(op)](self, brake, given)

    def _grant(self, client: Hashable) -> Result:
        if self._holder not in (None, client):
            return Result.NOT_PERMITTED
        self._holder = client
        return Result.DONE

    def _release(self) -> None:
        self._holder = None
        self._let_go()

    def _let_go(self) -> None:
        if self._used is not None:
            self._used.let_go()
            self._used = None

    def _reset(self, _brake: Brake, _given: bytes) -> tuple[Result, bytes | None]:
        self._release()
        return Result.DONE, bytes([Event.RESET])

    def _resist(self, brake: Brake, given: bytes) -> tuple[Result, bytes | None]:
        """By the service one byte, from most programs two; tenths of a level, and our levels are per cent."""
        if len(given) not in (1, 2):
            return Result.INVALID_PARAMETER, None
        level = int.from_bytes(given, "little", signed=len(given) == 2) / 10
        told = bytes([Event.RESISTANCE]) + round(level * 10).to_bytes(2, "little", signed=True)
        return self._keep(brake, "resistance_pct", level, told)

    def _power(self, brake: Brake, given: bytes) -> tuple[Result, bytes | None]:
        if len(given) != 2:
            return Result.INVALID_PARAMETER, None
        power_w = int.from_bytes(given, "little", signed=True)
        return self._keep(brake, "power_w", power_w, bytes([Event.POWER]) + given)

    def _keep(self, brake: Brake, metric: str, value: float, told: bytes) -> tuple[Result, bytes | None]:
        if metric not in brake.metrics:
            return Result.NOT_SUPPORTED, None
        limits = brake.limits(metric)
        if not limits.minimum <= value <= limits.maximum:
            return Result.INVALID_PARAMETER, None
        brake.keep(metric, value)
        self._used = brake
        return Result.DONE, told

    def _start(self, _brake: Brake, _given: bytes) -> tuple[Result, bytes | None]:
        return Result.DONE, None

    def _stop(self, _brake: Brake, given: bytes) -> tuple[Result, bytes | None]:
        if given not in (b"\x01", b"\x02"):
            return Result.INVALID_PARAMETER, None
        self._let_go()
        return Result.DONE, None


_Request = Callable[[ControlPoint, Brake, bytes], tuple[Result, bytes | None]]
_REQUESTS: dict[Op, _Request] = {
    Op.REQUEST_CONTROL: ControlPoint._start,  # granted before the table is asked
    Op.RESET: ControlPoint._reset,
    Op.RESISTANCE: ControlPoint._resist,
    Op.POWER: ControlPoint._power,
    Op.START: ControlPoint._start,
    Op.STOP: ControlPoint._stop,
}
