"""What can go wrong with a live class. Each message says what is wrong, ``remedy`` what to do.

LiveError
├── ToolMissing      a program is not installed
├── BadSchedule      the class, its time or its origins cannot be as asked
├── TooSlow          this machine does not make the ladder as fast as the pictures come
├── Unsuitable       what the encoder sends is not taken: it must be set otherwise
└── EncoderLost      the encoder went away, or fell silent: it is awaited again
"""

from __future__ import annotations

from sync.cloud.errors import CloudError


class LiveError(CloudError):
    """Any of the below."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.remedy = remedy


class ToolMissing(LiveError):
    """A program is not installed."""


class BadSchedule(LiveError):
    """The class, its time or its origins cannot be as asked."""

    exit_status = 2


class TooSlow(LiveError):
    """This machine does not make the ladder as fast as the pictures come."""


class Unsuitable(LiveError):
    """What the encoder sends is not taken."""


class EncoderLost(LiveError):
    """The encoder went away, or fell silent."""
