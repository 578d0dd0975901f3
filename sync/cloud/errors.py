"""What keeps the cloud from serving. Each message says what is wrong and what to do.

CloudError
├── BrokerError      NATS server is missing, does not start or does not answer
├── DirectoryError   the data directory cannot be used, or another server uses it
├── PortBusy         a port is taken or not allowed
├── StoreFailed      the database does not do what it is asked: try again, or look after it
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


class StoreFailed(CloudError):
    """The database does not do what it is asked: try again, or look after it."""
