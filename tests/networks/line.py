"""The rider's line: one bandwidth, shared by everything that comes over it, changing by a script of seconds."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from math import inf

from tests.networks.profiles import Step

CATCH_UP_S = 0.1  # so much of a loop's lateness is made good, lest a busy machine make the line slower than it says
CHUNK_S, LEAST_CHUNK, MOST_CHUNK = 0.01, 1400, 16_384


class Script:
    """The steps of a line, begun again after the last. Pure: times are seconds from its beginning."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)
        self._round_s = sum(step.seconds for step in steps)
        assert any(step.bits_per_s for step in steps), "a line that never carries anything"

    def at(self, at_s: float) -> tuple[Step, float]:
        """The step at a time, and when it ends."""
        begun_s = at_s // self._round_s * self._round_s if self._round_s < inf else 0.0
        while True:
            for step in self._steps:
                ends_s = begun_s + step.seconds
                if at_s < ends_s:
                    return step, ends_s
                begun_s = ends_s

    def arrival(self, start_s: float, bits: float) -> float:
        """When the last of ``bits`` arrives, if the first leaves at ``start_s`` and nothing else is on the line."""
        while True:
            step, ends_s = self.at(start_s)
            room = (ends_s - start_s) * step.bits_per_s if step.bits_per_s else 0.0
            if room >= bits:
                return start_s + bits / step.bits_per_s
            bits -= room
            start_s = ends_s


class Line:
    """Carries bytes at the script's pace; connections take turns, a chunk each. Its time begins with :meth:`now_s`'s
    first question."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.script = Script(steps)
        self._turn = asyncio.Lock()  # first come, first served
        self._free_s = 0.0
        self._began_s: float | None = None

    def now_s(self) -> float:
        """Seconds since the first question."""
        now_s = asyncio.get_running_loop().time()
        if self._began_s is None:
            self._began_s = now_s
        return now_s - self._began_s

    @property
    def step(self) -> Step:
        """The line now."""
        return self.script.at(self.now_s())[0]

    def chunk(self) -> int:
        """How many bytes to send at once."""
        return min(max(int(self.step.bits_per_s * CHUNK_S / 8), LEAST_CHUNK), MOST_CHUNK)

    async def carry(self, count: int) -> None:
        """Return when ``count`` bytes have come over the line."""
        async with self._turn:
            start_s = max(self._free_s, self.now_s() - CATCH_UP_S)
            self._free_s = self.script.arrival(start_s, 8 * count)
            await asyncio.sleep(self._free_s - self.now_s())
