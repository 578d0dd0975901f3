"""Errors of the drivers, sorted by what the caller does next.

DriverError                  every error of this room; ``remedy`` says what to do, in a sentence
├── SensorAddressError       give up: the URL cannot be understood
├── NeedsRider               ask: somebody must act before a retry can help
│   ├── PortMissing          no such port, cable not plugged in
│   ├── PortBusy             another program holds the port
│   ├── PortForbidden        no permission to open the port
│   └── WrongDevice          bytes arrive, but not this protocol's
└── LinkLost                 wait: the link broke, a retry may mend it
"""

from __future__ import annotations


class DriverError(Exception):
    """An error with its remedy: ``str(error)`` says what happened, ``error.remedy`` what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.remedy = remedy


class SensorAddressError(DriverError):
    """The sensor's URL cannot be understood."""


class NeedsRider(DriverError):
    """A retry is useless until somebody acts (the remedy says how)."""


class PortMissing(NeedsRider):
    """There is no such port."""


class PortBusy(NeedsRider):
    """Another program holds the port."""


class PortForbidden(NeedsRider):
    """The user may not open the port."""


class WrongDevice(NeedsRider):
    """Something answers, but not in the expected protocol."""


class LinkLost(DriverError):
    """The link broke; waiting and trying again may mend it."""
