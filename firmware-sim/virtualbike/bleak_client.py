"""A bleak client on a bumble device: see :mod:`virtualbike.bleak_backend`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, ClassVar, cast

from bleak.args import SizedBuffer
from bleak.assigned_numbers import CharacteristicPropertyName
from bleak.backends.characteristic import BleakGATTCharacteristic
from bleak.backends.client import BaseBleakClient, NotifyCallback
from bleak.backends.descriptor import BleakGATTDescriptor
from bleak.backends.device import BLEDevice
from bleak.backends.service import BleakGATTService, BleakGATTServiceCollection
from bleak.exc import BleakDeviceNotFoundError, BleakError, BleakGATTProtocolError
from bleak.uuids import normalize_uuid_16
from bumble import att, gatt, hci
from bumble.core import UUID, BaseBumbleError
from bumble.device import Connection, Device, Peer
from bumble.gatt_client import CharacteristicProxy

from virtualbike.bleak_scanner import Centrals

SMALLEST_MTU, ATT_HEADER = 23, 3


class LocalClient(BaseBleakClient):
    """Talks to a peripheral on the link of ``radio``. Raises bleak's own errors, and no others."""

    radio: ClassVar[Centrals]

    def __init__(
        self,
        address_or_ble_device: BLEDevice | str,
        *,
        disconnected_callback: Callable[[], None] | None,
        timeout: float,
        services: set[str] | None = None,
        **_: Any,
    ) -> None:
        super().__init__(address_or_ble_device, disconnected_callback=disconnected_callback, timeout=timeout)
        self._name = address_or_ble_device.name if isinstance(address_or_ble_device, BLEDevice) else None
        self._wanted = services
        self._device: Device | None = None
        self._connection: Connection | None = None
        self._heard: dict[int, Callable[[bytes], None]] = {}
        self._dismissals: set[asyncio.Task[None]] = set()

    @property
    def name(self) -> str:
        """The peripheral's name, or its address."""
        return self._name or self.address.replace(":", "-")

    @property
    def mtu_size(self) -> int:
        """The MTU both sides have agreed on."""
        return SMALLEST_MTU if self._connection is None else self._connection.att_mtu

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection."""
        return self._connection is not None

    async def connect(self, pair: bool, **_: Any) -> None:
        """Wait for the peripheral to advertise, connect, agree on an MTU, and find out what it offers."""
        if self.is_connected:
            raise BleakError("Already connected")
        self._device = await self.radio.central()
        try:
            async with asyncio.timeout(self._timeout):
                self._connection = await self._device.connect_le(hci.Address(self.address), timeout=None)
                self._connection.on(Connection.EVENT_DISCONNECTION, self._on_disconnection)
                with self._translated():
                    self.services = await self._discover(Peer(self._connection))
        except TimeoutError:
            await self._clean_up()
            raise BleakDeviceNotFoundError(self.address, f"Device with address {self.address} was not found.") from None
        except BaseException:
            await self._clean_up()
            raise

    async def disconnect(self) -> None:
        """End the connection; nothing happens when there is none."""
        if self._connection is not None:
            with suppress(BaseBumbleError):
                await self._connection.disconnect()
        await self._clean_up()
        await asyncio.gather(*self._dismissals)

    async def pair(self, *args: Any, **kwargs: Any) -> None:
        """Not possible on this link."""
        raise NotImplementedError("there is no pairing on the link within the process")

    async def unpair(self) -> None:
        """Not possible on this link."""
        raise NotImplementedError("there is no pairing on the link within the process")

    async def read_gatt_char(
        self, characteristic: BleakGATTCharacteristic, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        """The characteristic's value; it is always asked for."""
        with self._translated():
            return bytearray(await self._proxy(characteristic).read_value())

    async def read_gatt_descriptor(
        self, descriptor: BleakGATTDescriptor, *, use_cached: bool = False, **_: Any
    ) -> bytearray:
        """The descriptor's value."""
        with self._translated():
            return bytearray(await self._connected().gatt_client.read_value(descriptor.handle))

    async def write_gatt_char(self, characteristic: BleakGATTCharacteristic, data: SizedBuffer, response: bool) -> None:
        """Write; with ``response`` the peripheral has it when this returns."""
        with self._translated():
            await self._proxy(characteristic).write_value(bytes(data), with_response=response)

    async def write_gatt_descriptor(self, descriptor: BleakGATTDescriptor, data: SizedBuffer) -> None:
        """Write a descriptor."""
        with self._translated():
            await self._connected().gatt_client.write_value(descriptor.handle, bytes(data), with_response=True)

    async def start_notify(self, characteristic: BleakGATTCharacteristic, callback: NotifyCallback, **_: Any) -> None:
        """Have ``callback`` called with every notification or indication."""

        def hear(data: bytes) -> None:
            callback(bytearray(data))

        with self._translated():
            await self._proxy(characteristic).subscribe(hear)
            self._heard[characteristic.handle] = hear

    async def stop_notify(self, characteristic: BleakGATTCharacteristic) -> None:
        """Hear no more of it."""
        with self._translated():
            await self._proxy(characteristic).unsubscribe(self._heard.pop(characteristic.handle, None))

    async def _discover(self, peer: Peer) -> BleakGATTServiceCollection:
        if self.radio.mtu > SMALLEST_MTU:
            await peer.request_mtu(self.radio.mtu)
        await peer.discover_all()
        found = BleakGATTServiceCollection()
        for service in peer.services:
            if self._wanted is not None and _uuid(service.uuid) not in self._wanted:
                continue
            ours = BleakGATTService(service, service.handle, _uuid(service.uuid))
            found.add_service(ours)
            for one in service.characteristics:
                self._add(found, ours, one)
        return found

    def _add(
        self, found: BleakGATTServiceCollection, service: BleakGATTService, one: CharacteristicProxy[bytes]
    ) -> None:
        characteristic = BleakGATTCharacteristic(
            one, one.handle, _uuid(one.uuid), _properties(one), lambda: self.mtu_size - ATT_HEADER, service
        )
        found.add_characteristic(characteristic)
        for descriptor in one.descriptors:
            found.add_descriptor(
                BleakGATTDescriptor(descriptor, descriptor.handle, _uuid(descriptor.type), characteristic)
            )

    def _connected(self) -> Connection:
        if self._connection is None:
            raise BleakError("Not connected")
        return self._connection

    def _proxy(self, characteristic: BleakGATTCharacteristic) -> CharacteristicProxy[bytes]:
        self._connected()
        return cast("CharacteristicProxy[bytes]", characteristic.obj)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except att.ATT_Error as error:
            raise BleakGATTProtocolError(int(error.error_code)) from None
        except asyncio.CancelledError:
            # bumble cancels what waits for an answer when the connection ends; that is no wish of our caller's.
            task = asyncio.current_task()
            if self.is_connected or (task is not None and task.cancelling()):
                raise
            raise BleakError("The peripheral disconnected") from None
        except (BaseBumbleError, TimeoutError) as error:
            raise BleakError(str(error) or type(error).__name__) from error

    def _on_disconnection(self, _reason: int) -> None:
        self._connection = None
        self._heard.clear()
        if self._disconnected_callback is not None:
            self._disconnected_callback()
        dismissal = asyncio.create_task(self._clean_up())
        self._dismissals.add(dismissal)
        dismissal.add_done_callback(self._dismissals.discard)

    async def _clean_up(self) -> None:
        self._connection = None
        device, self._device = self._device, None
        if device is not None:
            await self.radio.dismiss(device)


def _uuid(uuid: UUID) -> str:
    return str(uuid.to_hex_str("-")).lower() if len(uuid.uuid_bytes) == 16 else normalize_uuid_16(_number(uuid))


def _number(uuid: UUID) -> int:
    return int.from_bytes(uuid.uuid_bytes, "little")


def _properties(one: CharacteristicProxy[bytes]) -> list[CharacteristicPropertyName]:
    flags = [flag for flag in gatt.Characteristic.Properties if flag & one.properties]
    return [cast("CharacteristicPropertyName", str(flag.name).lower().replace("_", "-")) for flag in flags]
