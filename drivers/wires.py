"""Which wire a sensor's address asks for: a table of URL schemes. Libraries are loaded with the first use of a wire."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from drivers.radio_address import BleAddress, DirconAddress
from drivers.sensor import Sensor

if TYPE_CHECKING:
    from drivers.bluetooth import Bluetooth
    from drivers.gatt import GattLink
    from drivers.gatt_sensor import Say
    from drivers.tapped_link import Tap


def _serial(url: str, bluetooth: Bluetooth | None, tap: Tap | None) -> Sensor:
    from drivers.serial_bike import SerialBike

    return SerialBike(url, tap=tap)


def _ble(url: str, bluetooth: Bluetooth | None, tap: Tap | None) -> Sensor:
    from drivers.ble_recovery import connect
    from drivers.bluetooth import this_machine
    from drivers.gatt_sensor import GattSensor

    address = BleAddress.parse(url)
    name = address.name or address.address

    async def open_link(say: Say, afresh: bool) -> GattLink:
        link = await connect(bluetooth or this_machine(), address.address, name, say=say, afresh=afresh)
        sensor.status.peer = link.address
        return link

    sensor = GattSensor(url, name, open_link, tap=tap)
    return sensor


def _dircon(url: str, bluetooth: Bluetooth | None, tap: Tap | None) -> Sensor:
    from drivers.dircon_link import DirconLink
    from drivers.gatt_sensor import GattSensor

    address = DirconAddress.parse(url)
    name = address.name or address.host

    async def open_link(say: Say, afresh: bool) -> GattLink:
        return await DirconLink.connect(address.host, address.port, name)

    return GattSensor(url, name, open_link, tap=tap)


def _keiser(url: str, bluetooth: Bluetooth | None, tap: Tap | None) -> Sensor:
    from drivers.bluetooth import this_machine
    from drivers.broadcast_sensor import KeiserBike

    return KeiserBike(url, bluetooth or this_machine(), tap=tap)


def _replay(url: str, bluetooth: Bluetooth | None, tap: Tap | None) -> Sensor:
    from drivers.replay import ReplayedSensor

    return ReplayedSensor(url, tap=tap)


WIRES: Mapping[str, Callable[[str, Bluetooth | None, Tap | None], Sensor]] = {
    "serial": _serial,
    "ble": _ble,
    "dircon": _dircon,
    "keiser": _keiser,
    "replay": _replay,
}
"""By scheme. Each raises :class:`drivers.errors.SensorAddressError` for an address it cannot understand."""
