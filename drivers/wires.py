"""The door of this room: ``open_sensor(url)`` opens a sensor on the wire that its address asks for.

A library is loaded with the first use of its wire: a console without a serial bike needs no pyserial.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from drivers.errors import SensorAddressError
from drivers.radio_address import BleAddress, DirconAddress
from drivers.sensor import EXAMPLE, Sensor

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


def open_sensor(url: str, *, bluetooth: Bluetooth | None = None, tap: Tap | None = None) -> Sensor:
    """Open the sensor at ``url``; the scheme picks the wire.

    ``bluetooth`` stands in for this machine's adapter, ``tap`` is shown raw bytes as they pass (see
    :mod:`drivers.recording`). Raises :class:`drivers.errors.SensorAddressError` when the URL cannot be understood.
    Everything that can go wrong later is in ``status``.
    """
    scheme, colon, _ = url.partition(":")
    if not colon:
        like = f"serial://{url}" if url.startswith("/") else EXAMPLE
        raise SensorAddressError(f"{url!r} is not a sensor's address", f"Write it like {like}.")
    if scheme.lower() not in WIRES:
        raise SensorAddressError(f"{scheme!r} is no kind of sensor known here", f"Write it like {EXAMPLE}.")
    return WIRES[scheme.lower()](url, bluetooth, tap)
