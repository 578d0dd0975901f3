"""The table of services in bumble's form: every access goes to the bike, refusals come back as ATT errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from bumble import att, gatt
from bumble.core import UUID
from bumble.device import Connection

from virtualbike import gatt_table as table
from virtualbike.gatt_bike import GattBike
from virtualbike.gatt_table import GattError

Characteristic = gatt.Characteristic
T = TypeVar("T")


class Attributes:
    """Services for one device. ``read`` gets a characteristic, ``write`` connection, characteristic and data."""

    def __init__(
        self, bike: GattBike, read: Callable[[int], bytes], write: Callable[[Connection, int, bytes], None]
    ) -> None:
        self._bike, self._read, self._write = bike, read, write
        self.characteristics: dict[int, gatt.Characteristic[bytes]] = {}
        self.services = [self._service(service) for service in table.SERVICES]

    def _service(self, service: table.Service) -> gatt.Service:
        characteristics = [self._characteristic(number, may) for number, may in service.characteristics.items()]
        return gatt.Service(UUID.from_16_bits(service.number), characteristics)

    def _characteristic(self, number: int, may: frozenset[str]) -> gatt.Characteristic[bytes]:
        properties = Characteristic.Properties(0)
        for name in may:
            properties |= Characteristic.Properties[name.upper()]
        # Everybody may try everything: the bike itself refuses, with the code that fits.
        characteristic = self.characteristics[number] = Characteristic(
            UUID.from_16_bits(number),
            properties,
            Characteristic.READABLE | Characteristic.WRITEABLE,
            gatt.CharacteristicValue(
                read=lambda _: _allowed(lambda: self._read(number)),
                write=lambda connection, data: _allowed(lambda: self._write(connection, number, data)),
            ),
        )
        characteristic.on(
            Characteristic.EVENT_SUBSCRIPTION,
            lambda connection, notify, indicate: self._bike.subscribe(connection, number, notify or indicate),
        )
        return characteristic


def _allowed(act: Callable[[], T]) -> T:
    try:
        return act()
    except GattError as error:
        raise att.ATT_Error(error.code) from None
