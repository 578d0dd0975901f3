"""What can go wrong with a store, sorted by what the caller does next.

StorageError          a sentence and a remedy
├── NoSuchKey         there is nothing under this key: the caller knows what that means
├── BadRange          it is shorter than what was asked for
├── BadAddress        the store's address makes no sense: mend the command
├── Denied            who runs this must give credentials, or rights to them
├── NoBucket          the bucket must be made first
├── Full              make room
└── Unreachable       nobody answers, or not in time: try again later
"""

from __future__ import annotations


class StorageError(Exception):
    """Something that a store could not do; ``remedy`` says what to do about it."""

    exit_status = 1

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class NoSuchKey(StorageError):
    """There is nothing under this key."""


class BadRange(StorageError):
    """What is there ends before the first byte that was asked for."""


class BadAddress(StorageError):
    """The address of a store, or a key in it, makes no sense."""

    exit_status = 2


class Denied(StorageError):
    """The store does not know who asks, or does not let them."""


class NoBucket(StorageError):
    """There is no such bucket."""


class Full(StorageError):
    """No room is left."""


class Unreachable(StorageError):
    """The store does not answer."""
