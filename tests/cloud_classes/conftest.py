"""A short class, made once by the real command, and ways to look into what came out."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PLAN = """\
id = "short-hill"
title = "Short Hill"
coach = "Ines Aragón"
kind = "Hills"
effort = 2
music = "Synthwave"
motif = "{motif}"
palette = 0
description = "Twenty seconds of road."

[[segment]]
name = "Roll out"
seconds = 10
cadence = [80, 90]
resistance = [24, 30]
line = "Find your legs."

[[segment]]
name = "Climb"
seconds = "0:10"
cadence = [64, 72]
resistance = [48, 54]
zone = 5
line = [
  {{at = 1, say = "Here is the hill."}},
  {{at = 6, say = "Stay with it & breathe."}},
]
"""


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[Any]:
        """The JSON objects it printed."""
        return [json.loads(line) for line in self.out.splitlines()]


def run_command(*arguments: str | Path, env: dict[str, str] | None = None) -> Done:
    """Run ``python -m sync.cloud classes`` to its end."""
    command = [sys.executable, "-m", "sync.cloud.classes", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, env=env and {**os.environ, **env})
    return Done(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def maker() -> Callable[..., Done]:
    """The class maker's command."""
    return run_command


@pytest.fixture(scope="session")
def run_maker() -> Callable[..., Done]:
    """The class maker's command, for what is made once for many tests."""
    return run_command


@pytest.fixture
def plan_text() -> str:
    """A good plan."""
    return PLAN.format(motif="ridges")


@pytest.fixture
def tiny_text() -> str:
    """A good plan for a class of six seconds, where only the making matters."""
    text = PLAN.format(motif="ridges").replace("seconds = 10", "seconds = 3").replace('"0:10"', "3")
    return text.replace('  {at = 6, say = "Stay with it & breathe."},\n', "")


@pytest.fixture(scope="session")
def short_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A 20 s class in two rungs, in its directory ``<data>/classes/short-hill``; made once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    home = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "short-class"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        plan = home / "short.toml"
        plan.write_text(PLAN.format(motif="ridges"))
        done = run_command("build", plan, "--data", home, "--rungs", "540,360", "--json")
    assert done.status == 0, done.err
    return home / "classes" / "short-hill"
