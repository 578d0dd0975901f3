"""The brake of a fitness machine, through its control point (FTMS v1.0, 4.16)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

from drivers import ftms, ftms_control, gatt
from drivers.brake_steps import Axis
from drivers.errors import BadFrame, DriverError, LinkLost, NotOffered
from drivers.ftms import Range, Target
from drivers.ftms_control import Op, Response, Result
from drivers.gatt import GattLink

SAFE_PCT, SAFE_W = 5.0, 20.0
ANSWER_S = 2.0
TRIES = 2
FULL = Range(0.0, 100.0, 1.0)  # levels of a bike that does not say its range
FINEST_LEVEL, FINEST_W = 0.1, 1.0  # what a request can tell apart
ONE_BYTE_LEVEL = 25.5


class FtmsBrake:
    """What :class:`drivers.control.Control` drives. ``axes`` are the goals it takes, in % of the range, and W."""

    def __init__(self, link: GattLink, levels: Range | None, power: Range | None) -> None:
        self.name = link.name
        self.axes = _axes(levels, power)
        self._link, self._levels = link, levels or FULL
        self._answers: asyncio.Queue[Response] = asyncio.Queue()
        self._octets = 2  # of a level
        self._owed = False  # whether control may be ours

    @classmethod
    async def of(cls, link: GattLink) -> FtmsBrake | None:
        """The brake of a connected bike, if it has one; one that cannot be understood is none."""
        offered = link.services.get(gatt.FITNESS_MACHINE, {})
        if gatt.FITNESS_MACHINE_CONTROL_POINT not in offered or gatt.FITNESS_MACHINE_FEATURE not in offered:
            return None
        try:
            _, targets = ftms.parse_feature(await link.read(gatt.FITNESS_MACHINE_FEATURE))
            brake = cls(link, await _levels(link, offered, targets), await _power(link, offered, targets))
            if not brake.axes:
                return None
            await link.subscribe(gatt.FITNESS_MACHINE_CONTROL_POINT, brake._hear)
        except (BadFrame, LinkLost, NotOffered):  # its numbers are worth having without the brake
            return None
        return brake

    async def take(self) -> None:
        """Ask for control. Raises :class:`DriverError`."""
        self._owed = True  # granted perhaps, even if nothing is heard of it
        await self._ask(ftms_control.request_control())

    async def put(self, metric: str, value: float) -> None:
        """Set the brake to a value of its axis. Raises :class:`DriverError`."""
        if metric == "power_w":
            await self._ask(ftms_control.set_power(value))
        else:
            await self._resist(self._levels.minimum + value / 100 * (self._levels.maximum - self._levels.minimum))

    async def give_back(self) -> None:
        """Give control and resistance back, if they may be ours. Raises :class:`LinkLost` without an answer."""
        if self._owed:
            with suppress(Refused):
                await self._ask(ftms_control.reset())
            self._owed = False

    def lost(self) -> None:
        """The bike said that the control is not ours any more."""
        self._owed = False

    async def _resist(self, level: float) -> None:
        """Bikes differ in how many bytes a level has; the one that is taken is remembered."""
        octets = self._octets if level <= ONE_BYTE_LEVEL else 2
        try:
            await self._ask(ftms_control.set_resistance(level, octets=octets))
        except Refused as error:
            other = 3 - octets
            if error.result is Result.NOT_PERMITTED or not 0 <= level <= ONE_BYTE_LEVEL:
                raise
            await self._ask(ftms_control.set_resistance(level, octets=other))
            self._octets = other

    async def _ask(self, request: bytes) -> None:
        """Send a request until it is answered. Raises :class:`Refused`, or :class:`LinkLost` without an answer."""
        for _ in range(TRIES):
            self._answers = asyncio.Queue()
            await self._link.write(gatt.FITNESS_MACHINE_CONTROL_POINT, request)
            with suppress(TimeoutError):
                answer = await self._answer(request[0])
                if answer.result is Result.DONE:
                    return
                self._owed = self._owed and answer.result is not Result.NOT_PERMITTED
                raise Refused(self.name, answer)
        raise LinkLost(f"{self.name} does not answer to being controlled", "It is asked again by itself.")

    async def _answer(self, op: int) -> Response:
        async with asyncio.timeout(ANSWER_S):
            while (answer := await self._answers.get()).op != op:
                pass
            return answer

    def _hear(self, data: bytes) -> None:
        with suppress(BadFrame):
            self._answers.put_nowait(ftms_control.parse_response(data))


class Refused(DriverError):
    """The bike does not do what it was asked for."""

    def __init__(self, name: str, answer: Response) -> None:
        self.result = answer.result
        if answer.result is Result.NOT_PERMITTED:
            super().__init__(f"another program sets the brake of {name}", "Close that program; it is tried again.")
        elif answer.op is Op.REQUEST_CONTROL:
            super().__init__(f"{name} lets nobody set its brake", "Turn the knob by hand.")
        elif answer.op is Op.POWER:
            super().__init__(f"{name} does not take this power", "Choose another, or turn the knob by hand.")
        else:
            super().__init__(f"{name} does not take this resistance", "Turn the knob by hand.")


def _axes(levels: Range | None, power: Range | None) -> Mapping[str, Axis]:
    axes = {}
    if levels is not None and levels.minimum < levels.maximum:
        step = max(levels.step, FINEST_LEVEL) / (levels.maximum - levels.minimum) * 100
        axes["resistance_pct"] = Axis(0.0, 100.0, step, SAFE_PCT)
    if power is not None and power.minimum < power.maximum:
        axes["power_w"] = Axis(power.minimum, power.maximum, max(power.step, FINEST_W), SAFE_W)
    return axes


async def _levels(link: GattLink, offered: Mapping[str, object], targets: Target) -> Range | None:
    if not targets & Target.RESISTANCE:
        return None
    if gatt.RESISTANCE_RANGE not in offered:
        return FULL
    return ftms.parse_resistance_range(await link.read(gatt.RESISTANCE_RANGE))


async def _power(link: GattLink, offered: Mapping[str, object], targets: Target) -> Range | None:
    if not targets & Target.POWER or gatt.POWER_RANGE not in offered:
        return None
    return ftms.parse_power_range(await link.read(gatt.POWER_RANGE))
