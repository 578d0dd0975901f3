"""One program at a time on a data folder."""

from __future__ import annotations

import fcntl
from pathlib import Path
from typing import IO


class AlreadyRunning(RuntimeError):
    """Another program works on the folder; ``remedy`` says what to do."""

    remedy = "Close it first, or use another folder with --data."


def lock(data: Path) -> IO[str]:
    """Claim a data folder for as long as the returned file is open. Raises :class:`AlreadyRunning`."""
    data.mkdir(parents=True, exist_ok=True)
    claim = (data / "lock").open("w")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        claim.close()
        raise AlreadyRunning(f"Breakaway is already running on {data}.") from None
    return claim
