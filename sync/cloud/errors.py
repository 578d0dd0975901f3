"""What keeps the cloud from serving. Each message says what is wrong and what to do.

CloudError
├── BrokerError      NATS server is missing, does not start or does not answer
├── DirectoryError   the data directory cannot be used, or another server uses it
├── PortBusy         a port is taken or not allowed
└── StoreTooNew      the database was written by a newer program
"""

from __future__ import annotations


class CloudError(Exception):
    """Any of the below."""


class BrokerError(CloudError):
    """NATS server is missing, does not start or does not answer."""


class DirectoryError(CloudError):
    """The data directory cannot be used, or another server uses it."""


class PortBusy(CloudError):
    """A port is taken or not allowed."""


class StoreTooNew(CloudError):
    """The database was written by a newer program; it is left untouched."""
