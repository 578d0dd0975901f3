"""Whether this machine can sound: where it cannot, the player keeps time with a silent output instead."""

from __future__ import annotations

import os
from pathlib import Path

CARDS = Path("/proc/asound/cards")
SERVERS = ("pulse/native", "pipewire-0")


def has_sound() -> bool:
    """Whether there is a sound card, or a sound server that may reach one (on Linux; elsewhere libVLC knows)."""
    if not Path("/proc").exists() or "PULSE_SERVER" in os.environ:
        return True
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", f"/run/user/{os.getuid()}"))
    if any((runtime / server).exists() for server in SERVERS):
        return True
    try:
        return "no soundcards" not in CARDS.read_text() and bool(CARDS.read_text().strip())
    except OSError:
        return False
