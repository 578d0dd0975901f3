"""Standings to those whose leaderboard has moved without their doing."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence

from sync import topics
from sync.cloud.json_form import dumps
from sync.records import Standings

log = logging.getLogger(__name__)

INTERVAL_S = 0.2  # a class is pushed at most this often,
SHARE = 0.25  # and pushing takes at most this share of the time


class Pusher:
    """``cut(class_id, movers)`` gives tablet ids with their Standings after the rides ``movers`` of a class have
    moved; ``send([(topic, payload)])`` sends them."""

    def __init__(
        self,
        cut: Callable[[str, frozenset[str]], Awaitable[Sequence[tuple[str, Standings]]]],
        send: Callable[[Sequence[tuple[str, bytes]]], Awaitable[None]],
    ) -> None:
        self._cut = cut
        self._send = send
        self._moved: dict[str, set[str]] = {}
        self._next_at: dict[str, float] = {}
        self._wake = asyncio.Event()

    def moved(self, rides: Iterable[tuple[str, str]]) -> None:
        """(class id, ride id) pairs that have new Points or have ended."""
        for class_id, ride_id in rides:
            self._moved.setdefault(class_id, set()).add(ride_id)
        self._wake.set()

    async def run(self) -> None:
        """Push until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._moved:
                class_id = min(self._moved, key=lambda one: self._next_at.get(one, 0.0))
                wait_s = self._next_at.get(class_id, 0.0) - time.monotonic()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                await self._push(class_id)

    async def _push(self, class_id: str) -> None:
        began = time.monotonic()
        movers = frozenset(self._moved.pop(class_id))
        try:
            pushes = await self._cut(class_id, movers)
            await self._send([(topics.standings(tablet_id), dumps(standings)) for tablet_id, standings in pushes])
        except Exception:
            log.exception("standings of class %s were not pushed", class_id)
        took = time.monotonic() - began
        self._next_at[class_id] = began + max(INTERVAL_S, took / SHARE)
