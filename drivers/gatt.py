"""GATT as sensors use it: the names of services and characteristics, and the link to a peripheral.

Numbers are from the Bluetooth SIG's Assigned Numbers; a 16-bit number stands for a UUID on the Bluetooth base UUID
(Core Specification, Vol 3, Part B, 2.5.1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol


def uuid16(number: int) -> str:
    """The 128-bit UUID, in lower case, that a 16-bit number of the Bluetooth SIG stands for."""
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


DEVICE_INFORMATION = uuid16(0x180A)
HEART_RATE = uuid16(0x180D)
BATTERY = uuid16(0x180F)
SPEED_CADENCE = uuid16(0x1816)
CYCLING_POWER = uuid16(0x1818)
FITNESS_MACHINE = uuid16(0x1826)

BATTERY_LEVEL = uuid16(0x2A19)
HEART_RATE_MEASUREMENT = uuid16(0x2A37)
CSC_MEASUREMENT, CSC_FEATURE = uuid16(0x2A5B), uuid16(0x2A5C)
SENSOR_LOCATION = uuid16(0x2A5D)
CYCLING_POWER_MEASUREMENT, CYCLING_POWER_FEATURE = uuid16(0x2A63), uuid16(0x2A65)
FITNESS_MACHINE_FEATURE = uuid16(0x2ACC)
TREADMILL_DATA = uuid16(0x2ACD)
INDOOR_BIKE_DATA = uuid16(0x2AD2)
TRAINING_STATUS = uuid16(0x2AD3)
RESISTANCE_RANGE, POWER_RANGE = uuid16(0x2AD6), uuid16(0x2AD8)
FITNESS_MACHINE_CONTROL_POINT = uuid16(0x2AD9)
FITNESS_MACHINE_STATUS = uuid16(0x2ADA)

ECHELON = "0bf669f1-45f2-11e7-9598-0800200c9a66"
ECHELON_WRITE = "0bf669f2-45f2-11e7-9598-0800200c9a66"
ECHELON_NOTIFY = "0bf669f3-45f2-11e7-9598-0800200c9a66", "0bf669f4-45f2-11e7-9598-0800200c9a66"
NORDIC_UART = "6e400001-b5a3-f393-e0a9-e50e24dcca9e"
NORDIC_UART_WRITE = "6e400002-b5a3-f393-e0a9-e50e24dcca9e"
NORDIC_UART_NOTIFY = "6e400003-b5a3-f393-e0a9-e50e24dcca9e"


class GattLink(Protocol):
    """One connection to one peripheral, whatever carries it. Everything happens on the event loop's thread.

    ``services`` maps a service's UUID to its characteristics, and these to their properties: "read", "write",
    "write-without-response", "notify", "indicate". UUIDs are 128 bits in lower case. Every method but ``close``
    raises only :class:`drivers.errors.DriverError`.
    """

    name: str
    services: Mapping[str, Mapping[str, frozenset[str]]]

    async def read(self, characteristic: str) -> bytes:
        """The characteristic's value."""

    async def write(self, characteristic: str, data: bytes, *, response: bool = True) -> None:
        """Write; with ``response`` it has arrived when this returns."""

    async def subscribe(self, characteristic: str, hear: Callable[[bytes], None]) -> None:
        """Have ``hear`` called with every notification or indication, in order."""

    async def lost(self) -> None:
        """Returns when the link has gone; raises when there is more to say than that."""

    async def close(self) -> None:
        """End the link. Never fails."""
