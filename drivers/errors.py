"""Errors of the drivers, sorted by what the caller does next.

DriverError                  every error of this room; ``remedy`` says what to do, in a sentence
├── SensorAddressError       give up: the URL cannot be understood
├── RecordingError           give up: a recording cannot be written or read
├── CalibrationRefused       give up: what was ridden does not tell how strong the bike's brake is
├── NotOffered               do without: the sensor refuses this one thing, and speaks on
├── NeedsRider               ask: somebody must act before a retry can help
│   ├── PortMissing          no such port, cable not plugged in
│   ├── PortBusy             another program holds the port
│   ├── PortForbidden        no permission to open the port
│   ├── BluetoothOff         no adapter, switched off, or its service does not run
│   ├── BluetoothForbidden   this program may not use Bluetooth
│   └── WrongDevice          it answers, but is no sensor of a kind known here
└── LinkLost                 wait: the link broke, a retry may mend it
    ├── OutOfRange           it is not heard
    └── InUse                it is there, and takes nobody else
BadFrame                     skip: these bytes are no valid message; nobody can do anything about it
"""

from __future__ import annotations


class DriverError(Exception):
    """An error with its remedy: ``str(error)`` says what happened, ``error.remedy`` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


class SensorAddressError(DriverError):
    """The sensor's URL cannot be understood."""


class RecordingError(DriverError):
    """A recording cannot be written, or is none; says which line."""


class CalibrationRefused(DriverError):
    """No power table can be made of what was ridden."""


class NotOffered(DriverError):
    """The sensor does not have what was asked of it, or refuses it; its link stands."""


class NeedsRider(DriverError):
    """A retry is useless until somebody acts (the remedy says how)."""


class PortMissing(NeedsRider):
    """There is no such port."""


class PortBusy(NeedsRider):
    """Another program holds the port."""


class PortForbidden(NeedsRider):
    """The user may not open the port."""


class BluetoothOff(NeedsRider):
    """There is no Bluetooth adapter, it is switched off, or the system's Bluetooth service does not run."""


class BluetoothForbidden(NeedsRider):
    """This program may not use Bluetooth."""


class WrongDevice(NeedsRider):
    """Something answers, but not in the expected protocol."""


class LinkLost(DriverError):
    """The link broke; waiting and trying again may mend it."""


class OutOfRange(LinkLost):
    """The sensor is not heard: too far, asleep, or out of power."""


class InUse(LinkLost):
    """The sensor is there, and refuses us or drops us at once: it serves another program."""


class BadFrame(ValueError):
    """Bytes from a sensor are not what its protocol says; decoders drop and count such a frame."""
