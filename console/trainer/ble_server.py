"""The virtual trainer over Bluetooth, where BlueZ runs and the adapter can be heard while it listens. BlueZ does the
radio; this module and :mod:`console.trainer.bluez_objects` are the only users of dbus-fast in the product.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from dbus_fast import BusType, DBusError, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError

from console.trainer.bluez_objects import ADVERTISEMENT, APPLICATION, Advertisement, Characteristic, Service
from console.trainer.peripheral import SERVICES, Peripheral
from drivers.errors import BluetoothForbidden, BluetoothOff, DriverError, InUse, LinkLost, NeedsRider

BLUEZ = "org.bluez"
PATIENCE_S = 10.0
_GATT, _ADVERTISING = "org.bluez.GattManager1", "org.bluez.LEAdvertisingManager1"
_SIGNALS = "org.freedesktop.DBus.Properties"
_RULES = (
    f"type='signal',sender='{BLUEZ}',interface='{_SIGNALS}',member='PropertiesChanged',arg0='org.bluez.Device1'",
    f"type='signal',sender='org.freedesktop.DBus',member='NameOwnerChanged',arg0='{BLUEZ}'",
)
_OTHERWISE = "Use Wi-Fi, or another adapter."


class BleServer:
    """Serves a :class:`Peripheral`. ``bus_address`` is the D-Bus on which BlueZ is; ``None`` the system's."""

    def __init__(self, peripheral: Peripheral, bus_address: str | None = None) -> None:
        self._peripheral = peripheral
        self._address = bus_address
        self._characteristics: dict[str, Characteristic] = {}
        self._clients: set[str] = set()
        self._over = asyncio.Event()

    @property
    def listeners(self) -> int:
        """How many listen, as far as BlueZ tells: who has only subscribed has no name."""
        return max(len(self._clients), any(one.subscribed for one in self._characteristics.values()))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Be heard for as long as the block runs. Raises :class:`DriverError` where that cannot be."""
        bus = await self._connect()
        try:
            with _translating():
                adapter = await _adapter(bus)
                await self._offer(bus, adapter)
            self._peripheral.join(self)
            try:
                yield
            finally:
                self._peripheral.leave(self)
                for client in self._clients:
                    self._peripheral.control_point.gone(client)
                with suppress(DBusError, OSError, EOFError, TimeoutError):
                    await _call(bus, adapter, _ADVERTISING, "UnregisterAdvertisement", "o", ADVERTISEMENT)
                    await _call(bus, adapter, _GATT, "UnregisterApplication", "o", APPLICATION)
        finally:
            self._clients.clear()
            self._characteristics.clear()
            bus.disconnect()

    async def gone(self) -> None:
        """Returns when BlueZ has ended it."""
        await self._over.wait()

    def hear(self, characteristic: str, data: bytes, but: Hashable | None = None) -> None:
        """Tell all who subscribed; BlueZ knows no exceptions, so what only one of ours shall not hear none hears."""
        if but not in self._clients:
            self._characteristics[characteristic].say(data)

    async def _connect(self) -> MessageBus:
        self._over.clear()
        try:
            async with asyncio.timeout(PATIENCE_S):
                bus = await MessageBus(self._address, BusType.SYSTEM).connect()
        except (OSError, EOFError, TimeoutError, DBusFastError) as error:
            raise _no_service() from error
        bus.add_message_handler(self._signalled)
        return bus

    async def _offer(self, bus: MessageBus, adapter: str) -> None:
        for rule in _RULES:
            await _call(bus, "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", rule)
        for number, (uuid, offered) in enumerate(SERVICES.items()):
            service = f"{APPLICATION}/service{number}"
            bus.export(service, Service(uuid))
            for at, (characteristic, flags) in enumerate(offered.items()):
                made = Characteristic(characteristic, service, flags, self._peripheral, self._clients.add)
                self._characteristics[characteristic] = made
                bus.export(f"{service}/char{at}", made)
        bus.export(ADVERTISEMENT, Advertisement(self._over.set))
        await _call(bus, adapter, _GATT, "RegisterApplication", "oa{sv}", APPLICATION, {})
        await _call(bus, adapter, _ADVERTISING, "RegisterAdvertisement", "oa{sv}", ADVERTISEMENT, {})

    def _signalled(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        if message.member == "NameOwnerChanged" and message.body[0] == BLUEZ and not message.body[2]:
            self._over.set()
        elif message.member == "PropertiesChanged" and message.body[0] == "org.bluez.Device1":
            connected = message.body[1].get("Connected")
            if connected is not None and not connected.value and message.path in self._clients:
                self._clients.discard(message.path)
                self._peripheral.control_point.gone(message.path)


async def _call(bus: MessageBus, path: str, interface: str, member: str, signature: str = "", *body: Any) -> Any:
    """One call to BlueZ, or to the bus itself. Raises :class:`DBusError`."""
    destination = BLUEZ if path != "/org/freedesktop/DBus" else "org.freedesktop.DBus"
    message = Message(destination, path, interface, member, signature=signature, body=list(body))
    async with asyncio.timeout(PATIENCE_S):
        reply = await bus.call(message)
    if reply.message_type is MessageType.ERROR:
        raise DBusError(reply.error_name or "", reply.body[0] if reply.body else "")
    return reply.body[0] if reply.body else None


async def _adapter(bus: MessageBus) -> str:
    """The path of an adapter that can do it. Raises :class:`DriverError` with the reason why none can."""
    objects = await _call(bus, "/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
    adapters = {path: offered for path, offered in objects.items() if "org.bluez.Adapter1" in offered}
    refusals: list[DriverError] = []
    for path in sorted(adapters):
        refusal = _refusal(adapters[path])
        if refusal is None:
            return path
        refusals.append(refusal)
    raise refusals[0] if refusals else BluetoothOff("this machine has no Bluetooth", "Plug a Bluetooth adapter in.")


def _refusal(offered: Mapping[str, Mapping[str, Variant]]) -> DriverError | None:
    """Why this adapter cannot do it; ``None`` when it can, as far as it says."""
    said = {name: value.value for interface in offered.values() for name, value in interface.items()}
    if not said.get("Powered", True):
        return BluetoothOff("Bluetooth is switched off", "Switch it on in the system's settings.")
    if _GATT not in offered or _ADVERTISING not in offered:
        return NeedsRider("this Bluetooth adapter cannot be heard by others", _OTHERWISE)
    if "Roles" in said and "central-peripheral" not in said["Roles"]:
        return NeedsRider("this Bluetooth adapter cannot be heard by others while it listens to sensors", _OTHERWISE)
    if said.get("SupportedInstances") == 0:
        if said.get("ActiveInstances"):
            return _crowded()
        return NeedsRider("this Bluetooth adapter cannot be heard by others", _OTHERWISE)
    return None


@contextmanager
def _translating() -> Iterator[None]:
    """Let errors of D-Bus through as our own."""
    try:
        yield
    except DBusError as error:
        raise _translated(error) from error
    except (OSError, EOFError, TimeoutError) as error:
        raise LinkLost("the Bluetooth service does not answer", "It is tried again by itself.") from error


def _translated(error: DBusError) -> DriverError:
    kind = error.type.rpartition(".")[2]
    if kind in ("ServiceUnknown", "NameHasNoOwner") or "Spawn" in error.type:
        return _no_service()
    if kind in ("AccessDenied", "NotAuthorized"):
        return BluetoothForbidden(
            "this program may not use Bluetooth",
            "Add the user to the group bluetooth, and log in again.",
        )
    if kind == "NotPermitted":
        return _crowded()
    if kind == "NotSupported":
        return NeedsRider("this Bluetooth adapter cannot be heard by others", _OTHERWISE)
    return LinkLost(f"the Bluetooth service refuses ({kind}: {error.text})", "It is tried again by itself.")


def _crowded() -> InUse:
    return InUse(
        "other programs take all advertisements of the Bluetooth adapter",
        "Close one of them; it is tried again by itself.",
    )


def _no_service() -> BluetoothOff:
    return BluetoothOff(
        "the Bluetooth service of this machine does not run",
        "Install bluez and start it, or use Wi-Fi.",
    )
