"""The virtual trainer as objects on D-Bus, in the form in which BlueZ takes services and advertisements of others.

BlueZ reads their properties, calls their methods when a client reads, writes or subscribes, and carries each change
of ``Value`` to who subscribed (doc/org.bluez.GattCharacteristic.rst and LEAdvertisement.rst in BlueZ).
"""

# Annotations stay unquoted here: dbus-fast reads a quoted "None" as a type.
import asyncio
from collections.abc import Callable
from typing import Annotated

from dbus_fast import DBusError, PropertyAccess, Variant
from dbus_fast.annotations import DBusBool, DBusBytes, DBusDict, DBusObjectPath, DBusSignature, DBusStr
from dbus_fast.service import ServiceInterface, dbus_method, dbus_property

from console.trainer.peripheral import NAME, SERVICE_DATA, SERVICES, Peripheral
from drivers import gatt

APPLICATION = "/org/breakaway/trainer"
ADVERTISEMENT = "/org/breakaway/advertisement"
Strings = Annotated[list[str], DBusSignature("as")]
READ = PropertyAccess.READ


class Service(ServiceInterface):
    """One service."""

    def __init__(self, uuid: str) -> None:
        super().__init__("org.bluez.GattService1")
        self._uuid = uuid

    @dbus_property(access=READ, name="UUID")
    def uuid(self) -> DBusStr:
        """Of the service."""
        return self._uuid

    @dbus_property(access=READ, name="Primary")
    def primary(self) -> DBusBool:
        """None of them is included in another."""
        return True


class Characteristic(ServiceInterface):
    """One characteristic; ``met`` is told the path of each client that reads or writes."""

    def __init__(
        self, uuid: str, service: str, flags: frozenset[str], peripheral: Peripheral, met: Callable[[str], None]
    ) -> None:
        super().__init__("org.bluez.GattCharacteristic1")
        self._uuid, self._service, self._flags = uuid, service, sorted(flags)
        self._peripheral, self._met = peripheral, met
        self._value = b""
        self.subscribed = False

    @dbus_property(access=READ, name="UUID")
    def uuid(self) -> DBusStr:
        """Of the characteristic."""
        return self._uuid

    @dbus_property(access=READ, name="Service")
    def service(self) -> DBusObjectPath:
        """The path of its service."""
        return self._service

    @dbus_property(access=READ, name="Flags")
    def flags(self) -> Strings:
        """What can be done with it."""
        return self._flags

    @dbus_property(access=READ, name="Notifying")
    def notifying(self) -> DBusBool:
        """Whether somebody subscribed."""
        return self.subscribed

    @dbus_property(access=READ, name="Value")
    def value(self) -> DBusBytes:
        """What was said last."""
        return self._value

    @dbus_method(name="ReadValue")
    def read(self, options: DBusDict) -> DBusBytes:
        """A client reads."""
        self._meet(options)
        try:
            whole = self._peripheral.read(self._uuid)
        except KeyError:
            raise DBusError("org.bluez.Error.NotSupported", "it cannot be read") from None
        offset = options["offset"].value if "offset" in options else 0
        return whole[offset:]

    @dbus_method(name="WriteValue")
    def write(self, value: DBusBytes, options: DBusDict) -> None:
        """A client writes to the control point; its answer is indicated behind the reply to the write."""
        client = self._meet(options)
        if "write" not in self._flags:
            raise DBusError("org.bluez.Error.NotSupported", "it cannot be written")
        indication = self._peripheral.write(client, bytes(value))
        asyncio.get_running_loop().call_soon(self.say, indication)

    @dbus_method(name="StartNotify")
    def subscribe(self) -> None:
        """The first client subscribed."""
        self.subscribed = True

    @dbus_method(name="StopNotify")
    def unsubscribe(self) -> None:
        """The last one that subscribed has gone, or wants no more."""
        self.subscribed = False

    @dbus_method(name="Confirm")
    def confirm(self) -> None:
        """An indication has arrived."""

    def say(self, data: bytes) -> None:
        """Tell those who subscribed."""
        if self.subscribed:
            self._value = data
            self.emit_properties_changed({"Value": data})

    def _meet(self, options: dict[str, Variant]) -> str:
        client = str(options["device"].value) if "device" in options else ""
        if client:
            self._met(client)
        return client


class Advertisement(ServiceInterface):
    """What everybody near by hears: 29 of the 31 bytes there are, with the flags that BlueZ adds."""

    def __init__(self, released: Callable[[], None]) -> None:
        super().__init__("org.bluez.LEAdvertisement1")
        self._released = released

    @dbus_property(access=READ, name="Type")
    def type(self) -> DBusStr:
        """It takes connections."""
        return "peripheral"

    @dbus_property(access=READ, name="ServiceUUIDs")
    def services(self) -> Strings:
        """What it offers."""
        return list(SERVICES)

    @dbus_property(access=READ, name="ServiceData")
    def service_data(self) -> DBusDict:
        """That it is an indoor bike, and available."""
        return {gatt.FITNESS_MACHINE: Variant("ay", SERVICE_DATA)}

    @dbus_property(access=READ, name="LocalName")
    def local_name(self) -> DBusStr:
        """What it is called."""
        return NAME

    @dbus_method(name="Release")
    def release(self) -> None:
        """BlueZ ended it."""
        self._released()
