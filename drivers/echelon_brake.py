"""The brake of an Echelon bike. It answers nothing, and gives nothing back: its knob works all the time."""

from __future__ import annotations

from collections.abc import Mapping

from drivers import echelon, gatt
from drivers.brake_steps import Axis
from drivers.gatt import GattLink

SAFE_PCT = 5.0


class EchelonBrake:
    """What :class:`drivers.control.Control` drives: 32 levels."""

    def __init__(self, link: GattLink, verbs: frozenset[str]) -> None:
        self.name = link.name
        self.axes: Mapping[str, Axis] = {"resistance_pct": Axis(0.0, 100.0, 100.0 / (echelon.LEVELS - 1), SAFE_PCT)}
        self._link, self._response = link, "write" in verbs

    @classmethod
    def of(cls, link: GattLink) -> EchelonBrake | None:
        """The brake of a connected bike, if it is an Echelon."""
        offered = link.services.get(gatt.ECHELON, {})
        return cls(link, offered[gatt.ECHELON_WRITE]) if gatt.ECHELON_WRITE in offered else None

    async def take(self) -> None:
        """Nobody has to be asked."""

    async def put(self, metric: str, value: float) -> None:
        """Set the level. Raises :class:`drivers.errors.DriverError`."""
        level = echelon.set_level(echelon.level_of(value))
        await self._link.write(gatt.ECHELON_WRITE, level, response=self._response)

    async def give_back(self) -> None:
        """The level stays until the rider turns the knob."""

    def lost(self) -> None:
        """It never is."""
