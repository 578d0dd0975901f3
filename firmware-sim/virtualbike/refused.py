"""What the command says when it cannot run."""

from __future__ import annotations


class Refused(Exception):
    """The bike cannot be what it was asked to be; the message says why, and what to do."""
