"""A D-Bus of its own with a BlueZ that takes services and advertisements as bluetoothd does, and plays their clients.

It is no radio. What it knows is what BlueZ documents: which objects it asks for, which properties they must have and
of which type, when it refuses, and that a client's subscription is a call of StartNotify.
"""

# Annotations stay unquoted here: dbus-fast reads a quoted "None" as a type.
import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

from dbus_fast import BusType, DBusError, Message, MessageType, PropertyAccess, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusBool, DBusByte, DBusDict, DBusObjectPath, DBusSignature
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

ADAPTER = "/org/bluez/hci0"
FLAGS = {"read", "write", "write-without-response", "notify", "indicate"}
READ = PropertyAccess.READ


class Adapter(ServiceInterface):
    """The radio: on or off, and the roles it can have."""

    def __init__(self, powered: bool, roles: list[str]) -> None:
        super().__init__("org.bluez.Adapter1")
        self._powered, self._roles = powered, roles

    @dbus_property(access=READ, name="Powered")
    def powered(self) -> DBusBool:
        return self._powered

    @dbus_property(access=READ, name="Roles")
    def roles(self) -> Annotated[list[str], DBusSignature("as")]:
        return self._roles


class GattManager(ServiceInterface):
    """Takes applications."""

    def __init__(self, bluez: "Bluez") -> None:
        super().__init__("org.bluez.GattManager1")
        self._bluez = bluez

    @dbus_method(name="RegisterApplication")
    async def register(self, path: DBusObjectPath, _options: DBusDict) -> None:
        await self._bluez.take_application(path)

    @dbus_method(name="UnregisterApplication")
    def unregister(self, _path: DBusObjectPath) -> None:
        self._bluez.characteristics.clear()


class Advertising(ServiceInterface):
    """Takes advertisements, as many as there are instances."""

    def __init__(self, bluez: "Bluez", instances: int) -> None:
        super().__init__("org.bluez.LEAdvertisingManager1")
        self._bluez, self._instances = bluez, instances

    @dbus_property(access=READ, name="SupportedInstances")
    def supported(self) -> DBusByte:
        return self._instances

    @dbus_property(access=READ, name="ActiveInstances")
    def active(self) -> DBusByte:
        return 1 if self._bluez.advertisement else 0

    @dbus_method(name="RegisterAdvertisement")
    async def register(self, path: DBusObjectPath, _options: DBusDict) -> None:
        if self._bluez.refuses:
            raise DBusError(f"org.bluez.Error.{self._bluez.refuses}", "Maximum advertisements reached")
        said = await self._bluez.ask(
            path, "org.freedesktop.DBus.Properties", "GetAll", "s", "org.bluez.LEAdvertisement1"
        )
        self._bluez.advertisement = {name: value.value for name, value in said.items()}

    @dbus_method(name="UnregisterAdvertisement")
    def unregister(self, _path: DBusObjectPath) -> None:
        self._bluez.advertisement = None


