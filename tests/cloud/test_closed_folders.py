"""Commands in folders that whoever runs them may not enter: a sentence with a remedy, never a traceback."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import sync.cloud.classes.__main__
import sync.cloud.edge.__main__
import sync.cloud.live.__main__  # noqa: F401 - all of them while root may still read the program
from sync.cloud.__main__ import main
from tests.live.origins import PLAN

SOMEBODY = 12_345


@pytest.fixture
def data() -> Iterator[Path]:
    """A cloud's directory."""
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are closed to other users
        Path(folder, "cloud.sqlite3").touch()
        yield Path(folder)


@contextmanager
def restricted(folder: Path, mode: int) -> Iterator[None]:
    """The folder with other rights, which bind root too: it is somebody else meanwhile."""
    root = os.geteuid() == 0
    folder.chmod(mode)
    if root:
        os.seteuid(SOMEBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o700)


@pytest.mark.parametrize(
    "command",
    [
        ("codes", "new"),
        ("tablets", "list"),
        ("tablets", "revoke", "x"),
        ("edge", "config", "--origin", "http://c", "--cache", "cache"),
        ("edge", "sign", "short-hill"),
        ("classes", "list"),
        ("live", "list"),
    ],
)
def test_a_cloud_that_may_not_be_looked_into_is_told_as_such(data, capsys, command):
    with restricted(data, 0o000):
        assert main([*command, "--data", str(data)]) == 1
    [told] = capsys.readouterr().err.splitlines()
    assert f"{data}: Permission denied: give yourself the right to it, or name another" in told


@pytest.mark.parametrize("store", ["", "file://{}/classes"])
@pytest.mark.parametrize("command", [("list",), ("remove", "short-hill"), ("rollback", "short-hill")])
def test_classes_that_may_not_be_looked_into_are_not_taken_for_none(data, capsys, command, store):
    (data / "classes").mkdir()
    data.chmod(0o755)
    with restricted(data / "classes", 0o000):
        assert main(["classes", *command, "--data", str(data), "--store", store.format(data)]) == 1
    told = capsys.readouterr().err
    assert f"{data}/classes" in told and "Permission denied" in told and "give yourself the right to it" in told


@pytest.mark.parametrize("command", [("list",), ("cancel", "hour"), ("end", "hour"), ("hour",)])
def test_live_classes_that_may_not_be_looked_into_are_not_taken_for_none(data, capsys, command):
    (data / "live").mkdir()
    data.chmod(0o755)
    with restricted(data / "live", 0o000):
        assert main(["live", *command, "--data", str(data)]) == 1
    assert f"{data}/live: Permission denied: give yourself the right to it" in capsys.readouterr().err


@pytest.mark.parametrize("kept", ["", "live"])
def test_a_live_class_that_cannot_be_written_down_is_told(data, capsys, kept):
    plan = data / "hour.toml"
    plan.write_text(PLAN)
    (data / kept).mkdir(exist_ok=True)
    data.chmod(0o755)
    with restricted(data / kept, 0o555):
        assert main(["live", "schedule", str(plan), "--at", "2100-01-01T18:00", "--data", str(data)]) == 1
    assert f"cannot write to {data}: Permission denied; choose another with --data" in capsys.readouterr().err
