"""Faults live from the keyboard: a key each."""

from __future__ import annotations

import os
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

from virtualbike.faults import AT_ONCE, Fault, Faults

KEYS = {
    "n": Fault.NOISE,
    "f": Fault.FLIPPED,
    "h": Fault.LOST_HEADER,
    "s": Fault.SILENCE,
    "k": Fault.STUCK,
    "p": Fault.SPIKES,
    "l": Fault.SLOW,
    "u": Fault.UNPLUGGED,
    "b": Fault.LOW_BATTERY,
    "a": Fault.NEW_ADDRESS,
    "c": Fault.CONTROL_LOST,
}
STDIN = 0
LEGEND = "keys: " + "  ".join(f"{key} {fault}" for key, fault in KEYS.items()) + "  . all well  ? keys"


def press(key: str, faults: Faults) -> str:
    """Do what a key stands for; returns the line to show, or nothing for a key that stands for nothing."""
    if key == "?":
        return LEGEND
    if key == ".":
        faults.active.clear()
        return "all well"
    if key not in KEYS:
        return ""
    fault = KEYS[key]
    faults.toggle(fault)
    if fault in AT_ONCE:
        return str(fault)
    return f"{fault}: {'on' if fault in faults.active else 'off'}"


@contextmanager
def keys_at_once(fd: int) -> Iterator[bool]:
    """Let keys through one by one while the block runs. Whether there is a keyboard at all is what it gives."""
    if not os.isatty(fd) or os.tcgetpgrp(fd) != os.getpgrp():
        yield False  # a pipe, or a job in the background: a terminal that is not ours must not be touched
        return
    before = termios.tcgetattr(fd)
    tty.setcbreak(fd)
    try:
        yield True
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)
