"""A link whose bytes somebody is shown as they pass, in both directions: a :class:`drivers.gatt.GattLink`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from drivers.gatt import GattLink

Tap = Callable[[float, bool, str | None, bytes], None]
"""Is shown raw bytes: when they passed (monotonic, seconds), whether from the sensor, on which characteristic
(``None`` on a wire that has none), what. Must return at once and not raise."""


class TappedLink:
    """Passes everything on to ``link``, and shows ``tap`` what is read, notified and written."""

    def __init__(self, link: GattLink, tap: Tap, clock: Callable[[], float]) -> None:
        self.name = link.name
        self.services: Mapping[str, Mapping[str, frozenset[str]]] = link.services
        self._link, self._tap, self._clock = link, tap, clock

    async def read(self, characteristic: str) -> bytes:
        """The characteristic's value."""
        data = await self._link.read(characteristic)
        self._tap(self._clock(), True, characteristic, data)
        return data

    async def write(self, characteristic: str, data: bytes, *, response: bool = True) -> None:
        """Write."""
        self._tap(self._clock(), False, characteristic, data)
        await self._link.write(characteristic, data, response=response)

    async def subscribe(self, characteristic: str, hear: Callable[[bytes], None]) -> None:
        """Have ``hear`` called with every notification, after the tap."""

        def heard(data: bytes) -> None:
            self._tap(self._clock(), True, characteristic, data)
            hear(data)

        await self._link.subscribe(characteristic, heard)

    async def lost(self) -> None:
        """Returns when the link has gone."""
        await self._link.lost()

    async def close(self) -> None:
        """End the link."""
        await self._link.close()
