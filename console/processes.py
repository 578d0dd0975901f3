"""Child processes that never outlive their parent."""

from __future__ import annotations

import ctypes
import signal
import subprocess
from collections.abc import Sequence
from typing import IO

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class Processes:
    """A handful of children: started in order, ended together in the reverse order, however this process ends."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[str]] = []

    def start(
        self,
        command: Sequence[str],
        *,
        env: dict[str, str] | None = None,
        stdout: int | IO[str] | None = None,
        stderr: int | IO[str] | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command; it gets SIGTERM when this process is gone, even after a kill -9."""
        process = subprocess.Popen(
            command, env=env, stdout=stdout, stderr=stderr, text=True, preexec_fn=_die_with_parent
        )
        self._running.append(process)
        return process

    def end(self, patience_s: float = 5.0) -> None:
        """End all of them, last started first; one that does not go within ``patience_s`` is killed."""
        for process in reversed(self._running):
            process.terminate()
            try:
                process.wait(patience_s)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout:
                process.stdout.close()
        self._running.clear()