class Bluez:
    """What was registered: ``advertisement``, and ``characteristics`` as path and flags by UUID."""

    def __init__(self, bus: MessageBus) -> None:
        self.bus = bus
        self.advertisement: dict[str, Any] | None = None
        self.characteristics: dict[str, tuple[str, list[str]]] = {}
        self.notified: dict[str, list[bytes]] = {}
        self.refuses = ""
        self.adapter: str | None = None
        self._owner = ""
        bus.add_message_handler(self._hear)

    def plug_in(
        self,
        *,
        powered: bool = True,
        roles: tuple[str, ...] = ("central-peripheral",),
        instances: int = 5,
        peripheral: bool = True,
    ) -> None:
        """An adapter."""
        self.bus.export(ADAPTER, Adapter(powered, list(roles)))
        if peripheral:
            self.bus.export(ADAPTER, GattManager(self))
            self.bus.export(ADAPTER, Advertising(self, instances))

    async def ask(self, path: str, interface: str, member: str, signature: str = "", *body: Any) -> Any:
        """Call the application that registered last."""
        return await self._call(self._owner, path, interface, member, signature, *body)

    async def take_application(self, path: str) -> None:
        """As bluetoothd does: ask for all objects, and refuse what is not whole."""
        objects = await self.ask(path, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        services = {at: one["org.bluez.GattService1"] for at, one in objects.items() if "org.bluez.GattService1" in one}
        for at, one in objects.items():
            if (said := one.get("org.bluez.GattCharacteristic1")) is None:
                continue
            uuid, service, flags = (said[name] for name in ("UUID", "Service", "Flags"))
            assert (uuid.signature, service.signature, flags.signature) == ("s", "o", "as")
            whole = re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", uuid.value)
            if (
                not whole
                or service.value not in services
                or not at.startswith(service.value)
                or set(flags.value) - FLAGS
            ):
                raise DBusError("org.bluez.Error.InvalidArguments", at)
            self.characteristics[uuid.value] = at, flags.value
        assert all(service["Primary"].value and service["UUID"].signature == "s" for service in services.values())

    def _hear(self, message: Message) -> None:
        if message.message_type is MessageType.METHOD_CALL and str(message.member).startswith("Register"):
            self._owner = str(message.sender)
        if message.member == "PropertiesChanged" and message.body[0] == "org.bluez.GattCharacteristic1":
            uuid = next(uuid for uuid, (path, _flags) in self.characteristics.items() if path == message.path)
            self.notified.setdefault(uuid, []).append(bytes(message.body[1]["Value"].value))

    async def read(self, uuid: str, device: str, offset: int = 0) -> bytes:
        """A client reads."""
        options = {"device": Variant("o", device), "offset": Variant("q", offset)}
        return bytes(await self._characteristic(uuid, "ReadValue", "a{sv}", options))

    async def write(self, uuid: str, device: str, value: bytes) -> None:
        """A client writes."""
        await self._characteristic(uuid, "WriteValue", "aya{sv}", value, {"device": Variant("o", device)})

    async def subscribe(self, uuid: str) -> None:
        """The first client subscribes."""
        rule = "type='signal',interface='org.freedesktop.DBus.Properties',arg0='org.bluez.GattCharacteristic1'"
        await self._call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", rule)
        await self._characteristic(uuid, "StartNotify")

    def disconnect(self, device: str) -> None:
        """A client has gone."""
        body = ["org.bluez.Device1", {"Connected": Variant("b", False)}, []]
        self.bus.send(
            Message.new_signal(device, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as", body)
        )

    async def _characteristic(self, uuid: str, member: str, signature: str = "", *body: Any) -> Any:
        return await self.ask(self.characteristics[uuid][0], "org.bluez.GattCharacteristic1", member, signature, *body)

    async def _call(self, name: str, path: str, interface: str, member: str, signature: str, *body: Any) -> Any:
        reply = await self.bus.call(Message(name, path, interface, member, signature=signature, body=list(body)))
        if reply.message_type is MessageType.ERROR:
            raise DBusError(reply.error_name or "", reply.body[0] if reply.body else "")
        return reply.body[0] if reply.body else None


@asynccontextmanager
async def a_bus(folder: Path) -> AsyncIterator[str]:
    """A D-Bus daemon of its own; gives its address."""
    address = f"unix:path={folder}/bus"
    daemon = await asyncio.create_subprocess_exec(
        "dbus-daemon",
        "--session",
        "--nofork",
        "--print-address",
        f"--address={address}",
        stdout=asyncio.subprocess.PIPE,
    )
    assert daemon.stdout is not None
    await daemon.stdout.readline()
    try:
        yield address
    finally:
        daemon.terminate()
        await daemon.wait()


@asynccontextmanager
async def bluez(address: str) -> AsyncIterator[Bluez]:
    """A BlueZ on that bus, without an adapter yet."""
    bus = await MessageBus(address, BusType.SESSION).connect()
    await bus.request_name("org.bluez")
    try:
        yield Bluez(bus)
    finally:
        bus.disconnect()
