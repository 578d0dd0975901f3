"""The clip, made once for all test processes."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from tests.networks import clip


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """24 s of HLS in three rungs."""
    base = tmp_path_factory.getbasetemp()
    home = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (home / "clip.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "clip").exists():
            clip.make(home / "clip", 24)
    return home / "clip"
