"""What the bike offers over GATT, as data: services, their characteristics, and what may be done with each.

Numbers are the Bluetooth SIG's 16-bit UUIDs. Whatever carries GATT (radio, TCP) builds its own form from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

READ, WRITE, NOTIFY, INDICATE = "read", "write", "notify", "indicate"

DEVICE_INFORMATION = 0x180A
HEART_RATE = 0x180D
BATTERY = 0x180F
SPEED_CADENCE = 0x1816
CYCLING_POWER = 0x1818
FITNESS_MACHINE = 0x1826

BATTERY_LEVEL = 0x2A19
MODEL, SERIAL_NUMBER, FIRMWARE, HARDWARE, MANUFACTURER = 0x2A24, 0x2A25, 0x2A26, 0x2A27, 0x2A29
HEART_RATE_MEASUREMENT, BODY_LOCATION = 0x2A37, 0x2A38
CSC_MEASUREMENT, CSC_FEATURE = 0x2A5B, 0x2A5C
SENSOR_LOCATION = 0x2A5D
POWER_MEASUREMENT, POWER_FEATURE = 0x2A63, 0x2A65
MACHINE_FEATURE = 0x2ACC
INDOOR_BIKE_DATA = 0x2AD2
TRAINING_STATUS = 0x2AD3
RESISTANCE_RANGE = 0x2AD6
POWER_RANGE = 0x2AD8
CONTROL_POINT = 0x2AD9
MACHINE_STATUS = 0x2ADA


@dataclass(frozen=True, slots=True)
class Service:
    """A service, with the properties of each of its characteristics."""

    number: int
    characteristics: Mapping[int, frozenset[str]]


def _may(*properties: str) -> frozenset[str]:
    return frozenset(properties)


SERVICES = (
    Service(
        FITNESS_MACHINE,
        {
            MACHINE_FEATURE: _may(READ),
            INDOOR_BIKE_DATA: _may(NOTIFY),
            TRAINING_STATUS: _may(READ, NOTIFY),
            RESISTANCE_RANGE: _may(READ),
            POWER_RANGE: _may(READ),
            CONTROL_POINT: _may(WRITE, INDICATE),
            MACHINE_STATUS: _may(NOTIFY),
        },
    ),
    Service(CYCLING_POWER, {POWER_MEASUREMENT: _may(NOTIFY), POWER_FEATURE: _may(READ), SENSOR_LOCATION: _may(READ)}),
    Service(SPEED_CADENCE, {CSC_MEASUREMENT: _may(NOTIFY), CSC_FEATURE: _may(READ)}),
    Service(HEART_RATE, {HEART_RATE_MEASUREMENT: _may(NOTIFY), BODY_LOCATION: _may(READ)}),
    Service(BATTERY, {BATTERY_LEVEL: _may(READ, NOTIFY)}),
    Service(
        DEVICE_INFORMATION,
        {number: _may(READ) for number in (MANUFACTURER, MODEL, SERIAL_NUMBER, HARDWARE, FIRMWARE)},
    ),
)
PROPERTIES = {number: may for service in SERVICES for number, may in service.characteristics.items()}


def uuid(number: int) -> str:
    """The 128-bit UUID, in lower case, that a 16-bit number stands for."""
    return f"0000{number:04x}-0000-1000-8000-00805f9b34fb"


class GattError(Exception):
    """A request that GATT refuses; ``code`` is the ATT error code."""

    READ_NOT_PERMITTED, WRITE_NOT_PERMITTED, INVALID_LENGTH = 0x02, 0x03, 0x0D
    NO_CHARACTERISTIC = 0x0A
    NOT_SUBSCRIBED, BUSY = 0xFD, 0xFE

    def __init__(self, code: int) -> None:
        super().__init__(f"ATT error 0x{code:02X}")
        self.code = code
