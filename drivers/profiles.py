"""What a peripheral is by its services, and which decoder reads which of its characteristics. Tables, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from drivers import gatt
from drivers.battery import BatteryDecoder
from drivers.cycling_power import CyclingPowerDecoder
from drivers.echelon import EchelonDecoder
from drivers.flywheel import FlywheelDecoder
from drivers.ftms import IndoorBikeDecoder, machine_types
from drivers.heart_rate import HeartRateDecoder
from drivers.schwinn import NAMES as SCHWINN_NAMES
from drivers.schwinn import SchwinnDecoder
from drivers.speed_cadence import SpeedCadenceDecoder
from drivers.treadmill import TreadmillDecoder


class Decoder(Protocol):
    """Notifications in, fields of a Sample out. Nothing that comes makes it raise."""

    frames_ok: int
    frames_bad: int

    def feed(self, data: bytes, at_s: float) -> dict[str, float]:
        """Take one notification, heard at ``at_s`` (monotonic, seconds); {} when it says nothing that can be true."""

    def reset(self) -> None:
        """The link has gone: what was half said or counted is void."""


DECODERS: Mapping[str, Callable[[], Decoder]] = {
    gatt.INDOOR_BIKE_DATA: IndoorBikeDecoder,
    gatt.TREADMILL_DATA: TreadmillDecoder,
    **dict.fromkeys(gatt.ECHELON_NOTIFY, EchelonDecoder),
    gatt.NORDIC_UART_NOTIFY: FlywheelDecoder,
    gatt.CYCLING_POWER_MEASUREMENT: CyclingPowerDecoder,
    gatt.CSC_MEASUREMENT: SpeedCadenceDecoder,
    gatt.HEART_RATE_MEASUREMENT: HeartRateDecoder,
    gatt.BATTERY_LEVEL: BatteryDecoder,
}
"""By characteristic. Where two say the same of one peripheral, the earlier in this table knows better."""

QUIRKS: tuple[tuple[tuple[str, ...], str, Callable[[], Decoder]], ...] = (
    (SCHWINN_NAMES, gatt.INDOOR_BIKE_DATA, SchwinnDecoder),
)
"""Beginnings of names (in any case), a characteristic, and the decoder it needs on a peripheral of such a name."""

# Service, the characteristic that tells the kinds of one service apart, kind.
_KINDS: tuple[tuple[str, str | None, str], ...] = (
    (gatt.FITNESS_MACHINE, gatt.INDOOR_BIKE_DATA, "bike"),
    (gatt.FITNESS_MACHINE, gatt.TREADMILL_DATA, "treadmill"),
    (gatt.ECHELON, None, "bike"),
    (gatt.NORDIC_UART, None, "bike"),
    (gatt.CYCLING_POWER, None, "power meter"),
    (gatt.SPEED_CADENCE, None, "speed/cadence"),
    (gatt.HEART_RATE, None, "heart rate"),
)
_UART_NAMES = ("flywheel", "icg")


def decoders(services: Mapping[str, Iterable[str]], name: str = "") -> dict[str, Decoder]:
    """A new decoder for each characteristic that can be read, by its UUID, in the order of :data:`DECODERS`.

    ``services`` maps services to their characteristics, as :class:`drivers.gatt.GattLink` does. The two
    characteristics of an Echelon share one decoder, since either may bring any message.
    """
    there = {characteristic for found in services.values() for characteristic in found}
    if not _is_bike_uart(name):
        there.discard(gatt.NORDIC_UART_NOTIFY)
    made = {uuid: make() for uuid, make in DECODERS.items() if uuid in there}
    for names, uuid, make in QUIRKS:
        if uuid in there and name.lower().startswith(tuple(begin.lower() for begin in names)):
            made[uuid] = make()
    echelons = [uuid for uuid in gatt.ECHELON_NOTIFY if uuid in made]
    return made | dict.fromkeys(echelons[1:], made[echelons[0]]) if echelons else made


def kinds(services: Mapping[str, Iterable[str]], name: str = "", machine_data: bytes | None = None) -> tuple[str, ...]:
    """What the peripheral is: of "bike", "treadmill", "power meter", "speed/cadence", "heart rate", the chief first.

    Before connecting, when only advertised services are known, give each no characteristics and what is advertised as
    data of service 0x1826 as ``machine_data``. A fitness machine that says nothing of its type is taken for a bike.
    """
    found = []
    for service, characteristic, kind in _KINDS:
        if service not in services or (service == gatt.NORDIC_UART and not _is_bike_uart(name)):
            continue
        inside = set(services[service])
        if characteristic is not None and (
            characteristic not in inside if inside else kind not in (machine_types(machine_data or b"") or {"bike"})
        ):
            continue
        found.append(kind)
    return tuple(dict.fromkeys(found))


def _is_bike_uart(name: str) -> bool:
    """A Nordic UART says nothing of what is behind it; only the name does."""
    return name.lower().startswith(_UART_NAMES)
