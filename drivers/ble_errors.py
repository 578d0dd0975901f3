"""What bleak and BlueZ complain of, as this room's own errors with their remedies."""

from __future__ import annotations

from bleak.exc import (
    BleakBluetoothNotAvailableError,
    BleakBluetoothNotAvailableReason,
    BleakDBusError,
    BleakDeviceNotFoundError,
    BleakError,
    BleakGATTProtocolError,
)

from drivers.errors import BluetoothForbidden, BluetoothOff, DriverError, InUse, LinkLost, NotOffered, OutOfRange

FAILURES = (BleakError, OSError, TimeoutError, EOFError, AssertionError)  # bleak lets some of BlueZ's own through

_Reason = BleakBluetoothNotAvailableReason
_DENIED = (_Reason.DENIED_BY_USER, _Reason.DENIED_BY_SYSTEM, _Reason.DENIED_BY_UNKNOWN)
_NO_ACCESS = ("AccessDenied", "NotAuthorized", "NotPermitted")
_NO_SERVICE = ("ServiceUnknown", "NameHasNoOwner", "NoServer", "Spawn")
_BUSY = ("InProgress", "AlreadyConnected")
# What BlueZ calls a characteristic's own refusals, where bleak does not: NotPermitted is here no matter of the user's.
_REFUSED = ("bluez.Error.NotPermitted", "bluez.Error.NotSupported", "bluez.Error.NotAuthorized", "ATT error")
_TAKEN = ("0x09", "0x0d", "le-connection-refused", "connection-limit")


def translated(error: BaseException, name: str) -> DriverError:
    """The error as one of ours; ``name`` is what the rider calls the sensor."""
    if isinstance(error, DriverError):
        return error
    if isinstance(error, BleakBluetoothNotAvailableError):
        return _not_available(error.reason)
    if isinstance(error, BleakDeviceNotFoundError):
        return out_of_range(name)
    words = f"{error.dbus_error} {error.dbus_error_details}" if isinstance(error, BleakDBusError) else str(error)
    if any(word in words for word in _NO_ACCESS):
        return forbidden()
    if any(word in words for word in _NO_SERVICE) or isinstance(error, FileNotFoundError | ConnectionRefusedError):
        return BluetoothOff(
            "the Bluetooth service of this machine does not run",
            "Install and start it: sudo apt install bluez && sudo systemctl start bluetooth.",
        )
    if any(word in words.lower() for word in _TAKEN):
        return in_use(name)
    if isinstance(error, TimeoutError):
        return LinkLost(f"{name} does not answer", "Wake it and bring it nearer; it is tried again by itself.")
    if any(word in words for word in _BUSY):
        return LinkLost("Bluetooth is busy with another connection", "Wait a moment; it is tried again by itself.")
    return LinkLost(f"the connection to {name} failed ({words.strip() or type(error).__name__})", "It is tried again.")


def answered(error: BaseException, name: str) -> DriverError:
    """The same for an error in answer to a read, a write or a subscription: the sensor itself may have refused it."""
    if isinstance(error, BleakGATTProtocolError) or any(word in str(error) for word in _REFUSED):
        return not_offered(name, str(error))
    return translated(error, name)


def not_offered(name: str, what: str) -> NotOffered:
    """The sensor does without."""
    return NotOffered(f"{name} refuses a question ({what})", "Update the sensor's firmware in its maker's app.")


def out_of_range(name: str) -> OutOfRange:
    """The sensor is not heard."""
    return OutOfRange(
        f"{name} is not heard",
        "Wake it (turn the pedals, put the strap on), bring it nearer, and close other apps that use it.",
    )


def in_use(name: str) -> InUse:
    """The sensor serves another program."""
    return InUse(f"{name} is in use by another app or watch", "Disconnect it there; it is tried again by itself.")


def forbidden() -> BluetoothForbidden:
    """This program may not use Bluetooth."""
    return BluetoothForbidden(
        "this program may not use Bluetooth",
        "Add the user to the group bluetooth (sudo usermod -aG bluetooth $USER) and log in again; "
        "on Android, allow “Nearby devices” for this app.",
    )


def _not_available(reason: BleakBluetoothNotAvailableReason) -> DriverError:
    if reason in _DENIED:
        return forbidden()
    if reason is _Reason.POWERED_OFF:
        return BluetoothOff("Bluetooth is switched off", "Switch it on in the system's settings.")
    if reason is _Reason.NO_BLE_CENTRAL_ROLE:
        return BluetoothOff(
            "this Bluetooth adapter cannot talk to sensors", "Use an adapter with Bluetooth 4 or newer."
        )
    return BluetoothOff("this machine has no Bluetooth", "Plug a Bluetooth adapter in.")
