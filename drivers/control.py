"""Control of a bike's brake: a resistance to keep, or a power (ERG), by the Fitness Machine Control Point.

A goal is walked to in safe steps, never jumped to: a brake that closes at once stops the legs on it. Control is asked
for with the first goal, asked for again when another program took it, and given back at the end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from drivers import ftms, ftms_control, gatt
from drivers.errors import BadFrame, DriverError, LinkLost
from drivers.ftms import Range, Target
from drivers.ftms_control import Response, Result
from drivers.gatt import GattLink

STEP_EVERY_S = 0.5
STEP_PCT, STEP_W = 5.0, 20.0  # the most that one step changes
ANSWER_S = 2.5
TRIES = 2
FULL = Range(0.0, 100.0, 1.0)  # levels of a bike that does not say its range


@dataclass(frozen=True, slots=True)
class Goal:
    """What to keep: ``metric`` is ``resistance_pct`` (% of the bike's range) or ``power_w``."""

    metric: str
    value: float


class Control:
    """The brake of one connected bike. ``metrics`` are the goals it takes; ``trouble`` why the last was not taken.

    ``measured`` gives the newest reading of a metric: a walk begins where the bike is.
    """

    def __init__(self, link: GattLink, ranges: Mapping[str, Range], measured: Callable[[str], float | None]) -> None:
        self.metrics = frozenset(ranges)
        self.goal: Goal | None = None
        self.trouble: DriverError | None = None
        self._link = link
        self._ranges = ranges
        self._measured = measured
        self._set: Goal | None = None  # what the bike keeps now
        self._answers: asyncio.Queue[Response] = asyncio.Queue()
        self._granted = False
        self._octets = 2
        self._changed = asyncio.Event()
        self._walk = asyncio.get_running_loop().create_task(self._keep_walking(), name=f"brake of {link.name}")

    @classmethod
    async def of(cls, link: GattLink, measured: Callable[[str], float | None]) -> Control | None:
        """The control of a connected bike, if it offers any."""
        offered = link.services.get(gatt.FITNESS_MACHINE, {})
        if gatt.FITNESS_MACHINE_CONTROL_POINT not in offered or gatt.FITNESS_MACHINE_FEATURE not in offered:
            return None
        try:
            _, targets = ftms.parse_feature(await link.read(gatt.FITNESS_MACHINE_FEATURE))
            ranges = await _ranges(link, offered, targets)
            if not ranges:
                return None
            control = cls(link, ranges, measured)
            await link.subscribe(gatt.FITNESS_MACHINE_CONTROL_POINT, control._hear)
        except (BadFrame, LinkLost):  # its numbers are worth having without the brake
            return None
        return control

    def keep(self, metric: str, value: float) -> None:
        """Walk to a goal, in the metric's unit, and keep it; beyond the bike's range the nearest it can.

        Raises :class:`ValueError` for a metric that is not in ``metrics``.
        """
        if metric not in self._ranges:
            raise ValueError(f"this bike takes no goal for {metric}")
        limits = self.limits(metric)
        self.goal = Goal(metric, min(max(value, limits.minimum), limits.maximum))
        self._changed.set()

    def limits(self, metric: str) -> Range:
        """What a goal may be, in the metric's unit: % of the bike's range, or W."""
        return FULL if metric == "resistance_pct" else self._ranges[metric]

    def hold(self) -> None:
        """Stop walking; the bike keeps what it has."""
        self.goal = None

    async def release(self) -> None:
        """Give the brake back to the rider's hand. Never fails."""
        self._walk.cancel()
        await asyncio.gather(self._walk, return_exceptions=True)
        if self._granted:
            self._granted = False
            with suppress(DriverError):
                await self._ask(ftms_control.reset())

    async def _keep_walking(self) -> None:
        while True:
            goal = self.goal
            if goal is None or self._set == goal:
                self._changed.clear()
                await self._changed.wait()
                continue
            try:
                await self._step(goal)
                self.trouble = None
            except DriverError as error:
                self.trouble = error
            await asyncio.sleep(STEP_EVERY_S)

    async def _step(self, goal: Goal) -> None:
        if not self._granted:
            await self._ask(ftms_control.request_control())
            self._granted = True
        step = STEP_PCT if goal.metric == "resistance_pct" else STEP_W
        value = goal.value
        begin = self._begin(goal.metric)
        value = min(max(value, begin - step), begin + step)
        await self._put(Goal(goal.metric, value))

    def _begin(self, metric: str) -> float:
        """Where the brake is: as set before, else as measured, else at its easiest."""
        if self._set is not None and self._set.metric == metric:
            return self._set.value
        measured = self._measured(metric)
        if measured is not None:
            return measured
        return 0.0 if metric == "resistance_pct" else self._ranges[metric].minimum

    async def _put(self, goal: Goal) -> None:
        if goal.metric == "power_w":
            await self._ask(ftms_control.set_power(goal.value))
        else:
            levels = self._ranges[goal.metric]
            level = levels.minimum + goal.value / 100 * (levels.maximum - levels.minimum)
            if levels.step:
                level = levels.minimum + round((level - levels.minimum) / levels.step) * levels.step
            await self._resist(level)
        self._set = goal

    async def _resist(self, level: float) -> None:
        """Bikes differ in how many bytes a level has; the one that is taken is remembered."""
        try:
            await self._ask(ftms_control.set_resistance(level, octets=self._octets))
        except Refused as error:
            other = 3 - self._octets
            if error.result is not Result.INVALID_PARAMETER or not 0 <= level <= 25.5:
                raise
            await self._ask(ftms_control.set_resistance(level, octets=other))
            self._octets = other

    async def _ask(self, request: bytes) -> None:
        """Send a request until it is answered; raises :class:`DriverError` when it is refused."""
        for _ in range(TRIES):
            self._answers = asyncio.Queue()
            await self._link.write(gatt.FITNESS_MACHINE_CONTROL_POINT, request)
            with suppress(TimeoutError):
                async with asyncio.timeout(ANSWER_S):
                    answer = await self._answers.get()
                    while answer.op != request[0]:
                        answer = await self._answers.get()
                if answer.result is Result.DONE:
                    return
                self._granted = self._granted and answer.result is not Result.NOT_PERMITTED
                raise Refused(self._link.name, answer.result)
        raise LinkLost(f"{self._link.name} does not answer to being controlled", "It is asked again by itself.")

    def _hear(self, data: bytes) -> None:
        with suppress(BadFrame):
            self._answers.put_nowait(ftms_control.parse_response(data))

    def lost(self) -> None:
        """The bike said that another program has the control now (status 0xFF), or was reset."""
        self._granted, self._set = False, None
        self._changed.set()


class Refused(DriverError):
    """The bike does not do what it was asked for."""

    def __init__(self, name: str, result: Result) -> None:
        self.result = result
        if result is Result.NOT_PERMITTED:
            super().__init__(f"another program controls {name}", "Close the other program; it is tried again.")
        else:
            super().__init__(f"{name} does not take this resistance", "Turn the knob by hand.")


async def _ranges(link: GattLink, offered: Mapping[str, frozenset[str]], targets: Target) -> dict[str, Range]:
    ranges = {}
    if targets & Target.RESISTANCE:
        known = gatt.RESISTANCE_RANGE in offered
        ranges["resistance_pct"] = (
            ftms.parse_resistance_range(await link.read(gatt.RESISTANCE_RANGE)) if known else FULL
        )
    if targets & Target.POWER and gatt.POWER_RANGE in offered:
        ranges["power_w"] = ftms.parse_power_range(await link.read(gatt.POWER_RANGE))
    return ranges
