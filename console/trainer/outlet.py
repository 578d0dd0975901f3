"""One way out for the virtual trainer: served while its setting is on, tried again while it fails."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from console.settings import Settings
from drivers.errors import DriverError, LinkLost

RETRY_S = 10.0
Serve = Callable[[], AbstractAsyncContextManager[Awaitable[object]]]
_log = logging.getLogger(__name__)


class Outlet:
    """``on`` is whether others can find the trainer here; ``trouble`` why they cannot.

    ``serve()`` is entered to be found, and left to be so no more; what it gives is awaited until it has ended by
    itself. It raises :class:`DriverError`.
    """

    def __init__(self, settings: Settings, setting: str, serve: Serve, *, retry_s: float = RETRY_S) -> None:
        self.wanted = False
        self.on = False
        self.trouble: DriverError | None = None
        self._serve = serve
        self._retry_s = retry_s
        self._changed = asyncio.Event()
        settings.watch(setting, self._want)

    def restart(self) -> None:
        """End all connections; they may be made anew at once."""
        self._changed.set()

    async def run(self) -> None:
        """Serve whenever that is wanted. Runs until cancelled."""
        while True:
            self._changed.clear()
            serving = asyncio.ensure_future(self._keep_serving()) if self.wanted else None
            try:
                await self._changed.wait()
            finally:
                if serving is not None:
                    serving.cancel()
                    await asyncio.gather(serving, return_exceptions=True)
                self.on, self.trouble = False, None

    def _want(self, on: object) -> None:
        self.wanted = bool(on)
        self._changed.set()

    async def _keep_serving(self) -> None:
        while True:
            try:
                async with self._serve() as ended:
                    self.on, self.trouble = True, None
                    await ended
            except DriverError as error:
                self.trouble = error
            except Exception:  # a fault of ours must not end more than this attempt
                _log.exception("the ride cannot be sent to other programs")
                self.trouble = LinkLost("the ride cannot be sent to other programs", "It is tried again by itself.")
            self.on = False
            await asyncio.sleep(self._retry_s)
