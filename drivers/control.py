"""Control of a bike's brake: a resistance to keep, or a power (ERG).

A goal is walked to in safe steps, never jumped to: a brake that closes at once stops the legs on it. Control is asked
for with the first goal, asked for again a while after it was lost, and given back at the end.
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol

from drivers.brake_steps import Axis
from drivers.echelon_brake import EchelonBrake
from drivers.errors import DriverError
from drivers.ftms import Range
from drivers.ftms_brake import FtmsBrake
from drivers.gatt import GattLink

STEP_EVERY_S = 0.5
RETRY_S = 5.0  # after a trouble: two programs that take a brake from each other at once would shake it
MEASURE_S = 3.0  # how long a first reading is waited for, and one after the brake was given back
RELEASE_S = 2.0
_log = logging.getLogger(__name__)


Lost = Callable[[], Coroutine[Any, Any, None]]


class Brake(Protocol):
    """A bike's brake as it is reached: what it can be set to, and how. Methods raise :class:`DriverError`."""

    name: str

    @property
    def axes(self) -> Mapping[str, Axis]: ...
    async def take(self) -> None: ...
    async def put(self, metric: str, value: float) -> None: ...
    async def give_back(self) -> None: ...
    def lost(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Goal:
    """What to keep: ``metric`` is ``resistance_pct`` (% of the bike's range) or ``power_w``."""

    metric: str
    value: float


class Control:
    """The brake of one connected bike. ``metrics`` are the goals it takes; ``trouble`` is why the last is not kept.

    ``measured`` gives the newest reading of a metric: a walk begins where the bike is. ``link_lost`` returns when the
    link has gone.
    """

    def __init__(self, brake: Brake, measured: Callable[[str], float | None], link_lost: Lost) -> None:
        self.name = brake.name
        self.metrics = frozenset(brake.axes)
        self.goal: Goal | None = None
        self.trouble: DriverError | None = None
        self._brake, self._measured, self._link_lost = brake, measured, link_lost
        self._set: dict[str, float] = {}  # what was told last
        self._kept: Goal | None = None  # what the bike keeps now
        self._granted = self._letting_go = self._released = False
        self._changed, self._urgent = asyncio.Event(), asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._measure_until_s = self._loop.time() + MEASURE_S
        self._again_s = -math.inf
        self._walk = self._loop.create_task(self._keep_walking(), name=f"brake of {brake.name}")

    @classmethod
    async def of(cls, link: GattLink, measured: Callable[[str], float | None]) -> Control | None:
        """The control of a connected bike, if it offers any."""
        brake = await FtmsBrake.of(link) or EchelonBrake.of(link)
        return None if brake is None else cls(brake, measured, link.lost)

    def limits(self, metric: str) -> Range:
        """What a goal may be, in the metric's unit: % of the bike's range, or W."""
        axis = self._brake.axes[metric]
        return Range(axis.minimum, axis.maximum, axis.step)

    def keep(self, metric: str, value: float) -> None:
        """Walk to a goal, in the metric's unit, and keep it; beyond the bike's range the nearest it can.

        Nothing happens after :meth:`release`. Raises :class:`ValueError` for a metric that is not in ``metrics``, and
        for a value that is no number.
        """
        if metric not in self.metrics or not math.isfinite(value):
            raise ValueError(f"this bike keeps no {metric} of {value}")
        if not self._released:
            self.goal, self._letting_go = Goal(metric, self._brake.axes[metric].nearest(value)), False
            self._changed.set()

    def turned(self, metric: str, value: float) -> None:
        """The rider has turned the brake to ``value`` by hand: that is the goal now, and the next walk begins there."""
        self.keep(metric, value)
        if self.goal is not None and self._kept is not None and self._kept.metric == metric:
            self._kept, self._set[metric] = self.goal, self.goal.value

    def hold(self) -> None:
        """Stop walking; the bike keeps what it has."""
        self.goal, self._letting_go = None, False

    def let_go(self) -> None:
        """Give the brake back to the rider's hand, for now."""
        self.goal, self._letting_go = None, True
        self._changed.set()
        self._urgent.set()

    def lost(self) -> None:
        """The bike said that the control is nobody's, or another program's now (status 0xFF), or was reset."""
        if not self._granted:
            return
        self._brake.lost()
        self._forget()
        self._set.clear()
        if self.goal is not None:
            self._fail(BrakeTaken(self._brake.name))
        self._changed.set()

    async def release(self) -> None:
        """Give the brake back for good. Never fails, and takes at most 2 s, no time when the link is lost."""
        self._released = True
        self.let_go()
        lost = asyncio.ensure_future(self._link_lost())
        await asyncio.wait({self._walk, lost}, timeout=RELEASE_S, return_when=asyncio.FIRST_COMPLETED)
        self._walk.cancel()
        lost.cancel()
        await asyncio.gather(self._walk, lost, return_exceptions=True)

    async def _keep_walking(self) -> None:
        while not self._released:
            self._changed.clear()
            self._urgent.clear()
            pause_s = await self._try()
            if pause_s is None:
                await self._changed.wait()
            else:
                await self._rest(pause_s)
        await self._try()

    async def _rest(self, pause_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._urgent.wait()

    async def _try(self) -> float | None:
        """Do one thing; how long to rest then, in s, ``None`` for as long as nothing changes."""
        try:
            return await self._do()
        except DriverError as error:
            self._fail(error)
        except Exception:  # a fault of ours must not leave the brake to itself for good
            _log.exception("the brake of %s failed", self._brake.name)
            self._fail(DriverError(f"the brake of {self._brake.name} failed", "It is tried again by itself."))
        self._forget()
        return RETRY_S

    async def _do(self) -> float | None:
        goal, now_s = self.goal, self._loop.time()
        if goal is None:
            await self._give_back()
            return None
        if now_s < self._again_s:
            return self._again_s - now_s
        if self._kept == goal:
            return None
        if goal.metric not in self._set and self._measured(goal.metric) is None and now_s < self._measure_until_s:
            return STEP_EVERY_S
        if not self._granted:
            await self._brake.take()
            self._granted = True
        await self._step(goal)
        return STEP_EVERY_S

    async def _step(self, goal: Goal) -> None:
        value = self._brake.axes[goal.metric].toward(self._begin(goal.metric), goal.value)
        await self._brake.put(goal.metric, value)
        self._kept, self._set[goal.metric] = Goal(goal.metric, value), value
        self.trouble = None

    def _begin(self, metric: str) -> float:
        """Where the brake is: as told before, else as measured, as told long ago, or at its easiest."""
        if self._kept is not None and self._kept.metric == metric:
            return self._kept.value
        measured = self._measured(metric)
        return self._set.get(metric, self._brake.axes[metric].minimum) if measured is None else measured

    async def _give_back(self) -> None:
        if self._letting_go:
            await self._brake.give_back()
            self._forget()
            self._set.clear()
            self.trouble, self._letting_go = None, False
            self._again_s = self._measure_until_s = self._loop.time() + MEASURE_S

    def _forget(self) -> None:
        self._granted, self._kept = False, None

    def _fail(self, error: DriverError) -> None:
        self.trouble, self._again_s = error, self._loop.time() + RETRY_S


class BrakeTaken(DriverError):
    """The bike ended our control."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} took its brake back", "Close other programs that set it; it is tried again.")
